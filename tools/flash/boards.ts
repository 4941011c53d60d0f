/**
 * The boards whose official firmware can carry the stack, as Espruino's own board files describe them (2v29): those with
 * NET, and so with NetworkJS. Boards without it (Original, RP2040, Puck.js, micro:bit) are not here.
 */

export interface BoardFacts {
  /** as it is called in Espruino's builds, and by people */
  name: string;
  title: string;
  /** bytes of flash for Storage, and where they lie */
  storage: { address: number; pageSize: number; pages: number };
  /** JsVars, and bytes of each */
  variables: number;
  cellBytes: number;
  /** MHz */
  clock: number;
  tls: boolean;
  /** Hz: what to ask for with an ENC28J60, as fast as bus and chip allow */
  baud: number;
  /** modules of the firmware itself */
  modules: string[];
  /** how a module is wired in README.md and the pictures: SCK, MISO, MOSI, chip select, interrupt, reset */
  pins: [sck: string, miso: string, mosi: string, cs: string, int: string, rst: string];
}

const NET = ["net", "dgram", "http", "NetworkJS", "url", "Storage", "Flash", "fs", "crypto", "heatshrink"];

export const boards: readonly BoardFacts[] = [
  {
    name: "PICO_R1_3",
    title: "Espruino Pico",
    storage: { address: 0x08004000, pageSize: 16384, pages: 3 },
    variables: 5100,
    cellBytes: 13,
    clock: 84,
    tls: true,
    baud: 10_500_000,
    modules: [...NET, "tls", "neopixel"],
    pins: ["A5", "A6", "A7", "B1", "B10", "B13"],
  },
  {
    name: "ESPRUINOWIFI",
    title: "Espruino WiFi",
    storage: { address: 0x08010000, pageSize: 65536, pages: 1 },
    variables: 8190,
    cellBytes: 13,
    clock: 100,
    tls: true,
    baud: 12_500_000,
    modules: [...NET, "tls", "neopixel", "tv", "Wifi"],
    pins: ["A5", "A6", "A7", "B1", "B10", "B13"],
  },
  {
    name: "MDBT42Q",
    title: "MDBT42Q",
    storage: { address: 0x0006c000, pageSize: 4096, pages: 10 },
    variables: 2950,
    cellBytes: 13,
    clock: 64,
    tls: false,
    baud: 8_000_000,
    modules: [...NET, "neopixel"],
    pins: ["D16", "D17", "D18", "D19", "D20", "D22"],
  },
  {
    name: "PIXLJS",
    title: "Pixl.js",
    storage: { address: 0x0006d000, pageSize: 4096, pages: 9 },
    variables: 2950,
    cellBytes: 13,
    clock: 64,
    tls: false,
    baud: 8_000_000,
    modules: [...NET, "neopixel"],
    pins: ["D13", "D12", "D11", "D10", "D9", "D8"],
  },
  {
    name: "ESP32",
    title: "ESP32",
    storage: { address: 0x00320000, pageSize: 4096, pages: 224 },
    variables: 16383,
    cellBytes: 14,
    clock: 240,
    tls: true,
    baud: 10_000_000,
    modules: [...NET, "tls", "neopixel", "Wifi", "ESP32"],
    pins: ["D18", "D19", "D23", "D5", "D4", "D15"],
  },
];

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
