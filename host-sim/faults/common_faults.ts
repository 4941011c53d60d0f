/**
 * Faults that any chip may meet: its wires, its supply, its cable and its neighbours.
 */
import { MS } from "../clock";
import type { Fault, FaultSite } from "./fault";

/** Frames that somebody on the cable sends to everybody. */
export function broadcastFrame(length: number): Uint8Array {
  const frame = Uint8Array.from({ length }, (_, i) => i & 255);
  frame.fill(0xff, 0, 6);
  frame.set([0x02, 0, 0, 0, 0, 0x77, 0x88, 0xb5], 6); // IEEE 802's type for experiments
  return frame;
}

/** A dead chip is tried every five seconds. */
const DEAD = 6000;
/** Seen by the watchdog's look, a second apart. */
const LOOK = 2500;
/** Nothing has to be put right: the next ping is answered, and on a quiet cable there is one a second. */
const SOON = 1500;

/**
 * Frames of `length` bytes at the rate of a 10 Mbit/s cable, for as long as `lasts`: sent by somebody on the cable, or, if no
 * switch would carry such, noise on the chip's own stretch of it.
 */
function storm(length: number, lasts: number, noise?: { badCrc?: boolean }): Pick<Fault, "begin" | "lasts"> {
  const frame = broadcastFrame(length);
  const ns = (Math.max(64, length + 4) + 20) * 800;
  return {
    lasts,
    begin(bench) {
      const until = bench.now() + lasts;
      const port = bench.segment.attach("storm", () => {});
      const next = () => {
        if (!noise) port.send(frame);
        else if (bench.machine.port.plugged) bench.chip.receive(frame, noise);
        if (bench.now() < until) bench.clock.after(ns, next);
        else port.detach();
      };
      next();
    },
  };
}

/** A field of the wires for some time, as it was afterwards. */
function wires<K extends "misoErrors" | "mosiErrors" | "misoStuck" | "mosiStuck" | "cut">(
  field: K,
  value: FaultSite["wires"][K],
  after: FaultSite["wires"][K],
  lasts: number,
): Pick<Fault, "begin" | "lasts" | "end"> {
  return {
    lasts,
    begin: (bench) => void Object.assign(bench.wires, { [field]: value }),
    end: (bench) => void Object.assign(bench.wires, { [field]: after }),
  };
}

/** Does `work` every `ms` while the fault lasts. */
function repeatedly(ms: number, lasts: number, work: (bench: FaultSite) => void): Pick<Fault, "begin" | "lasts"> {
  return {
    lasts,
    begin(bench) {
      const until = bench.now() + lasts;
      const next = () => {
        work(bench);
        if (bench.now() < until) bench.clock.after(ms * MS, next);
      };
      next();
    },
  };
}

/*
 * At a bit in 10,000 bytes one long frame in a hundred has two that tip, and one in 32 of those keeps its checksum: half a frame in
 * a run with TCP. At a bit in 500 bytes it is many.
 */
export const COMMON_FAULTS: Fault[] = [
  {
    name: "a bit in 10,000 bytes flips on MISO, for 5 s",
    source: "esp-idf#9092, ioLibrary#161",
    ...wires("misoErrors", 1e-4, 0, 5000),
    bound: LOOK,
    misuse: true,
    spoils: true,
  },
  {
    name: "a bit in 500 bytes flips on MISO, for 3 s",
    source: "esp-idf#9092",
    ...wires("misoErrors", 2e-3, 0, 3000),
    bound: DEAD,
    misuse: true,
    spoils: true,
  },
  {
    name: "a bit in 10,000 bytes flips on MOSI, for 5 s",
    source: "esp-idf#9092",
    ...wires("mosiErrors", 1e-4, 0, 5000),
    bound: 10_000,
    misuse: true,
    spoils: true,
  },
  {
    name: "a bit in 500 bytes flips on MOSI, for 3 s",
    source: "esp-idf#9092",
    ...wires("mosiErrors", 2e-3, 0, 3000),
    bound: 10_000,
    misuse: true,
    spoils: true,
  },
  {
    name: "MISO stuck high for 3 s",
    source: "rule",
    ...wires("misoStuck", 0xff, undefined, 3000),
    bound: DEAD,
    misuse: true,
  },
  {
    name: "MISO stuck low for 3 s",
    source: "rule",
    ...wires("misoStuck", 0, undefined, 3000),
    bound: DEAD,
    misuse: true,
  },
  {
    name: "MOSI stuck high for 2 s",
    source: "rule",
    ...wires("mosiStuck", 0xff, undefined, 2000),
    bound: DEAD,
    misuse: true,
  },
  {
    name: "MOSI stuck low for 2 s",
    source: "rule",
    ...wires("mosiStuck", 0, undefined, 2000),
    bound: DEAD,
    misuse: true,
  },
  { name: "chip select broken for 3 s", source: "rule", ...wires("cut", true, false, 3000), bound: DEAD },
  {
    name: "held in reset for 3 s",
    source: "EtherCard#238",
    lasts: 3000,
    begin: (bench) => bench.wires.holdReset(true),
    end: (bench) => bench.wires.holdReset(false),
    bound: DEAD,
    misuse: true,
  },
  {
    name: "the supply dips: all registers at their reset values",
    source: "EtherCard#238, #339",
    begin: (bench) => bench.chip.brownOut(),
    bound: LOOK,
    misuse: true,
  },
  {
    name: "the same in the middle of a transfer",
    source: "EtherCard#238, #339",
    begin: (bench) => bench.wires.after(40, () => bench.chip.brownOut()),
    lasts: 1200,
    bound: LOOK,
    misuse: true,
  },
  {
    name: "the supply dips three times in a second",
    source: "EtherCard#260",
    ...repeatedly(400, 1000, (bench) => bench.chip.brownOut()),
    bound: LOOK,
    misuse: true,
  },
  {
    name: "an edge of the interrupt line is lost",
    source: "zephyr#42241, esp-idf#6233",
    begin: (bench) => void Object.assign(bench.machine.board.watches, { loseEdges: 1 }),
    bound: LOOK,
  },
  {
    name: "twenty edges are lost",
    source: "zephyr#42241, esp-idf#6233",
    begin: (bench) => void Object.assign(bench.machine.board.watches, { loseEdges: 20 }),
    frames: 10,
    bound: 25_000,
  },
  {
    name: "interrupt line stuck low for 5 s",
    source: "zephyr#9537, RIOT#9784",
    lasts: 5000,
    begin: (bench) => bench.wires.stickInterrupt(false),
    end: (bench) => bench.wires.stickInterrupt(undefined),
    bound: LOOK,
    misuse: true, // what an ENC28J60's ring has of its last lap may pass for new, one batch of it at most (test/faults/old_frames.test.ts)
  },
  {
    name: "interrupt line stuck high for 5 s",
    source: "rule",
    lasts: 5000,
    begin: (bench) => bench.wires.stickInterrupt(true),
    end: (bench) => bench.wires.stickInterrupt(undefined),
    bound: LOOK,
  },
  {
    name: "interrupt line falls 500 times for nothing",
    source: "rule",
    ...repeatedly(4, 2000, (bench) => bench.wires.glitchInterrupt()),
    bound: SOON,
  },
  {
    name: "cable out for 5 s",
    source: "rule",
    lasts: 5000,
    begin: (bench) => bench.machine.port.unplug(),
    end: (bench) => bench.machine.port.plug(),
    bound: LOOK,
  },
  {
    name: "a bad contact of the plug for 2 s",
    source: "rule",
    lasts: 2000,
    begin(bench) {
      const until = bench.now() + 2000;
      const next = () => {
        if (bench.now() >= until) return;
        if (bench.machine.port.plugged) bench.machine.port.unplug();
        else bench.machine.port.plug();
        bench.clock.after((1 + bench.random.below(80)) * MS, next);
      };
      next();
    },
    end: (bench) => bench.machine.port.plug(),
    bound: LOOK,
  },
  {
    name: "a cable that loses and spoils a fifth of all frames, for 10 s",
    source: "rule",
    lasts: 10_000,
    begin: (bench) => void Object.assign(bench.segment.faults, { loss: 0.1, corrupt: 0.1, dup: 0.1, reorder: 0.1 }),
    end: (bench) => void Object.assign(bench.segment.faults, { loss: 0, corrupt: 0, dup: 0, reorder: 0 }),
    bound: SOON,
  },
  {
    name: "broadcasts at the rate of the line, 64 bytes, for 3 s",
    source: "EthernetENC#40",
    ...storm(60, 3000),
    bound: LOOK,
  },
  {
    name: "broadcasts at the rate of the line, 1518 bytes, for 3 s",
    source: "EthernetENC#40",
    ...storm(1514, 3000),
    bound: LOOK,
  },
  { name: "runts of 20 bytes at the rate of the line, for 2 s", source: "rule", ...storm(20, 2000, {}), bound: LOOK },
  {
    name: "giants of 1700 bytes at the rate of the line, for 2 s",
    source: "rule",
    ...storm(1700, 2000, {}),
    bound: LOOK,
  },
  {
    name: "bad checksums at the rate of the line, for 2 s",
    source: "rule",
    ...storm(200, 2000, { badCrc: true }),
    bound: LOOK,
  },
  {
    name: "datagrams for the board at the rate of the line, for 3 s",
    source: "arduino_uip#144",
    ...repeatedly(0.3, 3000, (bench) => bench.prober.datagram(200)),
    bound: LOOK,
  },
];
