/**
 * TCP options in packetdrill's notation: <mss 1460,sackOK,TS val 1 ecr 0,wscale 7,nop,eol,sack 1001:2001>, and what it has
 * not: raw 1e05c0 for bytes as they are. Fillers (nop) mean nothing and are not compared.
 */
import type { TcpOption } from "../lib/packets";

/** Numbers of a script are relative: how they are translated for the wire, and back. */
export interface Bases {
  /** of the sequence numbers in SACK blocks, and of a timestamp's two values */
  block: number;
  value: number;
  echo: number;
}

/** One option as written: a name and its numbers, "..." being any, or more. */
export interface WrittenOption {
  name: string;
  numbers: string[];
}

const SHAPES: { [name: string]: RegExp } = {
  mss: /^mss (\d+|\.\.\.)$/,
  wscale: /^wscale (\d+|\.\.\.)$/,
  sackOK: /^sackOK$/,
  TS: /^TS val (\d+|\.\.\.) ecr (\d+|\.\.\.)$/,
  sack: /^sack (-?\d+:-?\d+(?: -?\d+:-?\d+)*(?: \.\.\.)?)$/,
  nop: /^nop$/,
  eol: /^eol$/,
  raw: /^raw ((?:[0-9a-f]{2})+)$/,
};

export function parseOptions(text: string): WrittenOption[] {
  return text === "" ? [] : text.split(",").map((part) => parseOption(part.trim()));
}

function parseOption(text: string): WrittenOption {
  const name = text.split(" ")[0];
  const match = SHAPES[name]?.exec(text);
  if (!match) throw new Error(`no TCP option: ${text}`);
  return { name, numbers: match.slice(1) };
}

/** The bytes of the options as they stand, one behind the other. */
export function optionBytes(options: WrittenOption[], bases: Bases): number[] {
  return options.flatMap((option) => bytesOf(option, bases));
}

function bytesOf({ name, numbers }: WrittenOption, bases: Bases): number[] {
  if (name === "mss") return [2, 4, ...bytes(Number(numbers[0]), 2)];
  if (name === "wscale") return [3, 3, Number(numbers[0])];
  if (name === "sackOK") return [4, 2];
  if (name === "TS")
    return [8, 10, ...bytes(Number(numbers[0]) + bases.value, 4), ...bytes(Number(numbers[1]) + bases.echo, 4)];
  if (name === "nop") return [1];
  if (name === "eol") return [0];
  if (name === "raw") return [...Buffer.from(numbers[0], "hex")];
  const edges = numbers[0].split(/[ :]/).map((edge) => Number(edge) + bases.block);
  return [5, 2 + 4 * edges.length, ...edges.flatMap((edge) => bytes(edge, 4))];
}

function bytes(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (value / 256 ** (count - 1 - i)) & 255);
}

/** As they are written in messages, and compared; none is nothing. */
export function formatOptions(options: WrittenOption[]): string {
  const texts = options
    .filter(({ name }) => name !== "nop")
    .map(({ name, numbers }) =>
      name === "TS" ? `TS val ${numbers[0]} ecr ${numbers[1]}` : [name, ...numbers].join(" "),
    );
  return texts.length ? `<${texts.join(",")}>` : "";
}

/** What was sent, in the words of a script: a number that the script leaves open is left open. */
export function optionsAsWritten(options: TcpOption[], bases: Bases, written: WrittenOption[] = []): WrittenOption[] {
  const expected = written.filter(({ name }) => name !== "nop");
  return options
    .filter(({ kind }) => kind !== "nop")
    .map((option, i) => leaveOpen(asWritten(option, bases), expected[i]));
}

function asWritten(option: TcpOption, bases: Bases): WrittenOption {
  if (option.kind === "mss") return { name: "mss", numbers: [`${option.mss}`] };
  if (option.kind === "wscale") return { name: "wscale", numbers: [`${option.shift}`] };
  if (option.kind === "timestamp") {
    const value = (option.value - bases.value) | 0;
    return { name: "TS", numbers: [`${value}`, `${option.echo}`] };
  }
  if (option.kind === "sack") {
    const blocks = option.blocks.map((edges) => edges.map((edge) => (edge - bases.block) | 0).join(":"));
    return { name: "sack", numbers: [blocks.join(" ")] };
  }
  return { name: option.kind, numbers: option.kind === "other" ? [`${option.number}`] : [] };
}

/** How many milliseconds a timestamp may be off what is expected. */
const TS_TOLERANCE = 2;

function leaveOpen(sent: WrittenOption, written: WrittenOption | undefined): WrittenOption {
  if (sent.name !== written?.name) return sent;
  const numbers = sent.numbers.map((number, i) => {
    const open = written.numbers[i] === "...";
    const near = sent.name === "TS" && i === 0 && Math.abs(Number(number) - Number(written.numbers[i])) <= TS_TOLERANCE;
    const begun = written.numbers[i].endsWith(" ...") && `${number} `.startsWith(written.numbers[i].slice(0, -3));
    return open || near || begun ? written.numbers[i] : number;
  });
  return { name: sent.name, numbers };
}
