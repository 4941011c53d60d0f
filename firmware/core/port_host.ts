/**
 * Where the shell meets the core on a host: the simulator puts it there (host-sim/native/shell.ts). On a board: port.ts.
 */

/** What the simulator gives. */
interface HostCore {
  /** the core's memory */
  memory: Uint8Array;
  /** `data`: what SYS_SENDTO sends */
  entry(code: number, a: number, b: number, c: number, data: string | Uint8Array | null): number;
  /** Called for each timeout of the core's that is due. */
  onTimeout: (slot: number) => void;
  /** The chip of `unit` is at the end of these wires. */
  wire(unit: number, wires: object): void;
}

declare const nativeCore: HostCore;

export const memory: () => Uint8Array = () => nativeCore.memory;

export function port_open(timeout: (slot: number) => void): void {
  nativeCore.onTimeout = timeout;
}

export function entry(code: number, a: number, b: number, c: number, data: string | Uint8Array | null): number {
  return nativeCore.entry(code, a, b, c, data);
}

export function port_wire(unit: number, wires: object): void {
  nativeCore.wire(unit, wires);
}
