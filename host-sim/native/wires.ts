/**
 * A chip's wires by the board's own SPI bus and pins: what tools/native/runtime/spi.h stands on.
 */

/** What an SpiDev of firmware/drivers/spi_bus.ts is made of. */
export interface SpiDev {
  spi_send(data: Uint8Array, cs?: unknown): Uint8Array;
  spi_cs: unknown;
  spi_low(): void;
  spi_high(): void;
  spi_int?: () => boolean;
  spi_rst?: { set(): void; reset(): void };
  spi_told: ((cause: number, fault: number) => void) | null;
  /** between a transfer that holds and the end */
  held?: boolean;
}

/** A bus without a chip: what is read is 0. */
export const NOTHING: SpiDev = {
  spi_send: (sent) => sent.fill(0),
  spi_cs: null,
  spi_low() {},
  spi_high() {},
  spi_int: () => false,
  spi_told: null,
};

/* As in runtime/spi.h */
const SPI_LEVEL = 0;
const SPI_RST_LOW = 1;
const SPI_RST_HIGH = 2;
export const SPI_WATCH = 3;

export function transfer(dev: object, out: Uint8Array, inlen: number, hold: boolean): Uint8Array {
  const spi = dev as SpiDev;
  const sent = new Uint8Array(out.length + inlen);
  sent.set(out);
  if (!spi.held && !hold && sent.length) return spi.spi_send(sent, spi.spi_cs).slice(out.length);
  if (!spi.held && hold) spi.spi_low();
  spi.held = hold;
  const answer = sent.length ? spi.spi_send(sent) : sent;
  if (!hold) spi.spi_high();
  return answer.slice(out.length);
}

export function pin(dev: object, what: number): number {
  const { spi_int, spi_rst } = dev as SpiDev;
  if (what === SPI_LEVEL) return Number(spi_int!());
  if (what === SPI_RST_LOW) spi_rst!.reset();
  else if (what === SPI_RST_HIGH) spi_rst!.set();
  return 0;
}
