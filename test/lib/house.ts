/**
 * The network of a house: a board with a program of its own on it, and one other machine, 192.168.1.10, that gives
 * addresses and can be told to serve or to call. All in virtual time.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chips } from "../../host-sim/chips";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { serveDhcp } from "../../host-sim/links/dhcp_server";
import { createMachine, type Machine } from "../../host-sim/machine";
import type { NetCalls, SockaddrIn } from "../../host-sim/net_calls";
import { Segment } from "../../host-sim/segment";

const dist = join(__dirname, "../../dist");
export const BOARD = "192.168.1.20";
const HOUSE = "192.168.1.10";
const EAGAIN = -11;

/** Options of sockets that the test bundle has and the simulator itself does not use. */
type Calls = NetCalls & {
  listen(fd: number, backlog: number): number;
  accept(fd: number, name: null): number;
};

/** A TCP connection as the house has it. */
export interface Conversation {
  heard: string;
  ended: boolean;
  say(text: string): void;
  end(): void;
}

export class House {
  readonly clock = new VirtualClock();
  readonly segment = new Segment(this.clock);
  readonly printed: string[] = [];
  readonly board: Machine;
  private readonly house: Machine;

  /** `program`: the board's, which connects its chip itself; `modules`: what it finds in Storage, texts by name. */
  constructor(program: string, modules: Record<string, string> = {}) {
    this.house = this.machine("house", "enc28j60.test.js", { ip: `${HOUSE}/24` });
    this.house.call(() => serveDhcp(this.house, { address: BOARD, length: 24 }, HOUSE));
    this.clock.runFor(3 * SECOND);
    this.board = this.machine("board", "enc28j60.min.js", {
      app: program,
      print: (line: string) => this.printed.push(line),
    });
    for (const [name, text] of Object.entries(modules)) this.board.board.storage.install(name, text);
  }

  /** A second chip on the board, on a cable of its own. */
  secondChip(): void {
    this.board.plugIn(chips.enc28j60, { spi: "SPI1", cs: "A8", int: "B7", rst: "B6" }, new Segment(this.clock), {
      seed: 2,
    });
  }

  /** What an expression is worth on the board. */
  value(expression: string): unknown {
    return this.board.board.realm.evaluate(expression, "test");
  }

  run(seconds: number): void {
    this.clock.runFor(seconds * SECOND);
  }

  /** Opens a connection to the board. */
  call(port: number): Conversation {
    const { net } = this;
    const fd = net.socket(2, 1, 0);
    const conversation = this.converse(fd);
    this.house.call(() => net.connect(fd, this.name(BOARD, port)));
    this.run(1);
    return conversation;
  }

  /** One HTTP request; all that comes back. */
  get(path: string): string {
    const conversation = this.call(80);
    conversation.say(`GET ${path} HTTP/1.1\r\nHost: ${BOARD}\r\n\r\n`);
    this.run(2);
    expect(conversation.ended).toBe(true);
    conversation.end();
    return conversation.heard;
  }

  /** Serves connections to `port`. */
  serve(port: number, serve: (conversation: Conversation) => void): void {
    const { net } = this;
    this.house.call(() => {
      const fd = net.socket(2, 1, 0);
      net.bind(fd, this.name("0.0.0.0", port));
      net.listen(fd, 4);
      net.setupcall(fd, () => {
        for (let one = net.accept(fd, null); one >= 0; one = net.accept(fd, null)) serve(this.converse(one, serve));
      });
    });
  }

  /** Datagrams to `port` go to `answer`; what it gives goes back. */
  answer(port: number, answer: (data: Uint8Array) => string | number[] | undefined): void {
    const { net } = this;
    const from = this.name("0.0.0.0", 0);
    this.house.call(() => {
      const fd = net.socket(2, 2, 0);
      net.bind(fd, this.name("0.0.0.0", port));
      net.setupcall(fd, () => {
        for (;;) {
          const data = net.recvfrom(fd, 1472, 0, from);
          if (typeof data !== "object") return;
          const back = answer(data);
          if (back) net.sendto(fd, typeof back === "string" ? back : this.house.bytes(back), 0, from);
        }
      });
    });
  }

  /** Sends a datagram from a port of its own; whatever comes back within a second, a char a byte. */
  send(to: string, port: number, data: string): string[] {
    const { net } = this;
    const back: string[] = [];
    this.house.call(() => {
      const fd = net.socket(2, 2, 0);
      net.sendto(fd, data, 0, this.name(to, port));
      net.setupcall(fd, () => {
        const got = net.recvfrom(fd, 1472, 0, this.name("0.0.0.0", 0));
        if (typeof got === "object") back.push(Buffer.from(got).toString("latin1"));
      });
    });
    this.run(1);
    return back;
  }

  private get net(): Calls {
    return this.house.net as Calls;
  }

  private name(ip: string, port: number): SockaddrIn {
    return { sin_family: 2, sin_addr: this.net.inet_addr(ip), sin_port: port };
  }

  private converse(fd: number, changed: (conversation: Conversation) => void = () => {}): Conversation {
    const { net, house } = this;
    let unsaid = "";
    let over = false;
    const pump = () => {
      if (over) return;
      const sent = unsaid ? net.send(fd, unsaid, 0) : 0;
      if (sent > 0) unsaid = unsaid.slice(sent);
      for (let data = net.recv(fd, 1460, 0); data !== EAGAIN && !conversation.ended; data = net.recv(fd, 1460, 0)) {
        if (typeof data === "number" || !data.length) conversation.ended = true;
        else conversation.heard += Buffer.from(data).toString("latin1");
      }
      changed(conversation);
    };
    const conversation: Conversation = {
      heard: "",
      ended: false,
      say: (text) => {
        unsaid += text;
        house.call(pump);
      },
      end: () => {
        house.call(() => {
          if (!over) net.close(fd);
          over = true;
        });
      },
    };
    net.setupcall(fd, pump);
    return conversation;
  }

  private machine(name: string, bundle: string, options: object): Machine {
    const { clock, segment } = this;
    return createMachine({
      clock,
      segment,
      chip: "enc28j60",
      bundle: join(dist, bundle),
      name,
      epoch: 1.7e9,
      ...options,
    });
  }
}

/** The text of one of our optional modules. */
export function ourModule(name: string): string {
  return readFileSync(join(dist, `${name}.min.js`), "latin1");
}
