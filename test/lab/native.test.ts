/**
 * A board whose stack is machine code, looked into: for the same traffic the lab draws the same chains and buffers as of one in
 * JavaScript.
 */
import { MS, VirtualClock } from "../../host-sim/clock";
import { BoardTap } from "../../host-sim/lab/board_tap";
import { labBundle } from "../../host-sim/lab/lab_firmware";
import { Recorder } from "../../host-sim/lab/recorder";
import type { LabRecord, Parts } from "../../host-sim/lab/records";
import { createMachine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { hostCompiler } from "../../tools/native/host";

const CHIP = "enc28j60";
const PORT = 4000;
const AF_INET = 2;
const SOCK_DGRAM = 2;
const APP = `eth.setIP({ ip: "10.0.0.1", subnet: "255.255.255.0" });
  var net = eth.net, fd = net.socket(${AF_INET}, ${SOCK_DGRAM}, 0);
  net.bind(fd, { sin_family: ${AF_INET}, sin_addr: 0, sin_port: ${PORT} });
  require("net").createServer(function () {}).listen(80);
  function take() { net.recvfrom(fd, 2000, 0); net.recvfrom(fd, 2000, 0); }`;

/** The board's state as it was recorded last. */
function stateIn(records: LabRecord[]): Parts {
  const parts: Record<string, unknown> = {};
  for (const record of records) if (record.k === "state") parts[record.part] = record.value;
  return parts as unknown as Parts;
}

/** What does not depend on which mbufs and clusters of the pool were free. */
function drawn({ chains }: Parts["memory"]) {
  return chains.map(({ owner, mbufs }) => ({
    owner,
    mbufs: mbufs.map(({ no, ext, size, ...rest }) => ({ ...rest, isExternal: ext >= 0, fits: rest.len <= size })),
  }));
}

/** A board that gets two datagrams, one of them too long for an mbuf: what is seen of it while they wait, and when they are read. */
async function seen(core: "javascript" | "native"): Promise<{ waiting: Parts; read: Parts; timers: string[] }> {
  const clock = new VirtualClock();
  const segment = new Segment(clock);
  const recorder = new Recorder(clock, segment);
  const tap = new BoardTap(
    recorder,
    "board",
    { chip: CHIP, core, app: "", baud: 10_500_000 },
    { calls: false, gap: 0 },
  );
  const bundle = await labBundle(CHIP);
  const common = { clock, segment, chip: CHIP } as const;
  const own = core === "native" ? `${CHIP}.js` : bundle; // of machine code a bundle's name is all that counts
  const board = createMachine({
    ...common,
    core,
    bundle: own,
    app: APP,
    name: "board",
    mac: "02:00:00:00:00:01",
    onSpi: tap.onSpi,
  });
  const other = createMachine({ ...common, core: "javascript", bundle, name: "other", ip: "10.0.0.2/24" });
  tap.follow(board);
  clock.runFor(4000 * MS);
  const { net } = other;
  other.call(() => {
    const from = net.socket(AF_INET, SOCK_DGRAM, 0);
    const to = { sin_family: AF_INET, sin_addr: net.inet_addr("10.0.0.1"), sin_port: PORT };
    for (const length of [5, 400]) net.sendto(from, "x".repeat(length), 0, to);
  });
  clock.runFor(100 * MS);
  const waiting = stateIn(recorder.records);
  board.call(() => board.board.realm.evaluate("take()", "test"));
  tap.touch();
  clock.runFor(100 * MS);
  const read = stateIn(recorder.records);
  const timers = waiting.timers.filter(({ kind }) => kind === "callout").map(({ name }) => name);
  expect([board.errors, other.errors]).withContext(core).toEqual([[], []]);
  tap.leave();
  board.stop();
  other.stop();
  return { waiting, read, timers };
}

describe("A board that is machine code", () => {
  it("is looked into: chains, socket buffers, neighbours, routes and counters are as in JavaScript", async () => {
    if (!hostCompiler()) {
      console.log("no C compiler: nobody looks into a compiled core");
      return pending("needs gcc or clang");
    }
    const [script, native] = [await seen("javascript"), await seen("native")];
    expect(drawn(native.waiting.memory)).toEqual(drawn(script.waiting.memory));
    expect(native.waiting.memory.chains.map(({ owner, mbufs }) => [owner, mbufs.length])).toEqual([
      [`udp *:${PORT} so_rcv`, 3],
    ]);
    expect(native.waiting.memory.elsewhere).toBe(0);
    for (const part of ["sockets", "arp", "routes", "interfaces"] as const)
      expect(native.waiting[part] as unknown)
        .withContext(part)
        .toEqual(script.waiting[part] as unknown);
    expect(native.waiting.counters["udp"]).toEqual(script.waiting.counters["udp"]);
    expect(native.timers).toContain("arptimer");
    expect(native.read.memory.chains).toEqual([]);
    expect(native.read.memory.mfree).toBe(native.read.memory.mbufs);
    return undefined;
  }, 120_000);
});
