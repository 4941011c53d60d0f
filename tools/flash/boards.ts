/**
 * The boards that can carry the stack, as Espruino's own board files describe them (boards/NAME.py of 2v29: variables, chip,
 * saved_code, libraries). Left out are those whose Storage is smaller than any bundle, or in a flash chip of its own, which
 * machine code cannot run from.
 */

export interface BoardFacts {
  /** as it is called in Espruino's builds, and by people */
  name: string;
  /** as the commands take it too */
  short?: string;
  title: string;
  processor: Processor;
  /** MHz */
  clock: number;
  /** bytes of flash for Storage, and where they lie */
  storage: { address: number; pageSize: number; pages: number };
  /** JsVars */
  variables: number;
  /** Espruino's build has NET, and so NetworkJS, http and dgram; otherwise programs have the system calls */
  net: boolean;
  tls: boolean;
  /** Hz: what to ask for with an ENC28J60, as fast as bus and chip allow */
  baud: number;
  /** modules of the firmware itself */
  modules: string[];
  /** how a module is wired in README.md and the pictures, where there are: SCK, MISO, MOSI, chip select, interrupt, reset */
  pins?: [sck: string, miso: string, mosi: string, cs: string, int: string, rst: string];
}

export type Processor =
  | "Cortex-M0+"
  | "Cortex-M33"
  | "Cortex-M4"
  | "Cortex-M7"
  | "RISC-V"
  | "Xtensa LX6"
  | "Xtensa LX7";

/**
 * The kinds of machine code that a processor runs, the best one first. All Storage in the table below lies in flash that the
 * processor sees as memory, as machine code needs it (jshFlashGetMemMapAddress); but an ESP32's is memory for data alone.
 */
export const THUMBS: Readonly<Record<Processor, readonly string[]>> = {
  "Cortex-M0+": ["thumb1"],
  "Cortex-M33": ["thumb2", "thumb1"],
  "Cortex-M4": ["thumb2", "thumb1"],
  "Cortex-M7": ["thumb2", "thumb1"],
  "RISC-V": [],
  "Xtensa LX6": [],
  "Xtensa LX7": [],
};

const OWN = ["Storage", "Flash", "heatshrink"];
const NET = ["net", "dgram", "http", "NetworkJS", "url", ...OWN];
const MORE = [...NET, "fs", "crypto"];

export const boards: readonly BoardFacts[] = [
  {
    name: "PICO_R1_3",
    short: "PICO",
    title: "Espruino Pico",
    processor: "Cortex-M4",
    clock: 84,
    storage: { address: 0x08004000, pageSize: 16384, pages: 3 },
    variables: 5100,
    net: true,
    tls: true,
    baud: 10_500_000,
    modules: [...MORE, "tls", "neopixel"],
    pins: ["A5", "A6", "A7", "B1", "B10", "B13"],
  },
  {
    name: "ESPRUINOWIFI",
    short: "WIFI",
    title: "Espruino WiFi",
    processor: "Cortex-M4",
    clock: 100,
    storage: { address: 0x08010000, pageSize: 65536, pages: 1 },
    variables: 8190,
    net: true,
    tls: true,
    baud: 12_500_000,
    modules: [...MORE, "tls", "neopixel", "tv", "Wifi"],
    pins: ["A5", "A6", "A7", "B1", "B10", "B13"],
  },
  {
    name: "MDBT42Q",
    title: "MDBT42Q",
    processor: "Cortex-M4",
    clock: 64,
    storage: { address: 0x0006c000, pageSize: 4096, pages: 10 },
    variables: 2950,
    net: true,
    tls: false,
    baud: 8_000_000,
    modules: [...MORE, "neopixel"],
    pins: ["D16", "D17", "D18", "D19", "D20", "D22"],
  },
  {
    name: "PIXLJS",
    title: "Pixl.js",
    processor: "Cortex-M4",
    clock: 64,
    storage: { address: 0x0006d000, pageSize: 4096, pages: 9 },
    variables: 2950,
    net: true,
    tls: false,
    baud: 8_000_000,
    modules: [...MORE, "neopixel"],
    pins: ["D13", "D12", "D11", "D10", "D9", "D8"],
  },
  {
    name: "NUCLEOF401RE",
    title: "Nucleo F401RE",
    processor: "Cortex-M4",
    clock: 84,
    storage: { address: 0x08060000, pageSize: 131072, pages: 1 },
    variables: 5376,
    net: true,
    tls: false,
    baud: 10_500_000,
    modules: [...NET, "neopixel"],
  },
  {
    name: "NUCLEOF411RE",
    title: "Nucleo F411RE",
    processor: "Cortex-M4",
    clock: 100,
    storage: { address: 0x08060000, pageSize: 131072, pages: 1 },
    variables: 7423,
    net: true,
    tls: false,
    baud: 12_500_000,
    modules: [...NET, "neopixel"],
  },
  {
    name: "NUCLEOF767ZI",
    title: "Nucleo F767ZI",
    processor: "Cortex-M7",
    clock: 216,
    storage: { address: 0x081c0000, pageSize: 262144, pages: 1 },
    variables: 31999,
    net: true,
    tls: false,
    baud: 13_500_000,
    modules: NET,
  },
  {
    name: "STM32F4DISCOVERY",
    title: "STM32F4 Discovery",
    processor: "Cortex-M4",
    clock: 168,
    storage: { address: 0x080c0000, pageSize: 131072, pages: 2 },
    variables: 5450,
    net: true,
    tls: false,
    baud: 10_500_000,
    modules: [...NET, "fs", "neopixel"],
  },
  {
    name: "NRF52840DK",
    title: "nRF52840 DK",
    processor: "Cortex-M4",
    clock: 64,
    storage: { address: 0x000ec000, pageSize: 4096, pages: 10 },
    variables: 12500,
    net: true,
    tls: false,
    baud: 8_000_000,
    modules: [...NET, "neopixel"],
  },
  {
    name: "RAK5010",
    title: "RAK5010",
    processor: "Cortex-M4",
    clock: 64,
    storage: { address: 0x000e2000, pageSize: 4096, pages: 20 },
    variables: 12500,
    net: true,
    tls: true,
    baud: 8_000_000,
    modules: [...NET, "crypto", "tls"],
  },
  {
    name: "RP2040_PICO",
    title: "Raspberry Pi Pico",
    processor: "Cortex-M0+",
    clock: 133,
    storage: { address: 0x101c0000, pageSize: 4096, pages: 64 },
    variables: 12000,
    net: false,
    tls: false,
    baud: 15_625_000,
    modules: OWN,
  },
  {
    name: "RP2350_PICO2",
    title: "Raspberry Pi Pico 2",
    processor: "Cortex-M33",
    clock: 150,
    storage: { address: 0x10100000, pageSize: 4096, pages: 768 },
    variables: 16000,
    net: false,
    tls: false,
    baud: 18_750_000,
    modules: OWN,
  },
  {
    name: "ESP32",
    title: "ESP32",
    processor: "Xtensa LX6",
    clock: 240,
    storage: { address: 0x00320000, pageSize: 4096, pages: 224 },
    variables: 16383,
    net: true,
    tls: true,
    baud: 10_000_000,
    modules: [...MORE, "tls", "neopixel", "Wifi", "ESP32"],
    pins: ["D18", "D19", "D23", "D5", "D4", "D15"],
  },
  {
    name: "ESP32C3",
    title: "ESP32-C3",
    processor: "RISC-V",
    clock: 160,
    storage: { address: 0x00320000, pageSize: 4096, pages: 224 },
    variables: 4095,
    net: true,
    tls: true,
    baud: 10_000_000,
    modules: [...MORE, "tls", "neopixel", "Wifi", "ESP32"],
  },
  {
    name: "ESP32S3",
    title: "ESP32-S3",
    processor: "Xtensa LX7",
    clock: 240,
    storage: { address: 0x00320000, pageSize: 4096, pages: 224 },
    variables: 16383,
    net: true,
    tls: true,
    baud: 10_000_000,
    modules: [...MORE, "tls", "neopixel", "Wifi", "ESP32"],
  },
];

/** A board by its name, or its short one. */
export function boardNamed(name: string): BoardFacts | undefined {
  return boards.find((one) => one.name === name || one.short === name);
}

/** Bytes of a board's Storage. */
export function storageBytes({ storage }: BoardFacts): number {
  return storage.pageSize * storage.pages;
}

/** What Espruino's command line wants to know of a board; `more`: modules that will be in its Storage. */
export function boardJson(board: BoardFacts, more: string[]): object {
  const { address, pageSize, pages } = board.storage;
  return {
    BOARD: board.name,
    info: { name: board.title, builtin_modules: [...board.modules, ...more] },
    chip: { saved_code: { address, page_size: pageSize, pages } },
  };
}
