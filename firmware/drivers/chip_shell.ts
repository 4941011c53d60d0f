/**
 * What of the drivers is JavaScript only, since it serves programs: the handler of the interrupt line, names, and words. Called
 * by the composition roots.
 */
import { emit } from "../machdep";
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

/** The program hears of the chip by its object: that it "recovered" and from what, in a word; or an "error", which `fault` is in words. */
export function chip_told(eth: object, cause: number, fault: string): void {
  emit(eth, fault ? "error" : "recovered", fault || wd_word(cause));
}

/** Causes (watchdog.ts), in words. */
function wd_word(cause: number): string {
  return "reset,dead,registers,filter,receiver,header,pointer,overrun,transmitter,edge,line,silence".split(",")[cause];
}
