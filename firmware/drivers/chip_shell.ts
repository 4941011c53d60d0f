/**
 * What of the drivers is JavaScript only, since it serves programs: the handler of the interrupt line, names, and words. Called
 * by the composition roots.
 */
import { CHIP_INT, CHIP_RST, type ChipSoftc } from "./chip";
import { chip_handler } from "./chip_handler";
import { type SpiOptions, spi_resync } from "./spi_bus";

/** The flags of a driver's attach, as far as the wires say them. */
export function chip_flags(options: SpiOptions): number {
  return (options.int ? CHIP_INT : 0) | (options.rst ? CHIP_RST : 0);
}

/** The interface has a name, and somebody comes when the line falls. */
export function chip_named<T extends ChipSoftc>(sc: T, name: string): T {
  const spi = sc.sc_spi;
  sc.if_name = name;
  spi.spi_intr = chip_handler(sc);
  spi_resync(spi);
  return sc;
}

/** The program hears of the chip: that it "recovered" and from what, in a word; or an "error", in the driver's words. */
export function chip_tells(
  sc: ChipSoftc,
  tell: (event: string, arg: string) => void,
  words: (fault: number) => string,
) {
  sc.sc_spi.spi_told = (cause, fault) => {
    if (fault) tell("error", words(fault));
    else tell("recovered", wd_word(cause));
  };
}

/** Causes (watchdog.ts), in words. */
function wd_word(cause: number): string {
  return "reset,dead,registers,filter,receiver,header,pointer,overrun,transmitter,edge,line,silence".split(",")[cause];
}
