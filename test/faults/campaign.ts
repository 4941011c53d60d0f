/**
 * The fault campaign: each fault of a chip, its wires, its cable and its neighbours meets each kind of traffic, and four
 * things are measured. Run at length by `npm run faults -- --chip enc28j60 [--seed 1] [--only text]`; the tests run a part of it.
 *
 *  - detected: from the beginning of the fault until the driver counts one; "-" when it noticed nothing, and need not
 *  - recovered: from the end of the fault until pings are answered again, five in a row
 *  - lost: pings and datagrams that were not answered, while it lasted and until then
 *  - kept: did the TCP connection survive, every byte in its place?
 */
import { parseArgs } from "node:util";
import { MS } from "../../host-sim/clock";
import { faultsOf } from "../../host-sim/faults";
import type { Fault } from "../../host-sim/faults/fault";
import { type BenchOptions, FaultBench, NO_LINE, TRAFFICS, type Traffic } from "./bench";

export interface Outcome {
  /** ms; undefined: never */
  detected: number | undefined;
  recovered: number | undefined;
  lost: number;
  connections: number;
  kept: number;
  /** what must be 0 */
  wrong: number;
  violations: string[];
  errors: readonly unknown[];
  leaked: number;
  causes: number[];
  printed: string[];
}

/** Pings in a row that must be answered. */
const WELL = 5;
const WARM_UP = 1500;
const SLICE = 10;
/** ms after the end of a fault until it is given up. */
const LIMIT = 100_000;

/** `board` says what the board is; a fault's own options add to it. */
export function meet(board: BenchOptions, fault: Fault, traffic: Traffic, limit = LIMIT): Outcome {
  const connect = { ...board.connect, ...fault.options?.connect };
  const bench = new FaultBench({ ...board, ...fault.options, connect });
  const before = bench.free();
  bench.start(traffic);
  bench.run(WARM_UP + bench.random.below(1000));
  const lostBefore = bench.prober.lost();
  const counted = bench.counted();
  const began = bench.now();
  let detected: number | undefined;
  const pass = (ms: number, done = () => false): void => {
    const until = bench.now() + ms;
    while (bench.now() < until && !done()) {
      bench.run(Math.max(0.001, Math.min(SLICE, until - bench.now())));
      if (detected === undefined && bench.counted() > counted) detected = bench.now() - began;
    }
  };
  fault.begin(bench);
  pass(fault.lasts ?? 0);
  fault.end?.(bench);
  const ended = bench.now();
  let recovered: number | undefined;
  pass(limit, () => {
    recovered = answeredSince(bench, ended);
    return recovered !== undefined;
  });
  pass(600);
  const lost = bench.prober.lost() - lostBefore;
  const stillMoving = bench.opened ? progresses(bench, pass) : true;
  bench.finish();
  const after = bench.free();
  return {
    detected,
    recovered,
    lost,
    connections: bench.opened,
    kept: stillMoving ? bench.opened - bench.broken : 0,
    wrong: bench.wrongBytes + bench.boardErrors + bench.prober.wrong,
    violations: [...new Set(bench.chip.violations.map(({ rule }) => rule))],
    errors: bench.machine.errors,
    leaked: before.mbufs + before.clusters - after.mbufs - after.clusters,
    causes: bench.causes(),
    printed: bench.printed,
  };
}

/** Do bytes still flow, a minute from now at the latest? */
function progresses(bench: FaultBench, pass: (ms: number, done: () => boolean) => void): boolean {
  const moved = bench.moved;
  pass(60_000, () => bench.moved > moved + 20_000);
  return bench.moved > moved + 20_000;
}

/** ms from `since` to the first ping of a row that was answered. */
function answeredSince(bench: FaultBench, since: number): number | undefined {
  const { pings } = bench.prober;
  let row = 0;
  for (let i = pings.length - 1; i >= 0 && pings[i].sent / MS >= since; i--) {
    if (pings[i].answered !== undefined) row++;
    else if (row) break;
    else if (bench.now() - pings[i].sent / MS > 400) return undefined; // not yet
    if (row === WELL) return firstOfRow(pings, i, since);
  }
  return undefined;
}

function firstOfRow(pings: { sent: number; answered: number | undefined }[], at: number, since: number): number {
  let i = at;
  while (i > 0 && pings[i - 1].sent / MS >= since && pings[i - 1].answered !== undefined) i--;
  return pings[i].answered! / MS - since;
}

/** What is wrong with an outcome, in words. */
export function complaints(fault: Fault, outcome: Outcome): string[] {
  const said: string[] = [];
  if (outcome.recovered === undefined) said.push("not recovered");
  else if (outcome.recovered > fault.bound) said.push(`recovered after ${Math.round(outcome.recovered)} ms`);
  if (outcome.kept < outcome.connections) said.push("connection lost");
  if (outcome.wrong && !fault.spoils) said.push(`${outcome.wrong} wrong`);
  if (outcome.leaked) said.push(`${outcome.leaked} mbufs or clusters leaked`);
  if (outcome.violations.length && !fault.misuse) said.push(`violations: ${outcome.violations.join(" ")}`);
  if (outcome.errors.length) said.push(`threw ${outcome.errors[0]}`);
  return said;
}

function cell(outcome: Outcome): string {
  const s = (ms: number | undefined, never: string) => (ms === undefined ? never : (ms / 1000).toFixed(2));
  const kept = outcome.connections ? ` ${outcome.kept}/${outcome.connections}` : "";
  return `${s(outcome.detected, "-")} ${s(outcome.recovered, "NEVER")} ${outcome.lost}${kept}`;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      chip: { type: "string", default: "enc28j60" },
      seed: { type: "string", default: "1" },
      only: { type: "string", default: "" },
      traffic: { type: "string", default: "" },
      verbose: { type: "boolean", default: false },
      poll: { type: "boolean", default: false },
    },
  });
  const board = { chip: values.chip, seed: Number(values.seed), connect: values.poll ? NO_LINE : {} };
  const faults = faultsOf(values.chip).filter(({ name, source }) => `${name} ${source}`.includes(values.only));
  const traffics = TRAFFICS.filter((traffic) => !values.traffic || traffic === values.traffic);
  console.log(`${values.chip}, seed ${values.seed}: detected after s, recovered after s, lost, connections kept`);
  console.log("".padEnd(74) + traffics.map((traffic) => traffic.padEnd(19)).join(""));
  for (const fault of faults) {
    const outcomes = traffics.map((traffic) => meet(board, fault, traffic));
    const label = `${fault.name} (${fault.source})`.slice(0, 72).padEnd(74);
    console.log(label + outcomes.map((outcome) => cell(outcome).padEnd(19)).join(""));
    outcomes.forEach((outcome, i) => {
      for (const complaint of complaints(fault, outcome)) {
        console.log(`    ${traffics[i]}: ${complaint}`);
        process.exitCode = 1;
      }
      if (values.verbose) console.log(`    ${traffics[i]}: ${outcome.causes.join(" ")} ${outcome.printed.join(", ")}`);
    });
  }
}

if (require.main === module) main();
