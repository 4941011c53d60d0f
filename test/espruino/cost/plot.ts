/**
 * What machine code is worth, as a picture: for each kind of thing the instructions before and after, and the aim, in powers of ten.
 */
import { type Figures, INSTRUCTIONS, JAVASCRIPT, MACHINE, stackName } from "./table";

const WIDTH = 760;
const LEFT = 290;
const RIGHT = 20;
const ROW = 34;
const BAR = 11;
const TOP = 46;
/** Powers of ten from, and to. */
const FROM = 4;
const TO = 9;
const BEFORE = "#9aa5b1";
const AFTER = "#1f6feb";
const AIM = "#d1242f";

const x = (n: number) => LEFT + ((Math.log10(n) - FROM) / (TO - FROM)) * (WIDTH - LEFT - RIGHT);
const text = (at: number, y: number, anchor: string, what: string) =>
  `<text x="${at.toFixed(1)}" y="${y}" text-anchor="${anchor}">${what}</text>`;
const bar = (y: number, n: number, colour: string) =>
  `<rect x="${LEFT}" y="${y}" width="${Math.max(1, x(n) - LEFT).toFixed(1)}" height="${BAR}" fill="${colour}"/>`;

/** An SVG of the rows that have an aim, and the page four at a time. */
export function plot(figures: Figures, chip: string): string {
  const before = figures[stackName(chip, JAVASCRIPT)];
  const after = figures[stackName(chip, MACHINE)];
  const rows = INSTRUCTIONS.filter(({ aim }) => aim);
  const height = TOP + rows.length * ROW + 20;
  const ticks = Array.from({ length: Math.floor(TO) - FROM + 1 }, (_, i) => 10 ** (FROM + i));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<title>Instructions before and after, on a board with ${chip}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...legend(chip),
    ...ticks.flatMap((n) => tick(n, height)),
    ...rows.flatMap(({ title, of, aim }, i) => {
      const y = TOP + i * ROW;
      const mark = `<path d="M${x(aim!).toFixed(1)} ${y - 2}v${2 * BAR + 5}" stroke="${AIM}" stroke-width="2"/>`;
      const name = text(LEFT - 8, y + BAR + 4, "end", title.replaceAll("`", ""));
      return [name, bar(y, of(before)!, BEFORE), bar(y + BAR + 1, of(after)!, AFTER), mark];
    }),
    "</svg>",
    "",
  ].join("\n");
}

function legend(chip: string): string[] {
  const entry = (at: number, colour: string, what: string) =>
    `<rect x="${at}" y="8" width="12" height="12" fill="${colour}"/>${text(at + 17, 18, "start", what)}`;
  const title = text(8, 18, "start", `instructions (${chip}, small)`);
  return [
    title,
    entry(LEFT, BEFORE, "JavaScript"),
    entry(LEFT + 110, AFTER, "machine code"),
    entry(LEFT + 230, AIM, "aim"),
  ];
}

function tick(n: number, height: number): string[] {
  const label = n < 1e6 ? `${n / 1000} k` : `${n / 1e6} M`;
  const line = `<path d="M${x(n).toFixed(1)} ${TOP - 8}V${height - 18}" stroke="#ddd"/>`;
  return [line, text(x(n), height - 4, "middle", label)];
}
