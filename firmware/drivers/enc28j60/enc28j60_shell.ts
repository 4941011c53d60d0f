/**
 * What of the ENC28J60's driver is JavaScript only: its options and its words.
 */
import { CHIP_FULLDPX } from "../chip";
import { chip_flags, chip_named, chip_told } from "../chip_shell";
import { type SpiOptions, spi_open } from "../spi_bus";
import { en_attach } from "./enc28j60";
import { ENF_NOCLOCK, ENF_PHYBUSY, ENF_SILENT, type EncSoftc } from "./enc28j60_var";

/** How the chip is wired and what it is told to be. */
export interface EncOptions extends SpiOptions {
  /** only for a partner that is set to full duplex by hand: the chip cannot negotiate */
  fullDuplex?: boolean;
}

/** The interface `name` with address `enaddr`. */
export function en_connect(name: string, enaddr: Uint8Array, options: EncOptions): EncSoftc {
  const flags = chip_flags(options) | (options.fullDuplex ? CHIP_FULLDPX : 0);
  return chip_named(en_attach(spi_open(options), enaddr, flags)!, name);
}

/** What happens to the chip the program's object `eth` tells as events. */
export function en_tells(sc: EncSoftc, eth: object): void {
  sc.sc_spi.spi_told = (cause, fault) => chip_told(eth, cause, fault ? en_words(fault) : "");
}

/** Why the chip cannot be brought up, and where to look. */
function en_words(fault: number): string {
  const why = fault & 255;
  const reads = " reads " + (fault >> 8) + "): check ";
  if (why === ENF_SILENT)
    return (
      "ENC28J60 does not answer (EREVID" + reads + (fault >> 8 ? "SO/MISO, CS and power" : "SI/MOSI, SCK, CS and power")
    );
  if (why === ENF_NOCLOCK) return "ENC28J60: no clock (ESTAT" + reads + "the crystal and the supply";
  if (why === ENF_PHYBUSY) return "ENC28J60: the PHY stays busy: check the crystal and the supply";
  return "ENC28J60 of unknown revision (EREVID" + reads + "the wiring and the SPI clock";
}
