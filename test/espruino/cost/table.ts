/**
 * What was counted as a table and as numbers for the plot: instructions by kind of thing, and what that is on a Pico.
 */
import type { Measured } from "./measure";

/** By stack: stackName(). */
export type Figures = { [stack: string]: Measured };

export const JAVASCRIPT = "JavaScript";
export const MACHINE = "machine code";
export const stackName = (chip: string, kind: string) => `${chip} ${kind}`;

/** A Pico: MHz, and cycles that an instruction takes on a Cortex-M4 out of flash (host-sim/pace/figures.ts has where that is from). */
const CLOCK = 84;
const CYCLES = 1.585;
/** MHz of the SPI bus; the processor waits for each byte. */
const BUS = 10;
const SEGMENT = 1460;

export interface Row {
  title: string;
  /** of one of a kind: its name in Measured */
  what?: string;
  /** undefined where it cannot be done */
  of: (measured: Measured) => number | undefined;
  aim?: number;
  /** takes a Pico so long, ms */
  ms?: (measured: Measured) => number;
  isStream?: boolean;
}

const picoMs = (instructions: number, bytes = 0) =>
  (instructions * CYCLES) / (CLOCK * 1000) + (bytes * 8) / (BUS * 1000);

function each(what: string, title: string, aim?: number): Row {
  const ms = ({ costs }: Measured) => picoMs(costs[what].each, costs[what].bytes);
  return { title, what, of: ({ costs }) => costs[what]?.each, aim, ms, isStream: /^(stream|net) /.test(what) };
}

function round(title: string, of: (measured: Measured) => number, aim?: number): Row {
  return { title, of, aim, ms: (measured) => picoMs(of(measured)) };
}

/** Instructions; the aims are those that machine code was begun with. */
export const INSTRUCTIONS: readonly Row[] = [
  round("a round of the interpreter in which nothing happens", ({ costs }) => costs["idle"].idle),
  round("the same with an http server", ({ costs }) => costs["idle http"].idle),
  round("a second in which nothing happens: the chip is looked at", ({ costs }) => costs["idle"].each),
  each("broadcast", "a broadcast that is not for us", 40e3),
  each("arp other", "ARP for somebody else", 40e3),
  each("arp reply", "ARP answered"),
  each("ping 56", "ping, 56 bytes", 80e3),
  each("ping 1400", "ping, 1,400 bytes"),
  each("connect", "TCP connect and close, as server", 500e3),
  each("stream in", "1,460 bytes in, taken by `recv`", 500e3),
  each("stream out", "1,460 bytes out by `send`, acknowledged", 150e3),
  each("net in", "1,460 bytes in, by `net`"),
  each("net out", "1,460 bytes out, by `net`"),
  each("page", "HTTP GET of 1 kB, by `http`", 1300e3),
  each("page of four", "the same, four at a time (`ab -c 4`)"),
  round("the longest turn meanwhile", ({ costs }) => costs["page of four"].longest, 1500e3),
  each("page of two", "the same GET, two at a time, on 2,950 cells (200 pages, none lost)"),
];

/** Titles of what is one of a kind, by name. */
export const INSTRUCTIONS_OF: { [what: string]: string } = Object.fromEntries(
  INSTRUCTIONS.flatMap(({ what, title }) => (what ? [[what, title]] : [])),
);

const MEMORY: readonly Row[] = [
  { title: "cells in use, connected, with an http server", of: ({ cells }) => cells, aim: 1500 },
  { title: "bytes of Storage", of: ({ storage }) => storage, aim: 44000 },
];

export const thousands = (n: number) => Math.round(n).toLocaleString("en-US");
export const instructions = (n: number) => (n < 100e3 ? `${(n / 1000).toFixed(1)} k` : `${(n / 1e6).toFixed(2)} M`);

/** The table, of Markdown's lines. */
export function table(figures: Figures, chips: readonly string[]): string[] {
  const stacks = chips.flatMap((chip) => [JAVASCRIPT, MACHINE].map((kind) => stackName(chip, kind)));
  const shown = stacks.filter((stack) => figures[stack]);
  const [first] = shown.filter((stack) => stack.endsWith(MACHINE));
  const line = (row: Row, format: (n: number) => string) => {
    const cells = shown.map((stack) => shownAs(row.of(figures[stack]), format));
    const ms = first && row.ms ? `${time(row.ms(figures[first]), row.isStream)}` : "";
    return `| ${[row.title, ...cells, row.aim ? format(row.aim) : "", ms].join(" | ")} |`;
  };
  return [
    `| | ${shown.join(" | ")} | aim | on a Pico |`,
    `|---|${"---|".repeat(shown.length + 2)}`,
    ...INSTRUCTIONS.map((row) => line(row, instructions)),
    ...MEMORY.map((row) => line(row, thousands)),
  ];
}

const shownAs = (n: number | undefined, format: (n: number) => string) => (n === undefined ? "-" : format(n));

function time(ms: number, isStream = false): string {
  const short = `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
  return isStream ? `${short}; ${(SEGMENT / ms).toFixed(0)} kB/s` : short;
}
