/**
 * What of the W5500's driver is JavaScript only: its words.
 */
import { chip_flags, chip_named, chip_told } from "../chip_shell";
import { type SpiOptions, spi_open } from "../spi_bus";
import { wz_attach } from "./w5500";
import { WZF_SILENT, WZF_SOCKET, type WzSoftc } from "./w5500_var";

/** The interface `name` with address `enaddr`. */
export function wz_connect(name: string, enaddr: Uint8Array, options: SpiOptions): WzSoftc {
  return chip_named(wz_attach(spi_open(options), enaddr, chip_flags(options))!, name);
}

/** What happens to the chip the program's object `eth` tells as events. */
export function wz_tells(sc: WzSoftc, eth: object): void {
  sc.sc_spi.spi_told = (cause, fault) => chip_told(eth, cause, fault ? wz_words(fault) : "");
}

/** Why the chip cannot be brought up, and where to look. */
function wz_words(fault: number): string {
  const why = fault & 255;
  const version = fault >> 8;
  const reads = " (VERSIONR reads " + version + "): check ";
  if (why === WZF_SOCKET) return "W5500: socket 0 does not open: check the supply and the SPI clock";
  if (why !== WZF_SILENT) return "not a W5500" + reads + "the wiring and the SPI clock";
  return "W5500 does not answer" + reads + (version ? "MISO, CS, reset and power" : "MOSI, SCK, CS, reset and power");
}
