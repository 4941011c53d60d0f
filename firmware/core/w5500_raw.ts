/**
 * The core with the W5500's driver: the root of what is compiled. Called by the shell, by number (sysent.ts).
 */
import { spi_dev } from "../drivers/spi_bus";
import { wz_attach, wz_detach } from "../drivers/w5500-raw/w5500";
import type { WzSoftc } from "../drivers/w5500-raw/w5500_var";
import { ENODEV } from "../net/kern/errno";
import { core_attached, core_detached, core_enaddr, core_entry, core_unit } from "./core";
import { event_chip } from "./events";
import { IF_ATTACH, IF_DETACH } from "./sysent";

/** The core's only entry. Answers what was asked for, or a negative errno. */
export function w5500_raw_entry(code: number, a: number, b: number, c: number): number {
  if (code === IF_ATTACH) return core_attached(a, wz_attach(spi_dev(a), core_enaddr(), b));
  return code === IF_DETACH ? detach(a) : core_entry(code, a, b, c);
}

/** A chip has something to tell (spi_bus.ts: spi_tell). */
export function w5500_raw_told(unit: number, cause: number, fault: number): void {
  event_chip(unit, cause, fault);
}

function detach(unit: number): number {
  const sc = core_unit(unit) as WzSoftc | null;
  if (!sc) return -ENODEV;
  wz_detach(sc);
  core_detached(unit);
  return 0;
}
