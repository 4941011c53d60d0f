/**
 * The machine as machine code needs it: addresses, and calls by address. With machdep.ts the only file that names the
 * interpreter's globals; only shells of a core for boards have it (core/port.ts).
 */

/* The globals, more precisely than @types/espruino has them. */
declare const E: {
  getAddressOf(v: unknown, flat: boolean): number;
  nativeCall(address: number, signature: string): NativeFunction;
  toFlatString(bytes: { data: number; count: number }): string | undefined;
  toArrayBuffer(s: string): ArrayBuffer;
  memoryArea(address: number, length: number): string;
  hwRand(): number;
};
declare function getTime(): number;
declare function setTimeout(func: () => void, ms: number, arg?: number): number;
declare function clearTimeout(id: number): void;
declare const global: { setTime: (seconds: number) => void };
declare const process: { env: { EXPTR?: number } };
declare function peek8(address: number): number;
declare function peek32(address: number): number;
declare function poke8(address: number, bytes: string | Uint8Array): void;

export type NativeFunction = (a: number, b: number, c: number, d: number) => number;

/** Thumb code is called with the lowest bit set. */
const THUMB = 1;
/** Characters that a string's own cell has on boards. */
const CELL_TEXT = 8;

/** Where the bytes of `v`, a string or an array, lie in one piece; else 0. */
export function address_flat(v: string | Uint8Array): number {
  return E.getAddressOf(v, true);
}

/** The interpreter's own variable. */
export function address_var(v: unknown): number {
  return E.getAddressOf(v, false);
}

/** Thumb code, as a function of at most four arguments: "int(int,JsVar)", say. */
export function native_function(address: number, signature: string): NativeFunction {
  return E.nativeCall(address | THUMB, signature);
}

/** Espruino's table of functions for machine code; 0: it has none. */
export function native_table(): number {
  return process.env.EXPTR || 0;
}

/** `n` zeros that lie in one piece, as a string, which can be locked where it is; undefined when there is no such room. */
export function memory_flat(n: number): string | undefined {
  return E.toFlatString({ data: 0, count: n });
}

/** The bytes of a flat string, shared. */
export function memory_buffer(s: string): ArrayBuffer {
  return E.toArrayBuffer(s);
}

/** The interpreter's function for a string over memory: `n` bytes from `address`, of which it copies none. */
export function memory_areas(): (address: number, n: number) => string {
  return E.memoryArea;
}

export function word(address: number): number {
  return peek32(address) | 0;
}

/** Does a short string's text lie where its variable is? */
export function cells_text(): boolean {
  let text = "";
  for (let i = 0; i < CELL_TEXT; i++) text += String.fromCharCode(65 + i);
  const at = E.getAddressOf(text, false);
  for (let i = 0; i < CELL_TEXT; i++) if (peek8(at + i) !== 65 + i) return false;
  return true;
}

/** The interpreter's own functions: its clock, in ms, what says where the bytes of something lie, timers, and 32 random bits. */
export function getclock(): () => number {
  return Date.now;
}

export function addresses(): (v: unknown, flat: boolean) => number {
  return E.getAddressOf;
}

export function timeouts(): typeof setTimeout {
  return setTimeout;
}

export function untimeouts(): typeof clearTimeout {
  return clearTimeout;
}

export function object_assign(): (to: object, from: object) => object {
  return (Object as unknown as { assign: (to: object, from: object) => object }).assign;
}

/** Writes bytes to memory. */
export function pokes(): typeof poke8 {
  return poke8;
}

export function random(): () => number {
  return E.hwRand;
}

let clockset: (seconds: number) => void;
let clockstep: (ms: number) => void;

/** `func` hears of each step (ms) that somebody makes the clock take. */
export function clock_stepped(func: (ms: number) => void): void {
  clockset = global.setTime;
  clockstep = func;
  global.setTime = clock_step;
}

function clock_step(seconds: number): void {
  const before = getTime();
  clockset(seconds);
  clockstep((getTime() - before) * 1000);
}
