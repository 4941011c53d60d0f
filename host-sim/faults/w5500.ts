/**
 * Faults of the W5500 in MACRAW: what the threads of peers.md C2 have found, and a bit that tips in each register that matters.
 */
import type { W5500 } from "../chips/w5500";
import { duringFaults, type Fault, type FaultSite } from "./fault";

type Faults = W5500["faults"];

/** Seen by the watchdog's look: a second after traffic has ended, or eight while frames still come. */
const LOOK = 2500;
const LOOK_BUSY = 10_000;
/** At once: the next ping is answered, and on a quiet cable there is one a second. */
const SOON = 1500;

function chip(bench: FaultSite): W5500 {
  return bench.machine.chip as W5500;
}

const during = duringFaults<Faults>;

function set(faults: Partial<Faults>): Pick<Fault, "begin"> {
  return { begin: (bench) => void Object.assign(chip(bench).faults, faults) };
}

/** Writes a register behind the driver's back, as a bit that tips does. */
function poke(block: number, address: number, value: number): Pick<Fault, "begin"> {
  return { begin: (bench) => chip(bench).write(block, address, value) };
}

const COMMON = 0;
const S0 = 1;

export const W5500_FAULTS: Fault[] = [
  {
    name: "a length of 0 in front of a frame",
    source: "mongoose, FOR 4925",
    ...set({ corruptLengthNext: 1, corruptLength: 0 }),
    bound: LOOK,
  },
  {
    name: "a length of 65534",
    source: "esp-idf#6572",
    ...set({ corruptLengthNext: 1, corruptLength: 65534 }),
    bound: LOOK,
  },
  { name: "a length of 1", source: "embassy", ...set({ corruptLengthNext: 1, corruptLength: 1 }), bound: LOOK },
  {
    name: "ten lengths at random",
    source: "zephyr#46684, esp-eth-drivers#151",
    ...set({ corruptLengthNext: 10, corruptLength: -1 }),
    frames: 10,
    bound: 12_000,
    misuse: true, // one that a frame may have is believed
  },
  { name: "a frame that sets no RECV flag", source: "zephyr#119018", ...set({ lostRecvNext: 1 }), bound: LOOK },
  {
    name: "twenty frames that set no RECV flag",
    source: "zephyr#119018",
    ...set({ lostRecvNext: 20 }),
    frames: 20,
    bound: 25_000,
  },
  {
    name: "deaf although open, until CLOSE",
    source: "zephyr#119018",
    ...set({ rxDeaf: "until CLOSE" }),
    bound: 35_000,
  },
  {
    name: "deaf although open, until the chip is reset",
    source: "zephyr#119018",
    ...set({ rxDeaf: "until reset" }),
    bound: 65_000,
  },
  {
    name: "SENDOK never comes, for 3 s",
    source: "ioLibrary#168",
    ...during(3000, { sendOkNever: true }, { sendOkNever: false }),
    bound: LOOK,
  },
  {
    name: "commands are not accepted, for 3 s",
    source: "rule",
    ...during(3000, { commandStuck: true }, { commandStuck: false }),
    bound: LOOK_BUSY,
    misuse: true,
  },
  {
    name: "pointers torn at every other read, for 10 s",
    source: "data sheet p. 54",
    ...during(10_000, { tornPointers: 0.5 }, { tornPointers: 0 }),
    bound: SOON,
  },
  {
    name: "the socket closes by itself",
    source: "rule",
    begin: (bench) => chip(bench).dropSocket(),
    bound: LOOK,
    misuse: true,
  },
  { name: "hardware address changed", source: "rule", ...poke(COMMON, 0x0e, 0x55), bound: LOOK_BUSY },
  {
    name: "an IP address appears: the chip answers by itself",
    source: "rule",
    ...poke(COMMON, 0x0f, 10),
    bound: LOOK_BUSY,
    misuse: true,
  },
  { name: "SIMR cleared: no interrupts", source: "zephyr#42241", ...poke(COMMON, 0x18, 0), bound: LOOK },
  { name: "Sn_IMR cleared: no interrupts", source: "zephyr#42241", ...poke(S0, 0x2c, 0), bound: LOOK },
  { name: "Sn_RX_RD strays", source: "RTL, KallistiOS#45", ...poke(S0, 0x28, 0x12), bound: LOOK, misuse: true },
  { name: "Sn_TX_WR strays", source: "rule", ...poke(S0, 0x24, 0x12), bound: LOOK_BUSY, misuse: true },
  { name: "MAC filter off: everything comes in", source: "rule", ...poke(S0, 0x00, 0x04), bound: LOOK_BUSY },
  { name: "PHY powered down", source: "rule", ...poke(COMMON, 0x2e, 0xf0), bound: 65_000, misuse: true },
  {
    name: "an EMI burst: registers change, and 2 % of all bytes on the wires, for 1 s",
    source: "esp-idf#9092",
    lasts: 1000,
    begin(bench) {
      for (const [block, address] of [
        [COMMON, 0x09],
        [COMMON, 0x18],
        [S0, 0x24],
        [S0, 0x28],
        [S0, 0x2c],
      ])
        chip(bench).write(block, address, bench.random.below(256));
      Object.assign(bench.wires, { misoErrors: 0.02, mosiErrors: 0.02 });
    },
    end: (bench) => void Object.assign(bench.wires, { misoErrors: 0, mosiErrors: 0 }),
    bound: 12_000,
    misuse: true,
    spoils: true,
  },
];
