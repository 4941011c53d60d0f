/**
 * Espruino's way to read bytes out of any value: numbers, byte strings, arrays, views, buffers, `{data, count}`, nested.
 * SPI, `E.toString`, `Storage.write` and others share it, as they do on a board.
 */
import { types } from "node:util";

/** Reads the elements of a view that V8 cannot express (see realm/typed_arrays.js): an aligned copy of them. */
const unalignedViews = new WeakMap<object, () => NodeJS.TypedArray>();

/** Makes `view` (an object standing for a typed array) readable here; `copy` gives its elements. */
export function registerUnalignedView(view: object, copy: () => NodeJS.TypedArray): void {
  unalignedViews.set(view, copy);
}

/** `value` as a genuine typed array: itself, or an aligned copy; `undefined` when it is none. */
export function asTypedArray(value: unknown): NodeJS.TypedArray | undefined {
  if (types.isTypedArray(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return unalignedViews.get(value)?.();
}

/** Calls `take` with each byte (0..255) of `value`. Throws a TypeError for what has no bytes (a function, null...). */
export function eachByte(value: unknown, take: (byte: number) => void): void {
  if (typeof value === "number" || typeof value === "boolean") take(Number(value) & 255);
  else if (typeof value === "string") eachOfString(value, take);
  else if (Array.isArray(value)) for (const item of value) eachByte(item, take);
  else eachOfObject(value, take);
}

/** All bytes of the given values, one after the other. */
export function bytesOf(...values: unknown[]): Uint8Array {
  if (values.length === 1 && types.isUint8Array(values[0])) return values[0];
  const bytes: number[] = [];
  for (const value of values) eachByte(value, (byte) => bytes.push(byte));
  return Uint8Array.from(bytes);
}

/** A byte string: one character (0..255) per byte. */
export function byteString(bytes: ArrayLike<number>): string {
  return Buffer.from(bytes as Uint8Array).toString("latin1");
}

function eachOfString(text: string, take: (byte: number) => void): void {
  for (let i = 0; i < text.length; i++) take(text.charCodeAt(i) & 255);
}

function eachOfObject(value: unknown, take: (byte: number) => void): void {
  const elements = types.isAnyArrayBuffer(value) ? new Uint8Array(value) : asTypedArray(value);
  if (elements) for (let i = 0; i < elements.length; i++) take(Number(elements[i]) & 255);
  else if (isRepeat(value)) for (let i = 0; i < value.count; i++) eachByte(value.data, take);
  else throw new TypeError(`Expecting a number or something iterable, got ${typeof value}`);
}

/** `{data, count}`: the bytes of `data`, `count` times. */
function isRepeat(value: unknown): value is { data: unknown; count: number } {
  return typeof value === "object" && value !== null && "data" in value && "count" in value;
}
