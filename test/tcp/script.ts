/**
 * Scripts: text in packetdrill's notation, line by line. The first line is a comment: a sentence that says what is shown.
 *
 *     +0.1 < S 0:0(0) win 1000 <mss 1000>     a segment comes, 100 ms after what the line before tells of
 *     +0 > S. 0:0(0) ack 1 <...>              we send that, at once (within TOLERANCE); +0.2~0.3: in that time
 *     +1 > nothing                            for a second we send nothing
 *     +0 send(4, ..., 100, 0) = 100           a system call and its answer, a number or -ENAME
 *     +0 < icmp host_unreachable [1:101(100)] an ICMP error about that segment of ours
 *     +0 --- state ESTABLISHED                how the connection stands; --- :2001 state CLOSED: another one
 *     +0 --- new connection                   our sequence numbers begin anew, behind all that have been
 *     include established                     the lines of scripts/reach/established.pkt
 *
 * Nothing may be sent that the script does not expect.
 */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseSegment, type Segment } from "./segment";

export const SCRIPTS = join(__dirname, "scripts");

/** An ICMP error about a segment of ours. */
export interface IcmpError {
  name: string;
  mtu: number;
  about: Segment;
}

export interface Call {
  name: string;
  args: string[];
  result: string;
  /** of received data, the place in the stream, where it is not the next */
  at?: number;
}

export type Action =
  | { kind: "hear"; segment: Segment }
  | { kind: "say"; segment: Segment }
  | { kind: "nothing" }
  | { kind: "icmp"; error: IcmpError }
  | { kind: "call"; call: Call }
  | { kind: "state"; port: number; state: string }
  | { kind: "anew"; port: number };

export interface Step {
  /** file:line */
  place: string;
  text: string;
  /** seconds after the step before: between these */
  from: number;
  to: number;
  action: Action;
}

export interface Script {
  title: string;
  steps: Step[];
}

/** Reads a script; `file` is a path below scripts/. */
export function readScript(file: string): Script {
  return parseScript(file, readFileSync(join(SCRIPTS, file), "utf8"));
}

export function parseScript(file: string, text: string): Script {
  const lines = text.split("\n");
  if (!lines[0].startsWith("// ")) throw new Error(`${file}: the first line is no sentence`);
  return { title: lines[0].slice(3), steps: parseLines(file, lines) };
}

function parseLines(file: string, lines: string[]): Step[] {
  return lines.flatMap((line, i) => {
    const text = line.replace(/(^|\s)\/\/.*$/, "").trim();
    const place = `${relative(process.cwd(), join(SCRIPTS, file))}:${i + 1}`;
    try {
      return text === "" ? [] : parseLine(text, place);
    } catch (error) {
      throw new Error(`${place}: ${(error as Error).message}`);
    }
  });
}

function parseLine(text: string, place: string): Step[] {
  if (text.startsWith("include ")) return readScript(`reach/${text.slice(8)}.pkt`).steps;
  const match = /^\+([\d.]+)(?:~\+?([\d.]+))?\s+(.*)$/.exec(text);
  if (!match) throw new Error(`when? ${text}`);
  const from = Number(match[1]);
  return [{ place, text, from, to: match[2] ? Number(match[2]) : from, action: parseAction(match[3]) }];
}

function parseAction(text: string): Action {
  if (text === "> nothing") return { kind: "nothing" };
  if (text.startsWith("< icmp ")) return { kind: "icmp", error: parseIcmp(text.slice(7)) };
  if (text.startsWith("< ")) return { kind: "hear", segment: parseSegment(text.slice(2)) };
  if (text.startsWith("> ")) return { kind: "say", segment: parseSegment(text.slice(2)) };
  if (text.startsWith("--- ")) return parseRemark(text.slice(4));
  return { kind: "call", call: parseCall(text) };
}

function parseIcmp(text: string): IcmpError {
  const match = /^(\w+)(?: mtu (\d+))? \[(.*)\]$/.exec(text);
  if (!match) throw new Error(`no ICMP error: ${text}`);
  const about = match[3].replace(/^(:\d+ )?/, "$1. ");
  return { name: match[1], mtu: Number(match[2] ?? 0), about: parseSegment(about) };
}

function parseRemark(text: string): Action {
  const match = /^(?::(\d+) )?(?:state (\w+)|(new connection))$/.exec(text);
  if (!match) throw new Error(`what is "${text}"?`);
  const port = Number(match[1] ?? 2000);
  return match[2] ? { kind: "state", port, state: match[2] } : { kind: "anew", port };
}

function parseCall(text: string): Call {
  const match = /^(\w+)\((.*)\) = (\S+)(?: at (\d+))?$/.exec(text);
  if (!match) throw new Error(`neither segment nor system call: ${text}`);
  const args = match[2].split(",").map((arg) => arg.trim());
  return { name: match[1], args, result: match[3], at: match[4] ? Number(match[4]) : undefined };
}
