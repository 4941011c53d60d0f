/**
 * A fuzzer of what name servers and neighbours say: good replies and mDNS messages, mutated by a seed, come to a board
 * that asks and answers. Nothing may throw, take long, or be lost.
 */
import { Random } from "../../host-sim/random";
import { NEIGHBOUR } from "../lib/host";
import { MdnsBoard } from "../lib/mdns_board";
import { asked, replyTo } from "../lib/name_server";
import { ipNumber } from "../lib/packets";
import {
  a,
  cname,
  dns,
  pointerTo,
  ptr,
  RESPONSE,
  type Resource,
  soa,
  srv,
  TYPE_A,
  TYPE_ANY,
  TYPE_PTR,
  txt,
} from "../lib/packets/dns";

const SERVICE = "sensor1._http._tcp.local";

/** Records that mean something to the board, and some that do not. */
const RECORDS: Resource[] = [
  a("sensor1.local", "192.0.2.2"),
  a("h.example", "203.0.113.5", 0),
  cname("h.example", "g.example"),
  cname("g.example", "h.example"),
  cname("h.example", pointerTo(12)),
  a(pointerTo(12), "203.0.113.5"),
  ptr("_http._tcp.local", SERVICE, 4500),
  srv(SERVICE, 80, "sensor1.local"),
  txt(SERVICE, ["path=/"]),
  soa("example", 30),
  { name: pointerTo(12, "x.y"), type: TYPE_A, data: [1, 2, 3] },
  { name: "", type: 41, data: [] },
];
const QUESTIONS = [
  { name: "sensor1.local", type: TYPE_ANY },
  { name: "_http._tcp.local", type: TYPE_PTR },
  { name: "_services._dns-sd._udp.local", type: TYPE_PTR },
  { name: "1.2.0.192.in-addr.arpa", type: TYPE_PTR },
  { name: "sensor1.local", type: 28, class: 0x8001 },
];

export interface Finding {
  seed: number;
  messages: number;
  /** how many replies each of the resolver's counters tells of */
  counters: number[];
  /** ms of this process that the slowest took */
  slowest: number;
}

class Fuzzer {
  readonly board = new MdnsBoard();
  private readonly random: Random;
  messages = 0;
  slowest = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  run(rounds: number): void {
    const { board } = this;
    board.start({ services: [{ type: "_http._tcp", port: 80 }] });
    board.host.net.res_setservers([ipNumber(NEIGHBOUR.ip)]);
    for (let round = 0; round < rounds; round++) {
      this.resolve();
      for (let i = 0; i < 4; i++)
        this.timed(() => board.hears(this.mutated(this.message()), NEIGHBOUR, this.random.below(3) ? 5353 : 4000));
      board.host.wait(this.random.below(1500));
      board.host.said();
    }
    board.host.wait(60000);
    board.end();
  }

  /** Asks for a name, and hears replies that are nearly right. */
  private resolve(): void {
    const { board } = this;
    board.host.net.gethostbyname("h.example", () => {});
    for (const question of asked(board.host)) {
      const flags = RESPONSE | (this.random.below(4) ? 0 : this.random.below(0x800));
      for (let i = 0; i < 3; i++) {
        const payload = this.mutated(
          replyTo(question, { flags, answers: this.some(RECORDS), authorities: this.some(RECORDS) }),
        );
        this.timed(() => {
          board.host.hearsUdp({ from: NEIGHBOUR, fromPort: 53, toPort: question.port, payload });
          board.host.wait(0);
        });
      }
    }
  }

  private message(): number[] {
    const flags = this.random.below(2) ? RESPONSE | 0x400 : this.random.below(4) ? 0 : 0x200;
    const sections = { answers: this.some(RECORDS), authorities: this.some(RECORDS), additionals: this.some(RECORDS) };
    return dns({ flags, questions: this.some(QUESTIONS), ...sections });
  }

  private some<T>(all: T[]): T[] {
    return Array.from({ length: this.random.below(4) }, () => all[this.random.below(all.length)]);
  }

  /** Bytes changed, cut out, doubled, cut off; the header mostly spared, so that more than it is looked at. */
  private mutated(message: number[]): number[] {
    const bytes = [...message];
    const interesting = [0, 1, 12, 63, 64, 0xc0, 0xc1, 0xff];
    for (let n = this.random.below(4); n; n--) {
      const at = this.random.below(8)
        ? Math.min(12, bytes.length) + this.random.below(bytes.length)
        : this.random.below(12);
      const kind = this.random.below(4);
      if (kind === 0) bytes[at % bytes.length] = interesting[this.random.below(interesting.length)];
      else if (kind === 1) bytes.splice(at, this.random.below(8));
      else if (kind === 2) bytes.splice(at, 0, ...bytes.slice(at, at + this.random.below(40)));
      else bytes[at % bytes.length] = this.random.below(256);
      if (!bytes.length) return bytes;
    }
    return this.random.below(8) ? bytes : bytes.slice(0, this.random.below(bytes.length));
  }

  private timed(work: () => void): void {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    this.messages++;
    this.slowest = Math.max(this.slowest, (user + system) / 1000);
  }
}

/** Runs the fuzzer; throws what the board throws. Asserts, in a spec, that the pools are restored. */
export function fuzzNames(seed: number, rounds: number): Finding {
  const fuzzer = new Fuzzer(seed);
  fuzzer.run(rounds);
  return {
    seed,
    messages: fuzzer.messages,
    counters: Array.from(fuzzer.board.host.net.resstat),
    slowest: fuzzer.slowest,
  };
}
