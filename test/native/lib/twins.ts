/**
 * The same happens to two hosts, one with the JavaScript core and one with the compiled one: frames, right, odd and mutated;
 * system calls; faults; time. After each step both have said the same bytes at the same time, given the same answers, and look alike.
 */
import { Random } from "../../../host-sim/random";
import { MUTATIONS, pick } from "../../fuzz/mutations";
import { repair } from "../../fuzz/repair";
import { CONNECTED_PORT, ECHO_PORT, PEER_PORT, SEEDS, SELDOM_READ_PORT, TCP_PORT } from "../../fuzz/seeds";
import { BROADCAST, FAR_AWAY, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET, US } from "../../lib/host";
import type { Config } from "../../lib/kernel";
import { ipNumber, pattern } from "../../lib/packets";
import { pools } from "../../lib/pools";
import { Peer } from "./peer";
import { ECHO, SINK, Side } from "./side";
import { snapshot } from "./snapshot";

const { PROFILES } = require("../../../tools/profile") as { PROFILES: { [name: string]: Config } };

type Step = (side: Side) => unknown;

const ADDRESSES = [
  NEIGHBOUR.ip,
  OTHER_NEIGHBOUR.ip,
  FAR_AWAY.ip,
  US.ip,
  "127.0.0.1",
  BROADCAST,
  "224.0.0.251",
  "0.0.0.0",
];
const PORTS = [ECHO_PORT, SELDOM_READ_PORT, TCP_PORT, CONNECTED_PORT, PEER_PORT, 4000, 4001, 0];
/** How long connections may take to come to their end (ms). */
const SETTLING = 1200000;

export interface Counted {
  steps: number;
  frames: number;
  answers: number;
}

export class Twins {
  readonly counted: Counted = { steps: 0, frames: 0, answers: 0 };
  readonly sides: readonly [Side, Side];
  private readonly random: Random;
  private readonly peer: Peer;
  private readonly atBoot: string;
  private label = "boot";
  private faulty = 0;
  /** a program has had a raw socket */
  private raw = false;

  constructor(
    private readonly seed: number,
    private readonly profile = "test",
  ) {
    const config = PROFILES[profile];
    this.random = new Random(seed);
    this.peer = new Peer(this.random);
    this.sides = [new Side("javascript", seed, config), new Side("native", seed, config)];
    this.atBoot = JSON.stringify(pools(this.sides[0].net));
    this.compare();
    this.services();
  }

  run(steps: number): Counted {
    while (this.counted.steps < steps) this.step();
    this.end();
    return this.counted;
  }

  private both(label: string, step: Step): void {
    this.label = label;
    for (const side of this.sides) {
      try {
        side.log(`${label} -> ${JSON.stringify(step(side)) ?? "nothing"}`);
      } catch (error) {
        side.log(`${label} threw ${error}`);
        if (process.env["TWINS_TRACE"]) console.error(error);
      }
    }
    this.compare();
  }

  private compare(): void {
    const [a, b] = this.sides;
    const log = a.takeLog();
    this.same(log, b.takeLog());
    this.same(snapshot(a.net, a.host.en0), snapshot(b.net, b.host.en0));
    for (const frame of a.takeFrames()) {
      this.counted.frames++;
      this.heard(frame);
    }
    b.takeFrames();
    this.counted.answers += log.length;
    const thrown = log.find((line) => line.includes(" threw "));
    if (thrown) throw this.error(`both: ${thrown}`);
  }

  /** What both have said is to be well-formed too, but for what a program says by a raw socket: that is its own. */
  private heard(frame: Buffer): void {
    try {
      this.peer.hears(frame);
    } catch (error) {
      if (this.raw) return;
      throw this.error(`both say ${frame.toString("hex")}: ${error}`);
    }
  }

  private same(js: string[], c: string[]): void {
    if (js.length === c.length && js.every((line, i) => line === c[i])) return;
    const at = js.findIndex((line, i) => line !== c[i]);
    const i = at < 0 ? js.length : at;
    throw this.error(`\n  javascript: ${apart(js[i], c[i])}\n  native:     ${apart(c[i], js[i])}`);
  }

  private error(text: string): Error {
    return new Error(
      `--from ${this.seed} --profile ${this.profile}, step ${this.counted.steps}, ${this.label}: ${text}`,
    );
  }

  /** An echo for datagrams and one for connections, and a socket that is seldom read. */
  private services(): void {
    const { sys } = this.sides[0];
    this.program(sys.SOCK_DGRAM, ECHO_PORT, ECHO);
    this.program(sys.SOCK_DGRAM, SELDOM_READ_PORT, 0);
    this.program(sys.SOCK_STREAM, TCP_PORT, SINK);
  }

  private program(type: number, port: number, habit: number): void {
    this.both(`a program at port ${port}`, (side) => {
      const { sys } = side;
      const fd = side.call("socket", sys.socket(sys.AF_INET, type, 0)) as number;
      side.call("bind", sys.bind(fd, side.name(0, port) as never));
      if (type === sys.SOCK_STREAM) side.call("listen", sys.listen(fd, 4));
      side.attend(fd, habit);
    });
  }

  private step(): void {
    const { random } = this;
    const n = random.below(100);
    this.counted.steps++;
    if (n < 15) this.hear(this.mutated());
    else if (n < 55) this.hear(this.fromPeer());
    else if (n < 78) this.systemCall();
    else if (n < 84) this.fault();
    else this.wait(random.chance(0.08) ? random.below(20000) : random.below(60));
    if (this.faulty && !--this.faulty) this.both("all faults are over", (side) => this.mend(side));
  }

  private wait(ms: number): void {
    this.both(`${ms} ms go by`, ({ host }) => host.wait(ms));
  }

  private hear(frame: Uint8Array): void {
    const head = 60 + this.random.below(this.random.chance(0.2) ? 59 : 5);
    const hex = Buffer.from(frame).toString("hex");
    this.both(`hears ${hex}`, ({ host }) => {
      host.en0.headLength = head;
      const heard = host.hears(frame);
      host.wait(0);
      return heard;
    });
  }

  private fromPeer(): Uint8Array {
    const { random, peer } = this;
    if (random.chance(0.03)) return peer.asksForGroups();
    const arp = random.chance(0.2) ? peer.answersArp() : null;
    const frame = arp ?? peer.says();
    return random.chance(0.95) ? frame : this.mutate(frame);
  }

  private mutated(): Uint8Array {
    return this.mutate(this.seedFrame());
  }

  private mutate(frame0: Uint8Array): Uint8Array {
    const { random } = this;
    let frame = frame0;
    for (let n = random.below(4); n; n--) frame = pick(random, MUTATIONS)(frame, random, this.seedFrame());
    if (random.chance(0.85)) repair(frame);
    return frame;
  }

  private seedFrame(): Uint8Array {
    return Uint8Array.from(pick(this.random, SEEDS)({ seq: 0, ack: 1001, fromPort: PEER_PORT }));
  }

  private fault(): void {
    const { random } = this;
    this.faulty = 1 + random.below(8);
    const [kind, mbufs, clusters] = [random.below(4), random.below(8), random.below(3)];
    if (kind === 0) this.both(`${mbufs} mbufs, ${clusters} clusters are left`, (side) => side.hoard(mbufs, clusters));
    else if (kind === 1) this.both("the chip takes no more frames", ({ host }) => host.en0.hold());
    else if (kind === 2) this.both("the address goes and comes", (side) => this.readdress(side));
    else this.wait(random.below(200000));
  }

  private readdress({ host, net }: Side): number {
    net.in_ifscrub(host.en0.ac);
    return host.configure(US.ip, SUBNET);
  }

  private mend(side: Side): void {
    side.giveBack();
    if (side.host.en0.ac.if_flags & side.net.IFF_OACTIVE) side.host.en0.release();
  }

  private fd(): number {
    const { random } = this;
    const { fd_ofiles } = this.sides[0].net;
    const open = Array.from(fd_ofiles.keys()).filter((fd) => fd_ofiles[fd]);
    return open.length && random.chance(0.9) ? pick(random, open) : random.below(40) - 2;
  }

  private systemCall(): void {
    const { random } = this;
    const fd = this.fd();
    const [address, port] = [ipNumber(pick(random, ADDRESSES)), pick(random, PORTS)];
    const calls: [weight: number, () => void][] = [
      [2, () => this.socket()],
      [4, () => this.client(address)],
      [2, () => this.both(`bind(${fd})`, (s) => s.sys.bind(fd, s.name(address, port) as never))],
      [3, () => this.both(`bind(${fd}, any)`, (s) => s.sys.bind(fd, s.name(0, port) as never))],
      [1, () => this.both(`listen(${fd})`, (s) => s.sys.listen(fd, port & 3))],
      [1, () => this.both(`accept(${fd})`, (s) => s.accept(fd))],
      [5, () => this.both(`connect(${fd})`, (s) => s.sys.connect(fd, s.name(address, port) as never))],
      [8, () => this.send(fd, null)],
      [5, () => this.send(fd, [address, port])],
      [10, () => this.receive(fd)],
      [1, () => this.shutdown(fd)],
      [2, () => this.both(`close(${fd})`, (s) => s.sys.close(fd))],
      [6, () => this.option(fd)],
      [2, () => this.both(`attends to ${fd}`, (s) => s.attend(fd, port % 3))],
      [1, () => this.names(fd)],
      [2, () => this.both(`tcpinfo(${fd})`, (s) => s.sys.tcpinfo(fd))],
      [1, () => this.both(`poll(${fd})`, (s) => s.net.poll(fd, 15))],
    ];
    let at = random.below(calls.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, call] of calls) {
      if (at >= 0 && at < weight) call();
      at -= weight;
    }
  }

  private socket(): void {
    const type = 1 + this.random.below(this.random.chance(0.2) ? 3 : 2);
    const protocol = this.random.chance(0.9) ? (type === 3 ? 253 : 0) : pick(this.random, [1, 2, 6, 17, 255]);
    this.raw ||= type === 3;
    this.both(`socket(${type}, ${protocol})`, ({ sys }) => sys.socket(sys.AF_INET, type, protocol));
  }

  /** A program connects, to a peer mostly, and listens to what comes. */
  private client(address: number): void {
    const { random } = this;
    const who = random.chance(0.8) ? ipNumber(pick(random, [NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip, FAR_AWAY.ip])) : address;
    const [port, habit] = [4000 + random.below(4), random.below(3)];
    this.both("a client", (side) => {
      const fd = side.call("socket", side.sys.socket(2, 1, 0)) as number;
      side.call("connect", side.sys.connect(fd, side.name(who, port) as never));
      if (fd >= 0) side.attend(fd, habit);
    });
  }

  private send(fd: number, to: [number, number] | null): void {
    const { random } = this;
    const length = random.chance(0.7) ? random.below(300) : random.below(4000);
    const bytes = Uint8Array.from(pattern(length, random.below(256)));
    const flags = random.chance(0.9) ? 0 : pick(random, [1, 4, 8]);
    const asString = random.chance(0.4);
    this.both(`send(${fd}, ${length} bytes, ${flags}) to ${to}${asString ? ", a string" : ""}`, (side) => {
      const data = asString ? Buffer.from(bytes).toString("latin1") : bytes;
      return side.sys.sendto(fd, data, flags, (to && side.name(...to)) as never);
    });
  }

  private receive(fd: number): void {
    const { random } = this;
    const len = random.chance(0.8) ? random.below(2000) : random.below(20);
    const flags = random.chance(0.8) ? 0 : pick(random, [1, 2, 3]);
    const asString = random.chance(0.5);
    this.both(`recv(${fd}, ${len}, ${flags})`, (side) => void side.receive(fd, len, flags, asString));
  }

  private shutdown(fd: number): void {
    const how = this.random.below(4);
    this.both(`shutdown(${fd}, ${how})`, (s) => s.sys.shutdown(fd, how));
  }

  private names(fd: number): void {
    this.both(`names of ${fd}`, (side) => {
      const [own, peer] = [side.name(0, 0), side.name(0, 0)];
      side.call("getsockname", side.sys.getsockname(fd, own as never), own);
      side.call("getpeername", side.sys.getpeername(fd, peer as never), peer);
    });
  }

  private option(fd: number): void {
    const { random } = this;
    const { net } = this.sides[0];
    const socket = [
      net.SO_REUSEADDR,
      net.SO_KEEPALIVE,
      net.SO_BROADCAST,
      net.SO_LINGER,
      net.SO_OOBINLINE,
      net.SO_ERROR,
    ];
    const more = [net.SO_SNDBUF, net.SO_RCVBUF, net.SO_SNDLOWAT, net.SO_RCVLOWAT, net.SO_TYPE, net.SO_DONTROUTE];
    const level = pick(random, [net.SOL_SOCKET, net.SOL_SOCKET, 0, 6]);
    const name = level === net.SOL_SOCKET ? pick(random, [...socket, ...more]) : 1 + random.below(level ? 20 : 36);
    const value = random.chance(0.5)
      ? random.below(3)
      : pick(random, [ipNumber("224.0.0.251") | 0, 255, 1400, 5000, -1]);
    if (level === 0 && name === net.IP_OPTIONS) return;
    if (random.chance(0.6))
      this.both(`setsockopt(${fd}, ${level}, ${name}, ${value})`, (s) => s.sys.setsockopt(fd, level, name, value));
    else this.both(`getsockopt(${fd}, ${level}, ${name})`, (s) => s.sys.getsockopt(fd, level, name));
  }

  /** Closes everything; when all has come to its end, both have all memory. */
  private end(): void {
    this.both("all faults are over", (side) => this.mend(side));
    const { net } = this.sides[0];
    for (let fd = 1; fd <= net.NOFILE; fd++) this.both(`close(${fd})`, (side) => side.sys.close(fd));
    for (let waited = 0; waited < SETTLING && !this.settled(); waited += 30000) this.wait(30000);
    if (!this.settled()) throw this.error(`pools are ${JSON.stringify(pools(net))}, not ${this.atBoot}`);
  }

  private settled(): boolean {
    return this.sides.every(({ net }) => JSON.stringify(pools(net)) === this.atBoot);
  }
}

/** What a line says, from a little before where another begins to differ. */
function apart(line = "nothing", other = ""): string {
  let i = 0;
  while (i < line.length && line[i] === other[i]) i++;
  const from = Math.max(0, line.lastIndexOf(" ", Math.max(0, i - 60)));
  const head = from > 40 ? `${line.slice(0, 30)} ...` : line.slice(0, from);
  return `${head}${line.slice(from, i + 160)}`;
}
