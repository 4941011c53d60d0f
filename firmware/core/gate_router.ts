/**
 * The W5500 as the libraries know it where the core has the drivers of both chips (router.ts): what builds that shell gives them this
 * in place of the driver; the ENC28J60's is the gate's own (gate_if.ts).
 */
import type { SpiDev } from "../drivers/spi_bus";
import { chip_attach } from "./gate_if";
import type { Interface } from "./gate_turn";
import { ATTACH_W5500 } from "./sysent";

export { wz_detach } from "./gate_if";

export function wz_attach(spi: SpiDev, enaddr: Uint8Array, flags: number): Interface {
  return chip_attach(spi, enaddr, flags | ATTACH_W5500);
}
