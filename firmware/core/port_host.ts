/**
 * Where the shell meets the core on a host: the simulator puts it there (host-sim/native/shell.ts). On a board, and where machine code
 * of a board is emulated: port.ts.
 */
import { random32, timeofday, uptime } from "../machdep";
import { ARG_PENDING, CORE_TIMEOUT, IF_INTR } from "./sysent";

/** What the simulator gives. */
interface HostCore {
  /** the core's memory */
  memory: Uint8Array;
  /** Memory is as when nothing has run. What the core asks of the machine, and who is called for each timeout that is due. */
  open(machine: Machine, timeout: (slot: number) => void): void;
  /** `data`: what SYS_SENDTO sends */
  entry(code: number, a: number, b: number, c: number, data: string | Uint8Array | null): number;
  /** The chip of `unit` is at the end of these wires; `resync` watches its interrupt line anew. */
  wire(unit: number, wires: object, resync: () => void): void;
}

interface Machine {
  random32(): number;
  uptime(): number;
  timeofday(): number;
}

declare const nativeCore: HostCore;

export const memory: () => Uint8Array = () => nativeCore.memory;

let told: () => void;

/** `tell` is called when the core has something to tell. */
export function port_open(tell: () => void): void {
  told = tell;
  nativeCore.open({ random32: random32, uptime: uptime, timeofday: timeofday }, (slot) => turn(CORE_TIMEOUT, slot));
}

export function entry(code: number, a: number, b: number, c: number, data: string | Uint8Array | null): number {
  return nativeCore.entry(code, a, b, c, data);
}

function turn(code: number, a: number): void {
  nativeCore.entry(code, a, 0, 0, null);
  const bytes = memory();
  if (new Int32Array(bytes.buffer, bytes.byteOffset, 1)[ARG_PENDING]) told();
}

/** A turn of the core's: the line of `unit` has fallen. */
export const port_intr = (unit: number) => (): void => turn(IF_INTR, unit);

export function port_wire(unit: number, wires: object, resync: () => void): void {
  nativeCore.wire(unit, wires, resync);
}
