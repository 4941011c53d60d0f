/**
 * What a simulated board knows of a chip on its SPI bus: the wires, and nothing else.
 */
export interface SpiDevice {
  /** Chip select falls: an instruction begins. */
  select(): void;
  /** Eight clocks: takes the byte on MOSI (0..255), answers the byte on MISO (0..255). */
  transfer(mosi: number): number;
  /** Chip select rises: the instruction ends. */
  deselect(): void;
  /** The RESET pin: `low` true holds the chip in reset. */
  reset(low: boolean): void;
  /** The level of the interrupt pin, active low: true is high (nothing pending). */
  interruptPin(): boolean;
  /** Called after each change of the interrupt pin's level. Set by the board. */
  onInterruptPin?: (high: boolean) => void;
  /** The clock rate of the bus in Hz, told before the first transfer and when it changes. Set by the board. */
  spiClock(hz: number): void;
}
