/**
 * What a board's interpreter takes for its work: the figures of the model by which `--board` keeps a board's pace.
 *
 * Measured in November 2026: the real interpreter (2v29, -Os, 13-byte cells, code in mapped Storage), compiled for ARM Thumb-2
 * and run in an emulator that counts instructions, with the small bundle on 5,100 cells; idle rounds subtracted. The
 * profile is flat: whatever a program does, an instruction count is near 490 times the number of tokens that are
 * interpreted, in which name look-ups, allocation and calls are contained. Processor cycles to an instruction: 1.585, from
 * a published benchmark of a real Pico for code of which the instructions were counted.
 */

/** Instructions. */
export const COST = {
  /** A token that is interpreted. */
  token: 490,
  /** A character of text that is only read over: branches not taken, functions that are declared. */
  skipped: 105,
  /** A call of spi.send or spi.write, and each byte of it, as far as the tokens of the call do not have it. */
  spiCall: 2100,
  spiByte: 45,
  /** A byte that comes out of heatshrink, in which a bundle keeps what seldom runs. */
  unpackedByte: 750,
  /** A byte that E.sum adds, beyond a call. */
  sumByte: 93,
} as const;

/** Cycles that an instruction takes on a Cortex-M4 out of flash with its accelerator. */
const CYCLES = 1.585;

/** A board by the name that Espruino has for its firmware. */
export interface Board {
  title: string;
  /** MHz */
  clock: number;
  /** What goes into its Storage (README, "What fits where"): the suffix of the bundle's name. */
  bundle: "" | "-small" | "-udp";
  /** Not even that one goes into its Storage. */
  tooSmall?: true;
  /** False where the processor is another than was measured: the figure is an estimate, from the clock alone. */
  measured: boolean;
}

export const BOARDS: Readonly<Record<string, Board>> = {
  PICO: { title: "Espruino Pico", clock: 84, bundle: "-udp", measured: true },
  WIFI: { title: "Espruino WiFi", clock: 100, bundle: "-small", measured: true },
  MDBT42Q: { title: "MDBT42Q", clock: 64, bundle: "-udp", measured: true, tooSmall: true },
  PIXLJS: { title: "Pixl.js", clock: 64, bundle: "-udp", measured: true, tooSmall: true },
  NUCLEOF401RE: { title: "Nucleo F401RE", clock: 84, bundle: "", measured: true },
  NUCLEOF411RE: { title: "Nucleo F411RE", clock: 100, bundle: "", measured: true },
  STM32F4DISCOVERY: { title: "STM32F4 Discovery", clock: 168, bundle: "", measured: true },
  NRF52840DK: { title: "nRF52840 DK", clock: 64, bundle: "-small", measured: true },
  NUCLEOF767ZI: { title: "Nucleo F767ZI", clock: 216, bundle: "", measured: false },
  ESP32: { title: "ESP32", clock: 240, bundle: "", measured: false },
  ESP32C3: { title: "ESP32-C3", clock: 160, bundle: "", measured: false },
  ESP32S3: { title: "ESP32-S3", clock: 240, bundle: "", measured: false },
};

/** ns that an instruction takes on a board. */
export function instructionTime({ clock }: Board): number {
  return (CYCLES * 1000) / clock;
}
