/**
 * A part of the fault campaign (campaign.ts), with the bounds that it states. All of it: `npm run faults -- --chip enc28j60`.
 */
import { chips } from "../../host-sim/chips";
import { faultsOf } from "../../host-sim/faults";
import type { Fault } from "../../host-sim/faults/fault";
import { NO_LINE, TRAFFICS, type Traffic } from "./bench";
import { complaints, meet } from "./campaign";

const SEED = 1;

/** Of the faults that any chip may meet, and of each chip's own. */
const COMMON = [
  "a bit in 10,000 bytes flips on MISO, for 5 s",
  "a bit in 500 bytes flips on MOSI, for 3 s",
  "MISO stuck low for 3 s",
  "held in reset for 3 s",
  "the supply dips: all registers at their reset values",
  "the same in the middle of a transfer",
  "an edge of the interrupt line is lost",
  "interrupt line stuck low for 5 s",
  "interrupt line stuck high for 5 s",
  "a bad contact of the plug for 2 s",
];
const OWN: { [chip: string]: string[] } = {
  enc28j60: [
    "five frames meet sixteen collisions",
    "link pulses taken for collisions, for 10 s",
    "TXRTS never ends, until the chip is reset",
    "RXEN cleared",
    "deaf although RXEN is set, until the chip is reset",
    "ten next-packet pointers corrupt",
    "EPKTCNT stuck at 255, until the chip is reset",
    "ERXRDPT at 0xFFFF",
    "the bank is another",
    "address changed",
    "PHY sends nothing",
  ],
  "w5500-raw": [
    "a length of 0 in front of a frame",
    "ten lengths at random",
    "twenty frames that set no RECV flag",
    "deaf although open, until the chip is reset",
    "SENDOK never comes, for 3 s",
    "pointers torn at every other read, for 10 s",
    "the socket closes by itself",
    "Sn_RX_RD strays",
    "SIMR cleared: no interrupts",
  ],
};

/** Where what comes is asked for every few milliseconds, other things happen between two steps of a recovery. */
const POLLED: { [chip: string]: [name: string, traffic: Traffic][] } = {
  enc28j60: [
    ["EPKTCNT lost a count: a frame lies there uncounted", "ping"],
    ["TXRTS never ends, until the chip is reset", "udp"],
  ],
  "w5500-raw": [["SENDOK never comes, for 3 s", "udp"]],
};

function named(chip: string, name: string): Fault {
  const fault = faultsOf(chip).find((one) => one.name === name);
  if (!fault) throw new Error(`no such fault: ${name}`);
  return fault;
}

for (const chip of Object.keys(chips))
  describe(`A board with ${chip} heals itself (seed ${SEED}) when it meets`, () => {
    [...COMMON, ...(OWN[chip] ?? [])].forEach((name, i) => {
      const fault = named(chip, name);
      const traffic = TRAFFICS[i % TRAFFICS.length];
      it(`"${fault.name}", ${traffic}: within ${fault.bound / 1000} s`, () => {
        const outcome = meet({ chip, seed: SEED }, fault, traffic);
        expect(complaints(fault, outcome)).toEqual([]);
        if (outcome.causes[0]) expect(outcome.detected).withContext("a reset must have a cause").toBeDefined();
      });
    });

    for (const [name, traffic] of POLLED[chip] ?? [])
      it(`"${name}", ${traffic}, without an interrupt line`, () => {
        const fault = named(chip, name);
        expect(complaints(fault, meet({ chip, seed: SEED, connect: NO_LINE }, fault, traffic))).toEqual([]);
      });
  });

describe("The fault campaign", () => {
  it("would tell of a fault that is not mended", () => {
    const fault: Fault = {
      name: "the chip is gone for good",
      source: "-",
      begin: (bench) => Object.assign(bench.wires, { cut: true }),
      bound: 1000,
    };
    const outcome = meet({ chip: "enc28j60", seed: SEED }, fault, "ping", 3000);
    expect(outcome.detected).toBeDefined();
    expect(complaints(fault, outcome)).toEqual(["not recovered"]);
  });
});
