/**
 * The SPI port: a frame per CS period, of two bytes of offset address, one of control (block, direction, length), then
 * data, at addresses that count up.
 *
 * During the first three bytes the chip shifts out 01, 02, 03 (undocumented; every forum thread with a logic analyser
 * shows it). In variable length mode CS ends the frame; a frame of fixed length ends after 1, 2 or 4 data bytes.
 */
import type { Core } from "./core";

/** What lies behind the port: 32 blocks of 64 KB. */
export interface AddressSpace {
  /** Whether the chip answers now. */
  admits(block: number, address: number, writing: boolean): boolean;
  read(block: number, address: number): number;
  write(block: number, address: number, value: number): void;
  /** The data are over: `count` bytes were written to `block` from `first` on. */
  written(block: number, first: number, count: number): void;
}

/** What the next byte of a CS period is. */
const Phase = {
  CS_HIGH: 0,
  READ: 1,
  WRITE: 2,
  ADDRESS_HIGH: 3,
  ADDRESS_LOW: 4,
  CONTROL: 5,
  DONE: 6,
  DEAD: 7,
  MUTE: 8,
} as const;

const WRITES = 0x04;
const LENGTHS = [Number.POSITIVE_INFINITY, 1, 2, 4];

const FASTEST_CLOCK = 80_000_000;

export class SpiPort {
  private phase: number = Phase.CS_HIGH;
  private block = 0;
  private first = 0;
  private address = 0;
  /** Data bytes that a frame of fixed length still has. */
  private left = 0;
  private writing = false;
  private readonly floating: number;

  constructor(
    private readonly core: Core,
    private readonly space: AddressSpace,
  ) {
    this.floating = core.settings.floatingMiso;
  }

  setClock(hz: number): void {
    if (hz > FASTEST_CLOCK) this.core.violate("spi-clock-fast", `${hz} Hz`);
  }

  select(): void {
    if (this.phase !== Phase.CS_HIGH) this.core.violate("cs-already-low");
    this.phase = this.core.faults.absent ? Phase.DEAD : Phase.ADDRESS_HIGH;
  }

  /** Eight clocks. */
  transfer(mosi: number): number {
    switch (this.phase) {
      case Phase.READ:
        return this.read();
      case Phase.WRITE:
        this.write(mosi);
        return this.floating;
      default:
        return this.transferHeader(mosi);
    }
  }

  deselect(): void {
    const { phase } = this;
    this.phase = Phase.CS_HIGH;
    const inData = phase === Phase.READ || phase === Phase.WRITE;
    if (inData && this.address !== this.first) this.endData();
    else if (inData || phase === Phase.ADDRESS_LOW || phase === Phase.CONTROL) this.core.violate("frame-incomplete");
  }

  /** The RSTn pin, or the supply: the frame under way is lost. */
  abandon(): void {
    if (this.phase !== Phase.CS_HIGH) this.phase = Phase.DEAD;
  }

  private read(): number {
    const value = this.space.read(this.block, this.address);
    this.advance();
    return value;
  }

  private write(mosi: number): void {
    this.space.write(this.block, this.address, mosi);
    this.advance();
  }

  private advance(): void {
    this.address = (this.address + 1) & 0xffff;
    if (--this.left > 0) return;
    this.endData();
    this.phase = this.core.settings.afterFixedLength === "restart" ? Phase.ADDRESS_HIGH : Phase.DONE;
  }

  private endData(): void {
    if (this.writing) this.space.written(this.block, this.first, (this.address - this.first) & 0xffff);
  }

  private transferHeader(mosi: number): number {
    switch (this.phase) {
      case Phase.ADDRESS_HIGH:
        this.address = mosi << 8;
        this.phase = Phase.ADDRESS_LOW;
        return 0x01;
      case Phase.ADDRESS_LOW:
        this.address |= mosi;
        this.phase = Phase.CONTROL;
        return 0x02;
      case Phase.CONTROL:
        this.begin(mosi);
        return 0x03;
      case Phase.CS_HIGH:
        this.core.violate("cs-high");
        return this.floating;
      case Phase.DONE:
        this.core.violate("fixed-length-overrun");
        return this.floating;
      case Phase.MUTE:
        return 0;
      default:
        return this.floating;
    }
  }

  private begin(control: number): void {
    this.block = control >> 3;
    this.first = this.address;
    this.left = LENGTHS[control & 3];
    this.writing = (control & WRITES) !== 0;
    this.phase = this.writing ? Phase.WRITE : Phase.READ;
    if (this.block && (this.block & 3) === 0) this.core.violate("reserved-block", `${this.block}`);
    if (!this.space.admits(this.block, this.address, this.writing)) this.phase = Phase.MUTE;
  }
}
