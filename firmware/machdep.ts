/**
 * The machine: the only file that names Espruino's globals (clock, timers, entropy, bulk bytes, pins, SPI).
 *
 * It also owns the arena, the one block of memory in which all packet headers lie, and reads and writes it in network
 * order, as BSD's machine/endian.h does: `get16(off)` is ntohs at an arena offset. Natives are bound once at boot,
 * which halves what a call costs; `machdep_init` must run before anything else.
 */

/* The globals, more precisely than @types/espruino has them. */
declare function setTimeout(func: () => void, ms: number): number;
declare function clearTimeout(id: number): void;
declare function getTime(): number;
declare function setTime(seconds: number): void;
declare function setWatch(func: () => void, pin: IoPin, options: { edge: string; repeat: boolean }): unknown;
declare function clearWatch(id: unknown): void;
declare const process: { memory(gc?: boolean): { free: number; blocksize: number } };
declare function getSerial(): string;
declare const console: { log(message: string): void };
declare const global: { setTime: (seconds: number) => void };
declare const E: {
  sum(words: Uint16Array | Uint8Array): number;
  toArrayBuffer(s: string): ArrayBuffer;
  toString(bytes: Uint8Array): string;
  toFlatString(bytes: { data: number; count: number }): string | undefined;
  hwRand(): number;
};

/** A pin as Espruino gives it; its methods are bound where they are used. */
export interface IoPin {
  read(): boolean;
  set(): void;
  reset(): void;
}

/** Anything that SPI sends; an answer has the shape of what was sent. */
export type SpiData = number | string | Uint8Array;

/** A hardware SPI bus, as Espruino gives it. `cs`, where given, is low for the whole call. */
export interface SpiBus {
  setup(options: { baud: number; mode: number; order?: string; sck?: IoPin; miso?: IoPin; mosi?: IoPin }): void;
  send<T extends SpiData>(data: T, cs?: IoPin): T;
  write(...data: (SpiData | IoPin)[]): void;
}

/** What `untimeout` takes; never 0. */
export type Timeout = number;

type Get = (off: number) => number;
type Put = (off: number, value: number) => void;

/** The memory of all mbufs; bytes by index, words by the functions below. Offsets only, no views. */
export let arena: Uint8Array;
/** Reads a 16-bit word (0..65535) at an arena offset, network order. */
export let get16: Get;
/** Reads a 32-bit word at an arena offset, network order, as int32: addresses and sequence numbers compare as such. */
export let get32: Get;
/** Writes the low 16 bits of `value` at an arena offset, network order. */
export let put16: Put;
/** Writes 32 bits at an arena offset, network order. */
export let put32: Put;

let esum: (words: Uint16Array | Uint8Array) => number;
let U8: typeof Uint8Array;
let U16: typeof Uint16Array;

/** Allocates the arena (bytes, even) and binds the natives. */
export function machdep_init(size: number): void {
  machdep_memory(new ArrayBuffer(size), 0, size);
}

/** The arena is `size` bytes of `buffer` from `off`, for a shell, which reads no words of it. */
export function machdep_bytes(buffer: ArrayBuffer, off: number, size: number): void {
  U8 = Uint8Array;
  arena = new U8(buffer, off, size);
}

/** The arena is `size` bytes of `buffer` from `off`. */
export function machdep_memory(buffer: ArrayBuffer, off: number, size: number): void {
  const view = new DataView(buffer, off, size);
  machdep_bytes(buffer, off, size);
  clock_init();
  U16 = Uint16Array;
  esum = E.sum;
  get16 = view.getUint16.bind(view) as Get;
  get32 = view.getInt32.bind(view) as Get;
  put16 = view.setUint16.bind(view) as Put;
  put32 = view.setInt32.bind(view) as Put;
}

/**
 * One's-complement sum (RFC 1071) of `len` bytes of `buf` from `off`: 16 bits, network order, the first byte high.
 * The words are read in the machine's order, which is little-endian on every Espruino board: the sum comes out
 * byte-swapped (RFC 1071 1.2.B) and is swapped once at the end. Views start at even offsets, as V8 demands: an odd
 * start takes the byte before it in and out again, which also puts the lanes the right way round.
 */
export function sum16(buf: Uint8Array, off: number, len: number): number {
  const odd = off & 1;
  const n = len + odd;
  let s = n > 1 ? esum(new U16(buf.buffer, off - odd, n >> 1)) : 0;
  if (odd && n > 1) s -= buf[off - 1];
  if (n & 1) s += buf[off + len - 1];
  s = (s & 65535) + (s >>> 16);
  s = (s & 65535) + (s >>> 16);
  return odd && n > 1 ? s : ((s & 255) << 8) | (s >> 8);
}

/** Copies `len` bytes. Within one buffer only to a lower offset (the interpreter's way up is very slow). */
export function bcopy(src: Uint8Array, srcOff: number, dst: Uint8Array, dstOff: number, len: number): void {
  if (len > 0) dst.set(new U8(src.buffer, srcOff, len), dstOff);
}

/**
 * The `len` bytes of a cluster's `buf` from `off`, at the beginning of `size` bytes: a new array; in machine code, where all are as
 * long as MCLBYTES, the same one.
 */
export function cluster_grow(buf: Uint8Array, off: number, len: number, size: number): Uint8Array {
  const grown = new Uint8Array(size);
  bcopy(buf, off, grown, 0, len);
  return grown;
}

/** Is it a number? What a program wrote may be anything; native code has nothing else. */
export function isnumber(n: number): boolean {
  return typeof n === "number";
}

/** Copies the six bytes of a hardware address to an arena offset. */
export function bcopy6(src: Uint8Array, dstOff: number): void {
  arena.set(src, dstOff);
}

/** Copies the bytes of a string (chars 0..255) to an arena offset. */
export function bcopy_string(src: string, dstOff: number): void {
  arena.set(src as unknown as Uint8Array, dstOff);
}

/** Copies `len` bytes, from `off`, of the data that the call at hand is about. Machine code's: see firmware/core/uio.ts. */
export declare function copyin(off: number, dst: Uint8Array, dstOff: number, len: number): void;

/** Where byte `off` of `buf` lies in the core's memory. Machine code's. */
export declare function memory_offset(buf: Uint8Array, off: number): number;

/** Where words lie in the core's memory. Machine code's. */
export declare function words_offset(words: Uint32Array): number;

/** Writes `len` zero bytes at an arena offset. */
export function bzero(off: number, len: number): void {
  arena.fill(0, off, off + len);
}

/** The bytes of a string without copying them; the string itself never changes, so neither do they. */
export function string_bytes(s: string): Uint8Array {
  return new U8(E.toArrayBuffer(s));
}

/** `len` bytes of `buf` from `off` as a string; the whole of a buffer costs no copy. */
export function bytes_string(buf: Uint8Array, off: number, len: number): string {
  if (!len) return "";
  return E.toString(off || len !== buf.length ? new U8(buf.buffer, off, len) : buf);
}

/** `len` bytes of `buffer` from `off` as a string, copied. */
export function buffer_string(buffer: ArrayBuffer, off: number, len: number): string {
  return len ? E.toString(new U8(buffer, off, len)) : "";
}

/** A view of `len` bytes (at least 1: the interpreter takes 0 for "the rest") that shares storage with `buf`. */
export function view(buf: Uint8Array, off: number, len: number): Uint8Array {
  return new U8(buf.buffer, off, len);
}

let ticks: number;
let last: number;
let setclock: ((seconds: number) => void) | undefined;

/** Before `uptime`, once at boot. */
export function clock_init(): void {
  ticks = 0;
  last = getTime();
  if (!setclock) clock_watch();
}

/**
 * The board's clock may be set at any time (SNTP, a program), and it is the only one that the interpreter lets us read. So
 * from now on `setTime` is ours: as before, but no time goes by while it is called.
 */
function clock_watch(): void {
  setclock = global.setTime;
  global.setTime = clock_set;
}

function clock_set(seconds: number): void {
  uptime();
  setclock!(seconds);
  last = getTime();
}

/**
 * Milliseconds since boot, an int32 that wraps: times compare as `((a - b) | 0) < 0`. To the nearest, since timers may come a fraction
 * early. Of whatever else may set the clock (a WiFi chip's firmware) a step backwards, or of more than an hour, is seen and
 * does not count as time gone by.
 */
export function uptime(): number {
  const now = getTime();
  const step = (now - last) * 1000;
  last = now;
  if (step > 0 && step < 3600000) ticks += step;
  return (ticks + 0.5) | 0;
}

/** The same for the shell: with its fraction, and without wrapping. */
export function hrtime(): number {
  uptime();
  return ticks;
}

/** Milliseconds since midnight UT by the board's clock, int32 (RFC 792, Timestamp). */
export function timeofday(): number {
  return ((getTime() % 86400) * 1000) | 0;
}

/** Seconds since 1970 by the board's clock, which may be set. */
export function now(): number {
  return getTime();
}

/** Sets the board's clock. */
export function settime(seconds: number): void {
  setTime(seconds);
}

/** Runs `func` once after `ms` milliseconds. */
export function timeout(func: () => void, ms: number): Timeout {
  return setTimeout(func, ms);
}

/** Forgets a timeout. It may have come and found no memory to call us: then it is gone, as the interpreter says. */
export function untimeout(id: Timeout): void {
  try {
    clearTimeout(id);
  } catch (_error) {}
}

/** 32 random bits from the hardware. */
export function random32(): number {
  return E.hwRand() | 0;
}

/** A text that is this board's alone and never changes. */
export function serial_number(): string {
  return getSerial();
}

/** Tells whoever has called `object.on(event, ...)`; they are called from the idle loop. Every object has this. */
export function emit(object: object, event: string, arg?: unknown): void {
  (object as { emit(event: string, arg?: unknown): void }).emit(event, arg);
}

/** Calls `func` from the idle loop after each falling edge of `pin`; the level itself must be read by the caller. */
export function watch_falling(pin: IoPin, func: () => void): unknown {
  return setWatch(func, pin, { edge: "falling", repeat: true });
}

/** Ends a watch. The interpreter may have done so itself: it forgets one whose function it has broken off. */
export function unwatch(id: unknown): void {
  try {
    clearWatch(id);
  } catch (_error) {}
}

/** Bytes of a cell of a board's at most: a host's build has larger ones, and gets more of them when there are no more. */
const CELL_MAX = 16;

/** What `process.memory` needs itself is less than so many bytes in one piece; without it the interpreter comes to grief in it. */
const MEMORY_PROBE = 600;

/** Has the interpreter `cells` to spare? When it seems not, it is made to collect what nobody needs (0.7 M instructions). */
export function memory_spare(cells: number): boolean {
  if (E.toFlatString({ data: 0, count: MEMORY_PROBE }) === undefined) return false;
  const memory = process.memory(false);
  return memory.free >= cells || memory.blocksize > CELL_MAX || process.memory().free >= cells;
}

/** Reports to whoever reads the board's console. */
export function printf(message: string): void {
  console.log(message);
}
