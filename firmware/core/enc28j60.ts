/**
 * The core with the ENC28J60's driver: the root of what is compiled. Called by the shell, by number (sysent.ts).
 */
import { chip_intr } from "../drivers/chip";
import { en_attach, en_detach } from "../drivers/enc28j60/enc28j60";
import type { EncSoftc } from "../drivers/enc28j60/enc28j60_var";
import { spi_dev } from "../drivers/spi_bus";
import { ENOBUFS, ENODEV } from "../net/kern/errno";
import type { Bytes } from "../types";
import { core_attached, core_detached, core_entry, core_unit } from "./core";
import { enaddr_get, event_chip } from "./events";
import { IF_ATTACH, IF_DETACH, IF_INTR } from "./sysent";

const enaddr: Bytes<6> = new Uint8Array(6);

/** The core's only entry. Answers what was asked for, or a negative errno. */
export function enc28j60_entry(code: number, a: number, b: number, c: number): number {
  if (code === IF_INTR || code === IF_DETACH) return chip(code, a);
  return code === IF_ATTACH ? attach(a, b) : core_entry(code, a, b, c);
}

/** A chip has something to tell (spi_bus.ts: spi_tell). */
export function enc28j60_told(unit: number, cause: number, fault: number): void {
  event_chip(unit, cause, fault);
}

function attach(unit: number, flags: number): number {
  for (let i = 0; i < 6; i++) enaddr[i] = enaddr_get(i);
  const sc = en_attach(spi_dev(unit), enaddr, flags);
  if (!sc) return -ENOBUFS;
  core_attached(unit, sc);
  return unit;
}

function chip(code: number, unit: number): number {
  const sc = core_unit(unit) as EncSoftc | null;
  if (!sc) return -ENODEV;
  if (code === IF_INTR) chip_intr(sc);
  else {
    en_detach(sc);
    core_detached(unit);
  }
  return 0;
}
