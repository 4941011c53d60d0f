/**
 * The core with the ENC28J60's driver: the root of what is compiled. Called by the shell, by number (sysent.ts).
 */
import { en_attach, en_detach } from "../drivers/enc28j60/enc28j60";
import type { EncSoftc } from "../drivers/enc28j60/enc28j60_var";
import { spi_dev } from "../drivers/spi_bus";
import { ENODEV } from "../net/kern/errno";
import { core_attached, core_detached, core_enaddr, core_entry, core_unit } from "./core";
import { event_chip } from "./events";
import { IF_ATTACH, IF_DETACH } from "./sysent";

/** The core's only entry. Answers what was asked for, or a negative errno. */
export function enc28j60_entry(code: number, a: number, b: number, c: number): number {
  if (code === IF_ATTACH) return core_attached(a, en_attach(spi_dev(a), core_enaddr(), b));
  return code === IF_DETACH ? detach(a) : core_entry(code, a, b, c);
}

/** A chip has something to tell (spi_bus.ts: spi_tell). */
export function enc28j60_told(unit: number, cause: number, fault: number): void {
  event_chip(unit, cause, fault);
}

function detach(unit: number): number {
  const sc = core_unit(unit) as EncSoftc | null;
  if (!sc) return -ENODEV;
  en_detach(sc);
  core_detached(unit);
  return 0;
}
