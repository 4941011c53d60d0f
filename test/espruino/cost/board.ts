/**
 * `npm run figures:board`: what the stack costs on a board, in counted instructions: docs/board-cost.md, .svg, .json. Words after
 * `--` choose stacks by a part of their names ("enc28j60 machine code"); of the others the figures stay.
 *
 * ESPRUINO names a build of the interpreter for 32-bit ARM that `qemu-arm` runs (a script will do: exec qemu-arm .../espruino "$@")
 * and that has a board's shape: optimised for size (-Os -mthumb), release, 5,100 cells of 13 bytes, its Storage mapped into memory,
 * at 0x20000000 (spent.ts), executable, and read by native strings; with its symbols. Where the variable ESPR_WIRES names a folder
 * it has SPI1, D1 (CS), D2 (INT) and D3 (RST) in C, over the FIFOs to-chip and from-chip there (wires.ts), and asks for edges in
 * each round of its idle loop, which it marks (marks.h).
 * ESPRUINO_LARGE names one with 16,383 cells, an ESP32's, for the stack as JavaScript.
 * Those, a C compiler and a network namespace are not had everywhere: without them this says what is missing, and ends.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chips } from "../../../host-sim/chips";
import { has, Namespace, whyNoNamespace } from "../../live/namespace";
import { espruino } from "../interpreter";
import { lists } from "./lists";
import type { Measured } from "./measure";
import { plot } from "./plot";
import { type Figures, JAVASCRIPT, MACHINE, stackName, table } from "./table";

const docs = join(__dirname, "../../../docs");
const FIGURES = join(docs, "board-cost.json");
const CHIPS = Object.keys(chips);
/** Machine code of the small profile where cells are few; JavaScript is whole. */
const SMALL = "small";
const WHOLE = "full";
/** An interpreter with room for JavaScript. */
const large = process.env.ESPRUINO_LARGE;

const METHOD = `# What the stack costs on a board

Made by \`npm run figures:board\`; do not edit. Instructions that the real interpreter (2v29) executes, built for ARM with a board's shape
(Thumb-2, -Os, Storage mapped into memory), the chip's model behind its SPI: machine code of the profile \`small\` on 5,100 cells of 13
bytes, JavaScript, which is whole, on 16,383. A QEMU plugin counts them in each round of the interpreter's idle loop. Rounds that take a
quarter more than one in which nothing happens are busy: what they take beyond that one is what is counted. The interpreter's own
share (\`http\`, \`net\`, handlers, timers) is in all of them. Bytes in and out are those of a stream of 32 segments.

Milliseconds on a Pico, with the first chip: an instruction takes 1.585 cycles of 84 MHz, as a published benchmark of a real Pico has it for
code of which the instructions were counted; besides, the processor waits for each byte of the bus, at 10 MHz. So a page takes what is said
here of processor and bus, and a second has as many pages as that goes into it. Other boards: by their clock.
`;

/** Why nothing can be counted here, or "". */
function obstacle(): string {
  if (!espruino) return "ESPRUINO is not set";
  const missing = ["cc", "qemu-arm", "ab", "curl", "ping"].find((program) => !has(program));
  return missing ? `${missing} is not installed` : whyNoNamespace();
}

/** Compiles a plugin into `folder`. */
function plugin(folder: string, name: string): string {
  const file = join(folder, `${name}.so`);
  const made = spawnSync("cc", ["-O2", "-shared", "-fPIC", "-o", file, join(__dirname, `${name}.c`)], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(made.stderr);
  return file;
}

/** Measures one stack, in a namespace of its own. Throws what the measurement printed when it fails. */
async function measured(chip: string, kind: string, plugins: string[]): Promise<Measured> {
  const namespace = new Namespace("cost");
  const core = kind === MACHINE ? "thumb2" : "";
  const which = kind === MACHINE ? [`PROFILE=${SMALL}`] : [`PROFILE=${WHOLE}`, `ESPRUINO=${large}`];
  const environment = [`CHIP=${chip}`, `CORE=${core}`, ...which];
  const command = [process.execPath, "--import", "tsx", join(__dirname, "measure.ts"), ...plugins];
  const { output } = await namespace.run("env", ...environment, ...command);
  await namespace.remove();
  const line = /^COST (.*)$/m.exec(output);
  if (!line) throw new Error(`${stackName(chip, kind)}: ${output}`);
  return JSON.parse(line[1]);
}

/** Writes the numbers, and the table and the picture of what is written. */
function publish(measured: Figures): void {
  writeFileSync(FIGURES, `${JSON.stringify(measured, rounded, 2)}\n`);
  const figures: Figures = JSON.parse(readFileSync(FIGURES, "utf8"));
  const lines = table(figures, CHIPS);
  console.log(lines.join("\n"));
  writeFileSync(
    join(docs, "board-cost.md"),
    `${METHOD}\n${lines.join("\n")}\n\n![Instructions before and after](board-cost.svg)\n\n${lists(figures, CHIPS[0])}`,
  );
  writeFileSync(join(docs, "board-cost.svg"), plot(figures, CHIPS[0]));
}

const rounded = (_: string, value: unknown) => (typeof value === "number" ? Math.round(value) : value);

async function main(words: string[]): Promise<void> {
  const why = obstacle();
  if (why) {
    console.log(`skipped: what the stack costs on a board, because ${why}`);
    return;
  }
  const figures: Figures = existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, "utf8")) : {};
  const folder = mkdtempSync(join(tmpdir(), "espruino-cost-"));
  const plugins = ["insn", "spent"].map((name) => plugin(folder, name));
  for (const chip of CHIPS)
    for (const kind of [JAVASCRIPT, MACHINE])
      if ((large || kind === MACHINE) && words.every((word) => stackName(chip, kind).includes(word)))
        figures[stackName(chip, kind)] = await measured(chip, kind, plugins);
  rmSync(folder, { recursive: true, force: true });
  publish(figures);
}

if (require.main === module)
  main(process.argv.slice(2)).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
