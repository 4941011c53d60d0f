/**
 * The W5500's bus: frames of two bytes of address, one of control, and data (datasheet 2.2). Every function here is one
 * chip select period.
 */
import type { IoPin, SpiBus } from "../../machdep";
import { S0_READ, SN_RX_RSR, SN_TX_RD } from "./regs";

/** The chip as seen over its wires. */
export interface WzBus {
  /** the bus's own functions, bound once */
  wz_send: SpiBus["send"];
  wz_write: SpiBus["write"];
  wz_cs: IoPin;
  wz_select: () => void;
  wz_deselect: () => void;
  /** what reads the received size, and the transmitter's pointer */
  wz_rsrcmd: Uint8Array;
  wz_txrdcmd: Uint8Array;
}

/** Binds the bus's functions. */
export function wzbus_new(spi: SpiBus, cs: IoPin): WzBus {
  cs.set();
  return {
    wz_send: spi.send.bind(spi) as SpiBus["send"],
    wz_write: spi.write.bind(spi),
    wz_cs: cs,
    wz_select: cs.reset.bind(cs),
    wz_deselect: cs.set.bind(cs),
    wz_rsrcmd: new Uint8Array([0, SN_RX_RSR, S0_READ, 0, 0]),
    wz_txrdcmd: new Uint8Array([0, SN_TX_RD, S0_READ, 0, 0]),
  };
}

/** Reads `len` bytes of registers, as a string. */
export function wz_read(bus: WzBus, control: number, reg: number, len: number): string {
  let s = String.fromCharCode(0, reg, control);
  for (let n = len; n; n--) s += "\0";
  return bus.wz_send(s, bus.wz_cs).substr(3);
}

/** Reads a register of one byte. */
export function wz_read8(bus: WzBus, control: number, reg: number): number {
  return wz_read(bus, control, reg, 1).charCodeAt(0);
}

/** Writes a register, or several in a row. */
export function wz_set(bus: WzBus, control: number, reg: number, data: number | string): void {
  bus.wz_write(0, reg, control, data, bus.wz_cs);
}
