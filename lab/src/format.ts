/**
 * Numbers as people read them.
 */

/** ns as seconds with microseconds, grouped: "12.345 678". */
export function seconds(ns: number): string {
  const us = Math.round(ns / 1000);
  const fraction = String(us % 1_000_000).padStart(6, "0");
  return `${Math.floor(us / 1_000_000)}.${fraction.slice(0, 3)} ${fraction.slice(3)}`;
}

/** A length of time in ns. */
export function duration(ns: number): string {
  const size = Math.abs(ns);
  if (size < 1e3) return `${Math.round(ns)} ns`;
  if (size < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  if (size < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  return size < 120e9 ? `${(ns / 1e9).toFixed(1)} s` : `${(ns / 60e9).toFixed(1)} min`;
}

export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, " ");
}

export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
