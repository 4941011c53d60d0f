/**
 * Months in the life of a board: idle nights, days with visitors (pings, datagrams, short connections), a connection that
 * stays, and faults at random of all those that the campaign knows. Run at length by
 *
 *     npm run soak -- --days 90 --chip enc28j60 --seed 1 [--faults 6] [--poll]
 *
 * After each fault nobody speaks for as long as its recovery may take; then the board must answer.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MS } from "../../host-sim/clock";
import { faultsOf } from "../../host-sim/faults";
import type { Fault } from "../../host-sim/faults/fault";
import { type BenchOptions, FaultBench, NO_LINE } from "./bench";
import { BOARD, streamAt } from "./peer";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BROKER = 1883;
const ECHO = 7;
/** Bytes of a visitor's connection, and how long it may take (ms). */
const VISIT = 3000;
const VISIT_LIMIT = 5 * MINUTE;

export interface SoakResult {
  days: number;
  faults: number;
  /** faults after which the board did not answer in time */
  deaf: string[];
  /** connections of visitors: whole, ended with an error, and neither */
  whole: number;
  ended: number;
  hung: number;
  /** of the connection that stays: keepalives sent, and how often it was begun anew */
  keepalives: number;
  reconnects: number;
  wrong: number;
  /** old datagrams that a faulty chip brought up once more, and that were echoed again */
  replayed: number;
  errors: readonly unknown[];
  violations: string[];
  leaked: number;
  /** recoveries by cause, [0]: whole resets; and what programs were told of them */
  causes: number[];
  told: number;
  hostSeconds: number;
}

export class Soak {
  private readonly bench: FaultBench;
  private readonly faults: Fault[];
  private readonly deaf: string[] = [];
  private readonly violations = new Set<string>();
  private seen = 0;
  private met = 0;
  private whole = 0;
  private ended = 0;
  private open = 0;
  private wrong = 0;

  constructor(chip: string, seed: number, connect: BenchOptions["connect"] = {}) {
    const app = ["board.js", "soak_board.js"].map((file) => readFileSync(join(__dirname, file), "latin1")).join("\n");
    this.faults = faultsOf(chip).filter(({ options }) => !options);
    this.bench = new FaultBench({ chip, seed, app, connect });
    this.serveBroker();
    this.bench.run(2 * MINUTE);
    this.noteViolations(true, "setting up");
  }

  /** Lives for `days`, with so many faults a day; `say` hears how it goes, every ten days. */
  run(days: number, faultsPerDay: number, say: (line: string) => void = () => {}): SoakResult {
    const started = Date.now();
    const { bench } = this;
    const before = bench.free();
    for (let hour = 0; hour < days * 24; hour++) {
      this.hour(hour % 24, faultsPerDay / 24);
      if (hour % 240 === 239) say(this.soFar((hour + 1) / 24));
    }
    bench.run(3 * MINUTE);
    const after = bench.free();
    return {
      days,
      faults: this.met,
      deaf: this.deaf,
      whole: this.whole,
      ended: this.ended,
      hung: this.open,
      keepalives: bench.seen.keepalives,
      reconnects: bench.seen.reconnects,
      wrong: this.wrong + bench.boardErrors + bench.prober.wrong,
      replayed: bench.prober.replayed,
      errors: bench.machine.errors,
      violations: [...this.violations],
      leaked: before.mbufs + before.clusters - after.mbufs - after.clusters,
      causes: bench.causes(),
      told: bench.printed.length,
      hostSeconds: Math.round((Date.now() - started) / 1000),
    };
  }

  private soFar(days: number): string {
    const { met, deaf, whole, ended } = this;
    return `${days} days: ${met} faults, deaf ${deaf.length}, visits ${whole} whole, ${ended} ended`;
  }

  /** By day somebody comes every ten minutes, at night nobody. Faults come at any time. */
  private hour(hour: number, chance: number): void {
    const { bench } = this;
    const end = bench.now() + HOUR;
    for (let tenth = 0; tenth < 6; tenth++) {
      if (hour >= 6) this.visit();
      if (bench.random.chance(chance / 6)) this.strike();
      const until = end - (5 - tenth) * 10 * MINUTE;
      if (until > bench.now()) bench.run(until - bench.now());
    }
    this.forget();
  }

  private strike(): void {
    const { bench } = this;
    const fault = this.faults[bench.random.below(this.faults.length)];
    const wrong = bench.prober.wrong + bench.boardErrors + this.wrong;
    this.noteViolations(false, "no fault");
    if (bench.random.chance(0.5)) this.visit();
    bench.run(bench.random.below(3000));
    this.met++;
    fault.begin(bench);
    bench.run(fault.lasts ?? 0);
    fault.end?.(bench);
    bench.run(fault.bound);
    for (let n = fault.frames ?? 0; n; n--) this.answers();
    if (!this.answers()) this.deaf.push(`${fault.name}, at ${Math.round(bench.now() / 1000)} s`);
    if (!fault.spoils) this.noteViolations(fault.misuse === true, fault.name);
    else {
      this.noteViolations(true, fault.name);
      this.wrong -= bench.prober.wrong + bench.boardErrors + this.wrong - wrong;
    }
  }

  /** Five pings: the first may meet the end of a recovery. */
  private answers(): boolean {
    const { bench } = this;
    const first = bench.prober.pings.length;
    for (let n = 0; n < 5; n++) {
      bench.prober.ping();
      bench.run(500);
    }
    return bench.prober.pings.slice(first + 2).every(({ answered }) => answered !== undefined);
  }

  /** What the model has noted since: allowed, when the fault itself was the misuse. */
  private noteViolations(allowed: boolean, fault: string): void {
    const { violations } = this.bench.chip;
    if (!allowed)
      for (const { rule, time } of violations.slice(this.seen))
        this.violations.add(`${rule} at ${time / MS} ms, ${fault}`);
    this.seen = violations.length;
  }

  /** Somebody pings, sends datagrams, and has 3000 bytes echoed. */
  private visit(): void {
    const { bench } = this;
    for (let n = 0; n < 3; n++) {
      bench.clock.after(n * 300 * MS, () => {
        bench.prober.ping();
        bench.prober.datagram(bench.random.below(1400));
      });
    }
    bench.clock.defer(() => this.visitByTcp());
  }

  private visitByTcp(): void {
    const { net, sys } = this.bench.peer;
    const began = this.bench.now();
    const fd = sys.socket(2, 1, 0);
    let sent = 0;
    let received = 0;
    let over = false;
    this.open++;
    const end = (whole: boolean) => {
      over = true;
      this.open--;
      if (whole) this.whole++;
      else this.ended++;
      sys.close(fd);
    };
    const go = (): void => {
      while (!over && sent < VISIT) {
        const n = sys.send(fd, streamAt(sent, Math.min(1460, VISIT - sent)), 0);
        if (n === -11 || n === -105 || n === -107) break;
        if (n < 0) end(false);
        else sent += n;
      }
      while (!over && received < VISIT) {
        const data = sys.recvstring(fd, 1460, 0, null);
        if (data === -11 || data === -107) break;
        if (typeof data === "number" || !data) end(false);
        else {
          if (data !== streamAt(received, data.length)) this.wrong++;
          received += data.length;
        }
      }
      if (!over && received >= VISIT) end(true);
      else if (!over && this.bench.now() - began > VISIT_LIMIT) this.hangs(fd);
    };
    sys.setupcall(fd, go);
    sys.connect(fd, { sin_family: 2, sin_addr: net.inet_addr(BOARD.ip), sin_port: ECHO } as object);
    const look = () => {
      if (over) return;
      this.bench.clock.defer(go);
      this.bench.clock.after(5000 * MS, look);
    };
    look();
  }

  private hangs(fd: number): void {
    this.deaf.push(`a connection hung: ${JSON.stringify(this.bench.peer.sys.tcpinfo(fd))}`);
  }

  /** Echoes whatever the board's client says. */
  private serveBroker(): void {
    const { sys } = this.bench.peer;
    const listener = sys.socket(2, 1, 0);
    sys.bind(listener, { sin_family: 2, sin_addr: 0, sin_port: BROKER } as object);
    sys.listen(listener, 4);
    sys.setupcall(listener, () => {
      const fd = sys.accept(listener, null);
      if (fd < 0) return;
      const echo = () => {
        const data = sys.recvstring(fd, 1460, 0, null);
        if (data === -11) return;
        if (typeof data === "number" || !data) sys.close(fd);
        else sys.send(fd, data, 0);
      };
      sys.setupcall(fd, echo);
      echo();
    });
  }

  /** What has been counted need not be kept for 90 days. */
  private forget(): void {
    this.bench.prober.forget();
  }
}

/** What is wrong with a soak's result. */
export function soakComplaints(result: SoakResult): string[] {
  const said = [...result.deaf];
  if (result.hung) said.push(`${result.hung} connections hung`);
  if (result.wrong) said.push(`${result.wrong} wrong`);
  if (result.leaked) said.push(`${result.leaked} mbufs or clusters leaked`);
  if (result.errors.length) said.push(`threw ${result.errors[0]}`);
  said.push(...result.violations);
  return said;
}

if (require.main === module) {
  const { values } = parseArgs({
    options: {
      chip: { type: "string", default: "enc28j60" },
      seed: { type: "string", default: "1" },
      days: { type: "string", default: "90" },
      faults: { type: "string", default: "6" },
      poll: { type: "boolean", default: false },
    },
  });
  const result = new Soak(values.chip, Number(values.seed), values.poll ? NO_LINE : {}).run(
    Number(values.days),
    Number(values.faults),
    console.log,
  );
  const complaints = soakComplaints(result);
  console.log(result);
  console.log(complaints.length ? complaints.join("\n") : "nothing to complain of");
  process.exitCode = complaints.length ? 1 : 0;
}
