/**
 * The core with the drivers of both chips, for a board that has one of each: the root of what is compiled. Called by the shell, by
 * number (sysent.ts).
 */
import { NETHER } from "../config";
import { ENOBUFS } from "../net/kern/errno";
import type { Table } from "../types";
import { enc28j60_entry } from "./enc28j60";
import { event_chip } from "./events";
import { ATTACH_W5500, CORE_INIT, IF_ATTACH, IF_DETACH } from "./sysent";
import { w5500_raw_entry } from "./w5500_raw";

/** Which units have a W5500. */
let w5500s: Table<boolean, typeof NETHER>;

/** The core's only entry. Answers what was asked for, or a negative errno. */
export function router_entry(code: number, a: number, b: number, c: number): number {
  if (code === CORE_INIT) w5500s = [];
  if (code !== IF_ATTACH && code !== IF_DETACH) return enc28j60_entry(code, a, b, c);
  if (a < 0 || a >= NETHER) return -ENOBUFS; // there are structures of each driver for so many
  if (code === IF_ATTACH) w5500s[a] = (b & ATTACH_W5500) !== 0;
  const flags = b & ~ATTACH_W5500;
  return w5500s[a] ? w5500_raw_entry(code, a, flags, c) : enc28j60_entry(code, a, flags, c);
}

/** A chip has something to tell (spi_bus.ts: spi_tell). */
export function router_told(unit: number, cause: number, fault: number): void {
  event_chip(unit, cause, fault);
}
