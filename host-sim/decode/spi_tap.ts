/**
 * What goes over a chip's SPI, as the decoders have it: a period of chip select, and a way to listen.
 */
import type { SpiDevice } from "../chips/spi_device";

/** One period of chip select: what went over the two wires. */
export interface SpiTransaction {
  mosi: Uint8Array;
  miso: Uint8Array;
}

/** The wires of a chip, listened to: a device that does what `device` does. */
export class SpiTap implements SpiDevice {
  private mosi: number[] = [];
  private miso: number[] = [];

  constructor(
    private readonly device: SpiDevice,
    private readonly heard: (transaction: SpiTransaction) => void,
  ) {}

  select(): void {
    this.mosi = [];
    this.miso = [];
    this.device.select();
  }

  transfer(mosi: number): number {
    const miso = this.device.transfer(mosi);
    this.mosi.push(mosi);
    this.miso.push(miso);
    return miso;
  }

  deselect(): void {
    this.device.deselect();
    this.heard({ mosi: Uint8Array.from(this.mosi), miso: Uint8Array.from(this.miso) });
  }

  reset(low: boolean): void {
    this.device.reset(low);
  }

  interruptPin(): boolean {
    return this.device.interruptPin();
  }

  spiClock(hz: number): void {
    this.device.spiClock(hz);
  }
}

/** A few bytes in hex, and how many there are when they are not all shown. */
export function bytesText(bytes: Uint8Array, most = 8): string {
  const shown = [...bytes.subarray(0, most)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > most ? `${shown} .. (${bytes.length} bytes)` : shown;
}
