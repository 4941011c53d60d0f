/**
 * Where the shell meets the core on a host: the simulator puts it there (host-sim/native/shell.ts). On a board, and where machine code
 * of a board is emulated: port.ts.
 */
import { random32, timeofday, uptime } from "../machdep";

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

export function port_open(timeout: (slot: number) => void): void {
  nativeCore.open({ random32: random32, uptime: uptime, timeofday: timeofday }, timeout);
}

export function entry(code: number, a: number, b: number, c: number, data: string | Uint8Array | null): number {
  return nativeCore.entry(code, a, b, c, data);
}

export function port_wire(unit: number, wires: object, resync: () => void): void {
  nativeCore.wire(unit, wires, resync);
}
