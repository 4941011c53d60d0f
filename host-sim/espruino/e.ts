/**
 * E: Espruino's own functions.
 *
 * Here: sum, variance, toString, toFlatString, toArrayBuffer, toUint8Array, getAddressOf, getSizeOf, mapInPlace, clip,
 * CRC32, reverseByte, lookupNoCase, pipe, toJS, HSBtoRGB, hwRand, srand, getErrorFlags, getFlags, setFlags, getTemperature, getAnalogVRef,
 * getClock, setClock, enableWatchdog, kickWatchdog, setConsole, getConsole, setTimeZone, defrag, setBootCode, reboot, and
 * the event `init`, after the program's start.
 * Without any effect: setDST, setPassword, lockConsole, stopEventPropagation.
 * Not here: nativeCall, memoryArea, convolve, FFT, UTF-8 strings, HID, power and display functions.
 *
 * Differs: a string made of a whole buffer is a copy here; on a board both share their bytes.
 */
import { types } from "node:util";
import type { Random } from "../random";
import { asTypedArray, byteString, bytesOf } from "./bytes";
import type { IdleLoop } from "./idle_loop";
import { toJs } from "./json";
import type { Loopback } from "./loopback";
import type { Realm } from "./realm";
import type { Storage } from "./storage";

/** Any address: "flat" means not 0. */
const SOME_ADDRESS = 0x20000000;

export interface EHost {
  realm: Realm;
  random: Random;
  loop: IdleLoop;
  /** the one device besides USB that can have the console */
  loopback: Loopback;
  storage: Storage;
  /** what reboot does */
  restart(): void;
  pipe(source: unknown, destination: unknown, options: unknown): void;
}

export function espruinoE({ realm, random, loop, loopback, storage, restart, pipe }: EHost): Record<string, unknown> {
  const flags: Record<string, unknown> = realm.object({});
  const nothing = () => {};
  return realm.object({
    sum: (values: unknown) => sum(elementsOf(realm, values), (value) => value),
    variance: (values: unknown, mean: number) => sum(elementsOf(realm, values), (value) => (value - mean) ** 2),
    toString: (...values: unknown[]) => byteString(bytesOf(...values)),
    toFlatString: (...values: unknown[]) => byteString(bytesOf(...values)),
    toArrayBuffer: (text: unknown) => (typeof text === "string" ? realm.bytes(bytesOf(text)).buffer : undefined),
    toUint8Array: (...values: unknown[]) => realm.bytes(bytesOf(...values)),
    getAddressOf: () => SOME_ADDRESS,
    getSizeOf: (value: unknown) => 1 + Math.ceil(sizeOf(value) / 12),
    mapInPlace: (from: unknown, to: unknown, map?: unknown, bits?: number) => mapInPlace(from, to, map, bits ?? 0),
    clip: (x: number, low: number, high: number) => (x < low ? low : Math.min(x, high)),
    CRC32: (data: unknown) => crc32(bytesOf(data)),
    reverseByte,
    lookupNoCase: (object: Record<string, unknown>, name: string, key?: unknown) => lookupNoCase(object, name, key),
    hwRand: () => random.word() | 0,
    srand: nothing,
    getErrorFlags: () => realm.array(takeErrors(loop)),
    getFlags: () => flags,
    setFlags: (more: Record<string, unknown>) => void Object.assign(flags, more),
    getTemperature: () => 25,
    getAnalogVRef: () => 3.3,
    getClock: () => realm.object({}),
    setClock: () => 84_000_000,
    getConsole: () => loopback.console,
    setConsole: (device: unknown) => loopback.setConsole(device),
    enableWatchdog: nothing,
    kickWatchdog: nothing,
    setTimeZone: nothing,
    setDST: nothing,
    setPassword: nothing,
    lockConsole: nothing,
    stopEventPropagation: nothing,
    HSBtoRGB: (hue: number, saturation: number, brightness: number, format?: unknown) =>
      colour(realm, hsbToRgb(hue, saturation, brightness), Number(format ?? 0)),
    defrag: nothing,
    pipe,
    toJS: (value: unknown) => toJs(value),
    setBootCode: (code?: unknown, always?: unknown) => storage.save(code, always),
    reboot: restart,
  });
}

/** The numbers in a string (its bytes), an array or a view. A Uint32Array's are read as signed, as on a board. */
function elementsOf(realm: Realm, values: unknown): ArrayLike<number> {
  if (typeof values === "string") return bytesOf(values);
  if (Array.isArray(values)) return values.map(Number);
  const typed = asTypedArray(values);
  if (!typed) throw realm.error(`First argument must be Array, not ${typeof values}`);
  return types.isUint32Array(typed) ? Int32Array.from(typed) : (typed as Uint8Array);
}

function sum(values: ArrayLike<number>, term: (value: number) => number): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += term(values[i]);
  return total;
}

function takeErrors(loop: IdleLoop): string[] {
  const errors = loop.overflowed ? ["FIFO_FULL"] : [];
  loop.overflowed = false;
  return errors;
}

/** Red, green and blue, 0 to 255. */
function hsbToRgb(hue: number, saturation: number, brightness: number): [number, number, number] {
  const turn = (hue - Math.floor(hue)) * 6;
  const part = turn - Math.floor(turn);
  const top = brightness * 255;
  const full = Math.trunc(top);
  const low = Math.trunc((1 - saturation) * top);
  const falling = Math.trunc((1 - saturation * part) * top);
  const rising = Math.trunc((1 - saturation * (1 - part)) * top);
  const sectors: [number, number, number][] = [
    [full, rising, low],
    [falling, full, low],
    [low, full, rising],
    [low, falling, full],
    [rising, low, full],
    [full, low, falling],
  ];
  return sectors[Math.floor(turn) % 6];
}

/** As a number of 24 bits (blue highest), of 16, or an array, as E.HSBtoRGB is asked for it. */
function colour(realm: Realm, [red, green, blue]: [number, number, number], format: number): unknown {
  if (format === 0 || format === 24) return (blue << 16) | (green << 8) | red;
  if (format === 16) return (blue >> 3) | ((green >> 2) << 5) | ((red >> 3) << 11);
  if (format === 1) return realm.array([red, green, blue]);
  throw realm.error("HSBtoRGB's format arg expects undefined/1/16/24");
}

/** Bytes that a value takes, roughly. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  const typed = asTypedArray(value);
  if (typed) return typed.byteLength;
  return typeof value === "object" && value !== null ? 12 * Object.keys(value).length : 0;
}

/** IEEE 802.3's, as a number of 0 to 2^32 - 1. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

function reverseByte(byte: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
}

function lookupNoCase(object: Record<string, unknown>, name: string, wantKey: unknown): unknown {
  const key = Object.keys(object).find((one) => one.toLowerCase() === String(name).toLowerCase());
  if (key === undefined) return undefined;
  return wantKey ? key : object[key];
}

/**
 * Writes each element of `from`, cut into groups of `bits` (most significant first; negative: least significant first;
 * 0: whole elements) and sent through `map` (a function or a table), to the elements of `to`.
 */
function mapInPlace(from: unknown, to: unknown, map: unknown, bits: number): void {
  const source = asTypedArray(from);
  if (!source || !asTypedArray(to)) throw new Error("First 2 arguments should be array buffers");
  const target = to as { length: number; [i: number]: number };
  const groups = bitGroups(source as Uint8Array, bits);
  for (let i = 0; i < target.length && i < groups.length; i++) target[i] = mapped(groups[i], i, map);
}

function mapped(value: number, index: number, map: unknown): number {
  if (typeof map === "function") return map(value, index);
  return map === undefined ? value : (map as number[])[value];
}

function bitGroups(source: Uint8Array, bits: number): number[] {
  const elementBits = 8 * source.BYTES_PER_ELEMENT;
  const size = Math.abs(bits) || elementBits;
  // A board computes the mask as (1 << 32) - 1, which is 0: with whole 32-bit elements everything becomes 0.
  const mask = (1 << size) - 1;
  const groups: number[] = [];
  let held = 0;
  let count = 0;
  for (const element of source) {
    held = bits < 0 ? held | (element << count) : (held << elementBits) | element;
    for (count += elementBits; count >= size; count -= size) {
      groups.push((bits < 0 ? held : held >> (count - size)) & mask);
      if (bits < 0) held >>= size;
    }
  }
  return groups;
}
