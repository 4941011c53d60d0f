/**
 * Which functions of the stack run, and how often, while packets flow: the readable bundle with a counter in each
 * function, on a simulated board that is pinged, echoes datagrams and streams, and serves a page.
 *
 * `npm run function-calls` prints them for both chips, most frequent first: what tools/hot_functions.js should name.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as acorn from "acorn";
import type { SocketsApi } from "../../firmware/lib/sockets";
import { chips } from "../../host-sim/chips";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { bundleFor } from "../lib/chip";
import * as packets from "../lib/packets";

const { valuesOf } = require("../../tools/top_level_names") as {
  valuesOf(names: Set<string>, program: acorn.Node): Set<string>;
};

const { HOT_FUNCTIONS } = require("../../tools/hot_functions") as { HOT_FUNCTIONS: string[] };
const { WARM_FUNCTIONS } = require("../../tools/warm_functions") as { WARM_FUNCTIONS: string[] };
const { inlineAll } = require("../../tools/inline_calls") as {
  inlineAll(code: string, temperature: (name: string) => number): string;
};
const { inlineConstants } = require("../../tools/inline_constants") as {
  inlineConstants(): { renderChunk(code: string): { code: string } };
};

const { withoutFree } = require("../../tools/drop_free") as { withoutFree(code: string): string };

const services = readFileSync(join(__dirname, "../../host-sim/apps/services.js"), "utf8");
const PEER = "10.0.0.2";

/**
 * A chip's readable bundle, without what is not shipped, and the functions in it; `inlined`: those that are left on a board,
 * where many stand in their callers.
 */
function readable(chip: string, inlined = false) {
  const source = withoutFree(readFileSync(bundleFor(chip, "readable"), "latin1"));
  const heat = (name: string) => (HOT_FUNCTIONS.includes(name) ? 2 : WARM_FUNCTIONS.includes(name) ? 1 : 0);
  const code = inlined ? inlineAll(inlineConstants().renderChunk(source).code, heat) : source;
  const { body } = acorn.parse(code, { ecmaVersion: 5 });
  return { code, functions: body.filter((node) => node.type === "FunctionDeclaration") };
}

/** The bundle with `exports.CALLS[name]++` at the head of each top-level function, and all calls together in `exports.ALL`. */
export function instrumented(chip: string, inlined = false): string {
  const { code, functions } = readable(chip, inlined);
  let text = "exports.CALLS = {}; exports.ALL = 0;\n";
  let at = 0;
  for (const node of functions) {
    const name = node.id?.name;
    text += `${code.slice(at, node.body.start + 1)}exports.CALLS.${name} = (exports.CALLS.${name} || 0) + 1; exports.ALL++;`;
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

  constructor(readonly chip: string) {
    const { clock, segment } = this;
    const shared = { clock, segment, chip };
    const bundle = instrumented(chip);
    this.board = createMachine({ ...shared, name: "board", bundle, ip: "10.0.0.1/24", app: services });
    this.peer = createMachine({ ...shared, name: "peer", bundle: bundleFor(chip, "test"), ip: `${PEER}/24` });
    this.clock.runFor(3 * SECOND);
    this.datagrams(1);
    this.stream(1);
  }

  get calls(): Record<string, number> {
    return (this.board.board.modules.require(this.chip) as { CALLS: Record<string, number> }).CALLS;
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

  /** Calls for one echo request of 56 bytes and its answer, one after another. */
  ping(): number {
    const echo = (n: number) => packets.echo(packets.ECHO_REQUEST, 1, n, packets.pattern(56));
    const port = this.segment.attach("pinger", () => undefined);
    const to = this.board.mac as string;
    const from = this.peer.mac as string;
    let id = 0;
    const send = () => {
      const payload = packets.ipv4({ from: PEER, to: "10.0.0.1", protocol: packets.ICMP, payload: echo(++id) });
      port.send(packets.ethernet({ to, from, type: packets.TYPE_IP, payload }));
      this.clock.runFor(20 * MS);
    };
    send();
    const counts = this.count(() => {
      for (let n = 0; n < 10; n++) send();
    });
    port.detach();
    return Object.values(counts).reduce((sum, n) => sum + n, 0) / 10;
  }

  private name(port: number) {
    return { sin_family: 2, sin_addr: this.net.inet_addr("10.0.0.1"), sin_port: port };
  }
}

export interface CallProfile {
  /** calls per frame on the cable, by function, most frequent first */
  calls: [string, number][];
  frames: number;
  /** calls for a ping, all functions together */
  ping: number;
  /** all functions of the bundle, and those that are values somewhere, which no drawer takes */
  names: string[];
  handedAround: Set<string>;
}

/** The steady state: long streams of datagrams and of stream data; and a ping. */
export function profileCalls(chip: string): CallProfile {
  const traffic = new Traffic(chip);
  const counts = traffic.count(() => {
    traffic.datagrams(20);
    traffic.stream(60);
  });
  const calls = Object.entries(counts).map(([name, n]): [string, number] => [name, n / traffic.frames]);
  const { code, functions } = readable(chip);
  const names = functions.map((node) => node.id?.name ?? "");
  const handedAround = valuesOf(new Set(names), acorn.parse(code, { ecmaVersion: 5 }));
  const { frames } = traffic;
  return { calls: calls.sort((a, b) => b[1] - a[1]), frames, ping: traffic.ping(), names, handedAround };
}

if (require.main === module)
  for (const chip of Object.keys(chips)) {
    const { calls, frames, ping } = profileCalls(chip);
    console.log(`${chip}: ${ping} calls a ping; calls per frame, of ${frames} frames`);
    for (const [name, n] of calls) if (n > 0.02) console.log(`${n.toFixed(2).padStart(6)} ${name}`);
  }
