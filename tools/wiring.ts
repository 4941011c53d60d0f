/**
 * Draws how a module is wired to a board: one SVG for each board and chip, in docs/wiring. The pins are those of
 * flash/boards.ts; a test sees to it that the pictures are up to date.
 *
 *     npx tsx tools/wiring.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { boards } from "./flash/boards";

const FOLDER = join(__dirname, "../docs/wiring");
const ROW = 30;
const TOP = 86;
const WIDTH = 640;

interface Module {
  name: string;
  /** of the chip */
  title: string;
  /** its pins, in the order of the board's */
  pins: string[];
  power: string;
}

const { CHIPS } = require("./chips") as { CHIPS: Record<string, Omit<Module, "name">> };
const modules: readonly Module[] = Object.entries(CHIPS).map(([name, chip]) => ({ name, ...chip }));

const COLOURS = ["#b07d00", "#2a7d2a", "#2456b0", "#a04fb0", "#777777", "#00808a", "#c02020", "#222222"];
const MEANINGS = ["clock", "data from the chip", "data to the chip", "chip select", "interrupt", "reset", "", ""];

/** Names of files in docs/wiring and what is in them. */
export function pictures(): Map<string, string> {
  const wired = boards.flatMap(({ name, title, pins }) => (pins ? [{ name, title, pins }] : []));
  const all = wired.flatMap((board) => modules.map((module) => ({ board, module })));
  return new Map(
    all.map(({ board, module }) => [`${module.name}-${board.name.toLowerCase()}.svg`, picture(board, module)]),
  );
}

function picture(board: { title: string; pins: readonly string[] }, module: Module): string {
  const ends = [...board.pins, `3.3 V, ${module.power}`, "GND"];
  const height = TOP + ends.length * ROW + 24;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif">`,
    `<title>${module.title} module on ${board.title}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    box(20, height, board.title, "#e8f0e8"),
    box(430, height, `${module.title} module`, "#e8ecf5"),
    ...ends.map((end, i) => wire(i, end, module.pins[i])),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function box(x: number, height: number, title: string, fill: string): string {
  const middle = x + 95;
  return (
    `<rect x="${x}" y="20" width="190" height="${height - 40}" rx="8" fill="${fill}" stroke="#444444"/>` +
    `<text x="${middle}" y="50" text-anchor="middle" font-size="17" font-weight="bold">${title}</text>`
  );
}

function wire(row: number, from: string, to: string): string {
  const y = TOP + row * ROW;
  const colour = COLOURS[row];
  const label = MEANINGS[row];
  return (
    `<text x="196" y="${y + 5}" text-anchor="end" font-size="15">${from}</text>` +
    `<text x="446" y="${y + 5}" font-size="15">${to}</text>` +
    `<line x1="210" y1="${y}" x2="430" y2="${y}" stroke="${colour}" stroke-width="4"/>` +
    `<circle cx="210" cy="${y}" r="5" fill="${colour}"/><circle cx="430" cy="${y}" r="5" fill="${colour}"/>` +
    (label ? `<text x="320" y="${y - 6}" text-anchor="middle" font-size="12" fill="#555555">${label}</text>` : "")
  );
}

if (require.main === module) {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, text] of pictures()) writeFileSync(join(FOLDER, name), text);
}
