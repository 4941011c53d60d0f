/**
 * What the models of all chips have in common, around the blocks that make each what it is: the shell, which is the wires of
 * SPI with what may be wrong with them and the tests' windows; and the core, which is time, chance and the books.
 */
import type { VirtualClock } from "../clock";
import type { Transceiver } from "../line";
import { Random } from "../random";
import type { SpiDevice } from "./spi_device";
import { type Violation, ViolationLog } from "./violation_log";

/** What may be wrong with any chip's wires; switchable while it runs, taken over when CS falls. */
export interface WireFaults {
  /** A broken or shorted MISO line. */
  misoStuck: "no" | "high" | "low";
  /** No chip there: MISO floats, INT stays high, frames are lost. */
  absent: boolean;
}

export const SOUND_WIRES: Readonly<WireFaults> = { misoStuck: "no", absent: false };

/** What a test wants to know of any chip's past; the frames that were dropped by their causes. */
export interface FrameCounters<Cause extends string> {
  /** Frames the cable brought (loopback included), and those of them that reached the receive buffer. */
  framesArrived: number;
  framesIn: number;
  /** Frames the cable was given. */
  framesOut: number;
  /** Falls of the INT pin. */
  interrupts: number;
  dropped: Record<Cause, number>;
}

export function newFrameCounters<Cause extends string>(causes: readonly Cause[]): FrameCounters<Cause> {
  return { framesArrived: 0, framesIn: 0, framesOut: 0, interrupts: 0, dropped: zeros(causes) };
}

/** A count of 0 for each name. */
export function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

/** Takes one from a countdown of a chip's faults; false when there was none left. */
export function strikes<Name extends string>(faults: Record<Name, number>, which: Name): boolean {
  if (faults[which] <= 0) return false;
  faults[which]--;
  return true;
}

/** What the blocks of a chip share. `rules`: the texts of what its driver must not do. */
export class ChipCore<Rule extends string, Counters, Settings extends { seed: number; strict: boolean }, Faults> {
  readonly random: Random;
  readonly violations: ViolationLog<Rule>;

  constructor(
    readonly clock: VirtualClock,
    readonly settings: Settings,
    readonly faults: Faults,
    readonly counters: Counters,
    rules: Readonly<Record<Rule, string>>,
  ) {
    this.random = new Random(settings.seed);
    this.violations = new ViolationLog(rules, settings.strict);
  }

  now(): number {
    return this.clock.now();
  }

  violate(rule: Rule, detail = ""): void {
    this.violations.note(this.now(), rule, detail);
  }
}

/** A chip's end of the SPI bus. */
interface Port {
  select(): void;
  transfer(mosi: number): number;
  deselect(): void;
  /** The chip lost its power, or is held in reset: whatever was under way is over. */
  abandon(): void;
  setClock(hz: number): void;
}

/** A chip's reset pin. */
interface ResetPin {
  /** It is low. */
  readonly held: boolean;
  resetPin(low: boolean): void;
}

/** A chip's interrupt pin. */
interface InterruptPin {
  readonly high: boolean;
  onChange?: (high: boolean) => void;
}

/** MISO shorted: what is or-ed to and and-ed with every byte. */
const STUCK = { no: [0x00, 0xff], high: [0xff, 0xff], low: [0x00, 0x00] } as const;

export abstract class ChipModel<Rule extends string, Counters, Faults extends WireFaults>
  implements SpiDevice, Transceiver
{
  /** Switchable at any time. */
  abstract readonly faults: Faults;
  /**
   * The cable: called at the moment a frame's last bit is on the wire, with the frame without its CRC, padded as sent.
   * `badCrc` is true when the host supplied the CRC and it is wrong.
   */
  onTransmit?: (frame: Uint8Array, badCrc?: boolean) => void;

  protected abstract readonly core: { violations: ViolationLog<Rule>; counters: Counters };
  protected abstract readonly port: Port;
  protected abstract readonly power: ResetPin;
  protected abstract readonly pin: InterruptPin;
  private misoHigh: number = STUCK.no[0];
  private misoLow: number = STUCK.no[1];

  abstract readonly byteTime: number;
  abstract readonly sendingUntil: number;
  abstract announce(length: number): void;
  abstract receive(frame: Uint8Array): void;
  abstract setLink(up: boolean): void;
  /** The supply sagged: all registers fall to their reset values and nobody tells the host. */
  abstract brownOut(): void;
  abstract readonly linkUp: boolean;

  // The SPI bus.

  select(): void {
    [this.misoHigh, this.misoLow] = STUCK[this.faults.misoStuck];
    this.port.select();
    if (this.power.held) this.port.abandon();
  }

  transfer(mosi: number): number {
    return (this.clocked(mosi) | this.misoHigh) & this.misoLow;
  }

  /** A byte goes over the wires. */
  protected clocked(mosi: number): number {
    return this.port.transfer(mosi);
  }

  deselect(): void {
    this.port.deselect();
  }

  spiClock(hz: number): void {
    this.port.setClock(hz);
  }

  reset(low: boolean): void {
    if (low) this.port.abandon();
    this.power.resetPin(low);
  }

  interruptPin(): boolean {
    return this.pin.high || this.faults.absent;
  }

  get onInterruptPin(): ((high: boolean) => void) | undefined {
    return this.pin.onChange;
  }

  set onInterruptPin(listener: ((high: boolean) => void) | undefined) {
    this.pin.onChange = listener;
  }

  // For tests.

  get violations(): readonly Violation<Rule>[] {
    return this.core.violations.list;
  }

  /** Of all violations, also those that the list is too short for. */
  get violationCount(): number {
    return this.core.violations.total;
  }

  get counters(): Readonly<Counters> {
    return this.core.counters;
  }
}
