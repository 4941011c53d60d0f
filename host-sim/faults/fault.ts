/**
 * A fault that a board may meet, and what it is done to. The campaign (test/faults) measures how the firmware gets over each; the lab
 * does them by name.
 */
import type { NetworkChip } from "../chips";
import type { VirtualClock } from "../clock";
import type { Machine } from "../machine";
import type { Random } from "../random";
import type { Segment } from "../segment";
import type { Wires } from "./wires";

/** What a model has beyond what all chips have. */
export interface FaultyChip extends NetworkChip {
  faults: Record<string, unknown>;
  violationCount: number;
  brownOut(): void;
  receive(frame: Uint8Array, options?: { badCrc?: boolean }): void;
}

/** A neighbour. */
export interface FaultProber {
  /** Sends the board a datagram of so many bytes. */
  datagram(length: number): void;
}

/** A board with its chip, the wires between the two, its cable, and a neighbour. */
export interface FaultSite {
  readonly clock: VirtualClock;
  readonly segment: Segment;
  readonly machine: Machine;
  readonly chip: FaultyChip;
  readonly wires: Wires;
  readonly random: Random;
  readonly prober: FaultProber;
  /** ms */
  now(): number;
}

export interface Fault {
  name: string;
  /** erratum, thread of a forum, or rule that it comes from */
  source: string;
  /** for the chip's model and `connect` */
  options?: { chipOptions?: object; connect?: Record<string, string | number | boolean>; callCost?: number };
  begin(site: FaultSite): void;
  /** ms until `end`; 0: it happens at once */
  lasts?: number;
  end?(site: FaultSite): void;
  /** recovered within so many ms after its end, at most */
  bound: number;
  /** the fault itself makes the model see what the data sheet forbids */
  misuse?: boolean;
  /** it strikes so many frames, whenever they come */
  frames?: number;
  /** so many bits tip that some pass the checksums, which have but 16 */
  spoils?: boolean;
}

/** The model's faults set for some time (ms), then set back. `Faults` are those that the chip's model knows. */
export function duringFaults<Faults extends object>(
  lasts: number,
  faults: Partial<Faults>,
  after: Partial<Faults>,
): Pick<Fault, "begin" | "end" | "lasts"> {
  return {
    lasts,
    begin: (site) => void Object.assign(site.chip.faults, faults),
    end: (site) => void Object.assign(site.chip.faults, after),
  };
}
