/**
 * peek8..poke32: the board's address space, which here has nothing in it but what a program has written there. Little-endian.
 * Espruino: src/jswrap_io.c.
 */
import type { Realm } from "./realm";

const VIEWS: Record<number, string> = { 1: "Uint8Array", 2: "Uint16Array", 4: "Uint32Array" };

/** The globals of programs. */
export function memoryGlobals(realm: Realm): Record<string, unknown> {
  const bytes = new Map<number, number>();
  const peek = (address: number, size: number) => {
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + (bytes.get(address + i) ?? 0);
    return value;
  };
  const poke = (address: number, value: number, size: number) => {
    for (let i = 0; i < size; i++) bytes.set(address + i, (value >>> (8 * i)) & 255);
  };
  const peeks = (size: number) => (address: number, count?: number) => {
    const at = Math.trunc(address) || 0;
    if (!count || count <= 1) return peek(at, size);
    const values = Array.from({ length: count }, (_, i) => peek(at + i * size, size));
    return realm.evaluate<(values: number[]) => unknown>(`(v => new ${VIEWS[size]}(v))`, "peek")(realm.array(values));
  };
  const pokes = (size: number) => (address: number, data: unknown) => {
    const at = Math.trunc(address) || 0;
    const values = typeof data === "number" ? [data] : Array.from(data as ArrayLike<number>);
    values.forEach((value, i) => {
      poke(at + i * size, value, size);
    });
  };
  const sizes = Object.keys(VIEWS).map(Number);
  const named = (verb: string, of: (size: number) => unknown) => sizes.map((size) => [`${verb}${8 * size}`, of(size)]);
  return Object.fromEntries([...named("peek", peeks), ...named("poke", pokes)]);
}
