/**
 * SPI buses as programs see them (SPI1..SPI3, `new SPI()`), and the chips wired to their pins.
 *
 * A byte takes eight clocks of virtual time, in which the rest of the world goes on. A chip hears the bytes while its
 * chip select is low, whoever pulls it low: the call itself, or the program by writing to the pin. Reads of a bus where
 * no chip is selected give 0xff, as an idle line with a pull-up does.
 */
import type { SpiDevice } from "../chips/spi_device";
import { SECOND, type VirtualClock } from "../clock";
import type { Pace } from "../pace/pace";
import { byteString, bytesOf } from "./bytes";
import { Pin } from "./pins";
import type { Realm } from "./realm";

/** Hz, when setup() was not called or did not say. */
const DEFAULT_BAUD = 100_000;
const IDLE_LINE = 0xff;

/** The three shared wires of a bus, by pin name. */
export interface SpiPins {
  sck: string;
  miso: string;
  mosi: string;
}

/** Where the hardware's buses come out on the Pico. */
export const SPI_PINS: Readonly<Record<string, SpiPins>> = {
  SPI1: { sck: "A5", miso: "A6", mosi: "A7" },
  SPI2: { sck: "B13", miso: "B14", mosi: "B15" },
  SPI3: { sck: "B3", miso: "B4", mosi: "B5" },
};

/** What went over the wires to one board's chips. */
export class SpiTraffic {
  /** How often a chip select fell. */
  transactions = 0;
  /** Bytes clocked while a chip was selected. */
  bytes = 0;

  reset(): void {
    this.transactions = 0;
    this.bytes = 0;
  }
}

interface Wired {
  device: SpiDevice;
  pins: SpiPins;
  selected: boolean;
}

interface SetupOptions {
  baud?: number;
  sck?: unknown;
  miso?: unknown;
  mosi?: unknown;
}

/** The chips and the cost of talking to them; shared by all buses of a board. */
export class SpiWiring {
  readonly traffic = new SpiTraffic();
  readonly chips: Wired[] = [];

  /** `callCost`: ns of virtual time that each SPI call costs besides its bytes, for the interpreter's own work. */
  constructor(
    readonly clock: VirtualClock,
    readonly realm: Realm,
    readonly callCost: number,
    /** Of a board that keeps one. */
    readonly pace?: Pace,
  ) {}

  /** Wires a chip to a bus; `cs` is its chip select, high until a program drives it. */
  attach(device: SpiDevice, pins: SpiPins, cs: Pin): void {
    const chip: Wired = { device, pins, selected: false };
    this.chips.push(chip);
    cs.drive(true);
    cs.onLevel((high) => this.select(chip, !high));
  }

  private select(chip: Wired, selected: boolean): void {
    if (chip.selected === selected) return;
    chip.selected = selected;
    if (selected) {
      this.traffic.transactions++;
      chip.device.select();
    } else chip.device.deselect();
  }
}

/** One bus: the object that programs call. */
export class Spi {
  private baud = 0;
  private pins: SpiPins | undefined;
  private chips: Wired[] = [];

  /** `home`: the pins of a hardware bus; undefined for one in software, which has none before `setup`. */
  constructor(
    private readonly wiring: SpiWiring,
    private readonly home: SpiPins | undefined,
  ) {
    this.pins = home;
  }

  /** Sets clock rate and, where given, pins. Missing ones fall back to the bus's own, as on a board. */
  setup(options?: SetupOptions): void {
    const { sck, miso, mosi } = options ?? {};
    const given = sck !== undefined || miso !== undefined || mosi !== undefined;
    this.pins = given ? { sck: `${sck}`, miso: `${miso}`, mosi: `${mosi}` } : this.home;
    this.setBaud(options?.baud || DEFAULT_BAUD);
  }

  /** Exchanges bytes: an int for an int, a string for a string, a Uint8Array for anything else. */
  send(data: unknown, cs?: Pin): number | string | Uint8Array {
    const bytes = typeof data === "number" ? [data & 255] : bytesOf(data);
    const answers = this.exchanged(bytes, cs);
    if (typeof data === "number") return answers[0];
    return typeof data === "string" ? byteString(answers) : answers;
  }

  /** Sends anything that has bytes; a pin as the last argument is the chip select. */
  write(...data: unknown[]): void {
    const last = data[data.length - 1];
    const cs = last instanceof Pin ? last : undefined;
    if (cs) data.pop();
    this.exchanged(bytesOf(...data), cs);
  }

  /** Chip select stays low for the whole call. */
  private exchanged(bytes: ArrayLike<number>, cs: Pin | undefined): Uint8Array {
    if (!this.baud) this.setBaud(DEFAULT_BAUD);
    if (this.wiring.callCost) this.wiring.clock.advance(this.wiring.callCost);
    this.wiring.pace?.spi(bytes.length);
    const answers = this.wiring.realm.bytes(bytes.length);
    cs?.output(false);
    for (let i = 0; i < bytes.length; i++) answers[i] = this.exchange(bytes[i]);
    cs?.output(true);
    return answers;
  }

  /** A byte is exchanged once its eight clocks have passed. */
  private exchange(mosi: number): number {
    this.wiring.clock.advance((8 * SECOND) / this.baud);
    let miso = IDLE_LINE;
    for (const chip of this.chips) {
      if (!chip.selected) continue;
      miso &= chip.device.transfer(mosi);
      this.wiring.traffic.bytes++;
    }
    return miso;
  }

  private setBaud(baud: number): void {
    this.baud = baud;
    this.chips = this.pins ? this.chipsAt(this.pins) : [];
    for (const chip of this.chips) chip.device.spiClock(baud);
  }

  /** Only a chip that all three wires reach is heard. */
  private chipsAt({ sck, miso, mosi }: SpiPins): Wired[] {
    return this.wiring.chips.filter(({ pins: p }) => p.sck === sck && p.miso === miso && p.mosi === mosi);
  }
}

/** The buses and the constructor that programs see. */
export function spiGlobals(wiring: SpiWiring): Record<string, unknown> {
  class SPI extends Spi {
    constructor() {
      super(wiring, undefined);
    }
    static find(pin: unknown): Spi | undefined {
      const name = Object.keys(SPI_PINS).find((bus) => Object.values(SPI_PINS[bus]).includes(`${pin}`));
      return name === undefined ? undefined : (buses[name] as Spi);
    }
  }
  const buses: Record<string, unknown> = {};
  for (const name of Object.keys(SPI_PINS)) buses[name] = new Spi(wiring, SPI_PINS[name]);
  return { ...buses, SPI };
}
