/**
 * Faults of the ENC28J60: its errata (DS80349C), what the threads of peers.md C1 have found, and a bit that tips in each
 * register that matters.
 *
 * Not here, because no driver can do anything about them while it runs: errata 1 (choose the clock), 3, 4, 7, 8 (the board);
 * 9, 10, 17 and 18 concern what the driver does not use.
 */
import type { Enc28j60 } from "../chips/enc28j60";
import type { RegisterName } from "../chips/enc28j60/registers";
import { duringFaults, type Fault, type FaultSite } from "./fault";

type Faults = Enc28j60["faults"];

/** Seen by the watchdog's look: a second after traffic has ended, and the next one when some frames still come. */
const LOOK = 2500;
/** A register is compared every sixteenth second on a quiet cable, every 24th while frames come in. */
const PATROL = 28_000;
/** At once: one frame is lost at most, and on a quiet cable there is one a second. */
const SOON = 2000;

function chip(bench: FaultSite): Enc28j60 {
  return bench.machine.chip as Enc28j60;
}

const during = duringFaults<Faults>;

/** One bit of a register tips over. */
function flip(register: RegisterName, bit: number): Pick<Fault, "begin"> {
  return { begin: (bench) => chip(bench).flipRegisterBit(register, bit) };
}

function set(faults: Partial<Faults>): Pick<Fault, "begin"> {
  return { begin: (bench) => void Object.assign(chip(bench).faults, faults) };
}

export const ENC28J60_FAULTS: Fault[] = [
  {
    name: "an internal reset, PHY clock off for 1 ms",
    source: "erratum 2",
    begin: (b) => chip(b).brownOut(),
    bound: LOOK,
    misuse: true,
  },
  {
    name: "headers spoiled whenever ERXRDPT is even, for 5 s",
    source: "errata 5 and 14, EtherCard#182",
    ...during(5000, { erratum14Probability: 1 }, { erratum14Probability: 0.05 }),
    bound: SOON,
  },
  {
    name: "PKTIF always reads 0, for 5 s",
    source: "erratum 6",
    ...during(5000, { erratum6Probability: 1 }, { erratum6Probability: 0.25 }),
    bound: SOON,
  },
  {
    name: "five frames meet sixteen collisions",
    source: "erratum 12",
    ...set({ excessiveCollisionsNext: 5 }),
    frames: 5,
    bound: 6000,
  },
  {
    name: "link pulses taken for collisions, for 10 s",
    source: "erratum 13, esp-idf#4747",
    ...during(10_000, { erratum13: true }, { erratum13: false }),
    bound: SOON,
  },
  {
    name: "ten late collisions, which ESTAT does not tell of",
    source: "erratum 15",
    ...set({ lateCollisionNext: 10 }),
    frames: 10,
    bound: LOOK,
  },
  { name: "the chip falls asleep: no SRC", source: "erratum 19", ...flip("ECON2", 5), bound: PATROL, misuse: true },
  {
    name: "the other end is set to full duplex: every third frame collides late, for 10 s",
    source: "arduino_uip#100, UIPEthernet#79",
    ...during(10_000, { lateCollision: 0.3 }, { lateCollision: 0 }),
    bound: SOON,
  },
  {
    name: "a hub full of traffic: half of all frames collide, for 10 s",
    source: "NetMod#119",
    ...during(10_000, { collision: 0.5, excessiveCollisions: 0.02 }, { collision: 0, excessiveCollisions: 0 }),
    bound: SOON,
  },
  {
    name: "TXRTS never ends, for 3 s",
    source: "esp-idf#7117",
    ...during(3000, { txStuck: true }, { txStuck: false }),
    bound: LOOK,
  },
  { name: "TXRTS never ends, until TXRST", source: "arduino_uip#103", ...set({ txStuck: "until TXRST" }), bound: LOOK },
  {
    name: "TXRTS never ends, until the chip is reset",
    source: "arduino_uip#144",
    ...set({ txStuck: "until reset" }),
    bound: LOOK + 500, // four smaller steps come first
  },
  { name: "RXEN cleared", source: "arduino_uip#167", begin: (b) => chip(b).clearRxen(), bound: LOOK },
  {
    name: "deaf although RXEN is set, until RXRST",
    source: "UIPEthernet#129",
    ...set({ rxDeaf: "until RXRST" }),
    bound: 35_000,
  },
  {
    name: "deaf although RXEN is set, until the chip is reset",
    source: "UIPEthernet#129",
    ...set({ rxDeaf: "until reset" }),
    bound: 65_000,
  },
  {
    name: "next-packet pointer corrupt",
    source: "RIOT#9784, embassy#1796",
    ...set({ corruptNextPointerNext: 1 }),
    bound: SOON,
  },
  {
    name: "ten next-packet pointers corrupt",
    source: "RIOT#9784, embassy#1796",
    ...set({ corruptNextPointerNext: 10 }),
    frames: 10,
    bound: 12_000,
  },
  { name: "status vector garbage", source: "rule", ...set({ rsvGarbageNext: 1 }), bound: SOON },
  {
    name: "EPKTCNT stuck at 255, until RXRST",
    source: "zephyr#9537",
    ...set({ epktcntStuck: "until RXRST" }),
    bound: LOOK,
  },
  {
    name: "EPKTCNT stuck at 255, until the chip is reset",
    source: "zephyr#9537",
    ...set({ epktcntStuck: "until reset" }),
    bound: 5000,
  },
  {
    name: "EPKTCNT lost a count: a frame lies there uncounted",
    source: "rule",
    begin: (b) => chip(b).flipRegisterBit("EPKTCNT", 0),
    bound: LOOK,
    misuse: true,
  },
  {
    name: "ERXRDPT at 0xFFFF",
    source: "EtherCard#182",
    begin: (b) => chip(b).setWord("ERXRDPTL", 0x1fff),
    bound: LOOK,
  },
  { name: "ERDPT strays", source: "RIOT#9784", ...flip("ERDPTH", 2), bound: SOON },
  { name: "EWRPT strays", source: "rule", ...flip("EWRPTH", 2), misuse: true, bound: 10_000 },
  { name: "ETXND strays", source: "rule", ...flip("ETXNDH", 2), bound: LOOK },
  { name: "ETXST strays", source: "rule", ...flip("ETXSTL", 4), bound: PATROL },
  { name: "ERXND strays", source: "rule", ...flip("ERXNDH", 3), misuse: true, bound: PATROL },
  {
    name: "the bank is another",
    source: "esp-idf#7117 (bank switched by another task)",
    ...flip("ECON1", 0),
    bound: PATROL,
    misuse: true,
  },
  { name: "INTIE cleared", source: "rule", ...flip("EIE", 7), bound: LOOK },
  { name: "PKTIE cleared", source: "rule", ...flip("EIE", 6), bound: LOOK },
  { name: "TXRST set", source: "rule", ...flip("ECON1", 7), bound: LOOK, misuse: true },
  { name: "RXRST set", source: "rule", ...flip("ECON1", 6), bound: LOOK },
  { name: "AUTOINC cleared", source: "rule", ...flip("ECON2", 7), bound: LOOK, misuse: true },
  { name: "unicast filter off", source: "rule", ...flip("ERXFCON", 7), bound: PATROL },
  { name: "broadcast filter off", source: "rule", ...flip("ERXFCON", 0), bound: PATROL },
  { name: "filters joined by AND", source: "rule", ...flip("ERXFCON", 6), bound: PATROL },
  { name: "address changed", source: "rule", ...flip("MAADR6", 3), bound: PATROL },
  { name: "MARXEN cleared", source: "rule", ...flip("MACON1", 0), bound: PATROL },
  { name: "MAC in full duplex", source: "erratum 16", ...flip("MACON3", 0), misuse: true, bound: PATROL },
  { name: "no checksums are added", source: "rule", ...flip("MACON3", 4), misuse: true, bound: PATROL },
  { name: "frames above 494 bytes are refused", source: "rule", ...flip("MAMXFLH", 2), bound: PATROL },
  {
    name: "PHY in full duplex",
    source: "erratum 16",
    begin: (b) => chip(b).flipPhyBit(0x00, 8),
    misuse: true,
    bound: LOOK,
  },
  {
    name: "PHY asleep",
    source: "esp-idf#7117 (PHSTAT2 failed)",
    begin: (b) => chip(b).flipPhyBit(0x00, 11),
    bound: 35_000,
  },
  { name: "PHY in loopback", source: "rule", begin: (b) => chip(b).flipPhyBit(0x00, 14), bound: 65_000 },
  { name: "PHY sends nothing", source: "rule", begin: (b) => chip(b).flipPhyBit(0x10, 13), bound: 65_000 },
  {
    name: "an EMI burst: a bit tips in every register, and 2 % of all bytes on the wires, for 1 s",
    source: "esp-idf#9092",
    lasts: 1000,
    begin(bench) {
      const names: RegisterName[] = [
        "ERXFCON",
        "MACON1",
        "MACON3",
        "MAADR1",
        "EIE",
        "ECON2",
        "ERXRDPTL",
        "ETXSTH",
        "MABBIPG",
      ];
      for (const name of names) chip(bench).flipRegisterBit(name, bench.random.below(8));
      Object.assign(bench.wires, { misoErrors: 0.02, mosiErrors: 0.02 });
    },
    end: (bench) => void Object.assign(bench.wires, { misoErrors: 0, mosiErrors: 0 }),
    bound: 12_000,
    misuse: true,
    spoils: true,
  },
];
