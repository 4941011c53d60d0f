/**
 * The network chips, in one table: what builds, flashes, draws, packs and simulates reads which there are from here. The first
 * is the one that is meant where none is named. docs/adding-a-chip.md is how to add one.
 *
 * Each is named as its driver's folder, its module in Storage, and what `--chip` takes.
 */
exports.CHIPS = {
  enc28j60: {
    title: "ENC28J60",
    /** of its driver's functions and fields: those are shortened in the bundle */
    prefix: "en",
    /** Hz; what a Pico's SPI1 (84 MHz / 2^n) offers below the chip's limit: 20 MHz */
    baud: 10_500_000,
    /** a module's pins as they are printed on it, in the order in which boards have them, and what it takes */
    pins: ["SCK", "SO", "SI", "CS", "INT", "RESET", "VCC", "GND"],
    power: "180 mA",
  },
  "w5500-raw": {
    title: "W5500",
    prefix: "wz",
    baud: 21_000_000, // its limit: 33.3 MHz
    pins: ["SCLK", "MISO", "MOSI", "SCS", "INT", "RST", "3.3V", "GND"],
    power: "132 mA",
  },
};

exports.CHIP_NAMES = Object.keys(exports.CHIPS);

/** Cores of machine code, by the names of their roots (firmware/core, boot-NAME.ts): the chips whose drivers each has. */
exports.CORES = {
  ...Object.fromEntries(exports.CHIP_NAMES.map((chip) => [chip, [chip]])),
  router: ["enc28j60", "w5500-raw"],
};

/** The name of a root's functions and of its file in firmware/core. */
exports.rootOf = (core) => core.replaceAll("-", "_");
