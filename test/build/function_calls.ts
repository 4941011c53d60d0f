/**
 * Which functions of the stack run, and how often, while packets flow: the readable bundle with a counter in each
 * function, on a simulated board that is pinged, echoes datagrams and streams, and serves a page.
 *
 * `npm run function-calls` prints them, most frequent first: what tools/hot_functions.js should name.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as acorn from "acorn";
import type { SocketsApi } from "../../firmware/lib/sockets";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";

const dist = join(__dirname, "../../dist");
const services = readFileSync(join(__dirname, "../../host-sim/apps/services.js"), "utf8");
const PEER = "10.0.0.2";

const code = readFileSync(join(dist, "enc28j60.js"), "latin1");
const functions = acorn.parse(code, { ecmaVersion: 5 }).body.filter((node) => node.type === "FunctionDeclaration");

/** The bundle with `exports.CALLS[name]++` at the head of each top-level function. */
function instrumented(): string {
  let text = "exports.CALLS = {};\n";
  let at = 0;
  for (const node of functions) {
    const name = node.id?.name;
    text += `${code.slice(at, node.body.start + 1)}exports.CALLS.${name} = (exports.CALLS.${name} || 0) + 1;`;
    at = node.body.start + 1;
  }
  return text + code.slice(at);
}

class Traffic {
  readonly clock = new VirtualClock();
  readonly segment = new Segment(this.clock);
  readonly board: Machine;
  readonly peer: Machine;
  /** frames on the cable while counting */
  frames = 0;

  constructor() {
    const { clock, segment } = this;
    const shared = { clock, segment, chip: "enc28j60" };
    this.board = createMachine({ ...shared, name: "board", bundle: instrumented(), ip: "10.0.0.1/24", app: services });
    this.peer = createMachine({ ...shared, name: "peer", bundle: join(dist, "enc28j60.test.js"), ip: `${PEER}/24` });
    this.clock.runFor(3 * SECOND);
    this.datagrams(1);
    this.stream(1);
  }

  get calls(): Record<string, number> {
    return (this.board.board.modules.require("enc28j60") as { CALLS: Record<string, number> }).CALLS;
  }

  private get net(): SocketsApi {
    return this.peer.net as unknown as SocketsApi;
  }

  /** Counts the calls of every function while `traffic` lasts. */
  count(traffic: () => void): Record<string, number> {
    for (const name of Object.keys(this.calls)) this.calls[name] = 0;
    const before = this.segment.counters.sent;
    traffic();
    this.frames = this.segment.counters.sent - before;
    return { ...this.calls };
  }

  datagrams(rounds: number): void {
    const { net } = this;
    const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    for (let i = 0; i < rounds * 3; i++) {
      this.peer.call(() => net.sendto(fd, this.peer.bytes([10, 300, 1472][i % 3]), 0, this.name(7)));
      this.clock.runFor(10 * MS);
      this.peer.call(() => net.recvfrom(fd, 1472, 0, null));
    }
    this.peer.call(() => net.close(fd));
  }

  /** Pieces of 1000 bytes to the echo and back. */
  stream(pieces: number): void {
    const { net } = this;
    const fd = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
    this.peer.call(() => net.connect(fd, this.name(7)));
    this.clock.runFor(50 * MS);
    for (let i = 0; i < pieces; i++) {
      this.peer.call(() => net.send(fd, this.peer.bytes(1000), 0));
      this.clock.runFor(20 * MS);
      this.peer.call(() => net.recv(fd, 1000, 0));
    }
    this.peer.call(() => net.close(fd));
    this.clock.runFor(300 * MS);
  }

  private name(port: number) {
    return { sin_family: 2, sin_addr: this.net.inet_addr("10.0.0.1"), sin_port: port };
  }
}

export interface CallProfile {
  /** calls per frame on the cable, by function, most frequent first */
  calls: [string, number][];
  frames: number;
  /** all functions of the bundle */
  names: string[];
}

/** The steady state: long streams of datagrams and of stream data. */
export function profileCalls(): CallProfile {
  const traffic = new Traffic();
  const counts = traffic.count(() => {
    traffic.datagrams(20);
    traffic.stream(60);
  });
  const calls = Object.entries(counts).map(([name, n]): [string, number] => [name, n / traffic.frames]);
  const names = functions.map((node) => node.id?.name ?? "");
  return { calls: calls.sort((a, b) => b[1] - a[1]), frames: traffic.frames, names };
}

if (require.main === module) {
  const { calls, frames } = profileCalls();
  console.log(`calls per frame, of ${frames} frames`);
  for (const [name, n] of calls) if (n > 0.02) console.log(`${n.toFixed(2).padStart(6)} ${name}`);
}
