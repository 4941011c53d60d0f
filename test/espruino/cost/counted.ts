/**
 * A board whose instructions are counted, for measure.ts: one program at a time, since what a program does not use would count among its
 * cells.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { TapLink } from "../../../host-sim/links/tap";
import { CHIP } from "../../lib/chip";
import { programText } from "../programs";
import { Rig } from "../rig";
import { FLASH, type Placed, type Spent, spentBeyond, spentIn } from "./spent";
import { type Cost, cost, median } from "./turns";

export const BOARD = "10.77.0.2";
const HOST = { address: "10.77.0.1", length: 24, mask: "255.255.255.0" };
const CONNECT = `
var eth = require("${CHIP}").connect({ spi: SPI1, cs: D1, int: D2, rst: D3, baud: 10000000, mac: "02:00:00:00:00:02" });
eth.on("error", function (e) { print("ERROR " + e); });
eth.setIP({ ip: "${BOARD}", subnet: "255.255.255.0", gateway: "10.77.0.1" });
`;

/** The interpreter has so many cells of 13 bytes, as far as what follows is concerned. */
const smaller = (cells: number) => `var rest = new Uint8Array(13 * (process.memory().total - ${cells} - 2));`;
/** What an MDBT42Q and a Pixl.js have. */
export const FEW = 2950;

/** ms: until a board answers; between two packets; what a kind of thing has to end, connections with their timers. */
const PATIENCE = 120000;
export const GAP = 20;
export const SETTLED = 600;
export const ENDED = 3000;
export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
export const command = promisify(execFile);

/** A real interpreter that runs a program, with the stack, on a TAP device; what it does is counted. */
export class Counted {
  readonly costs: { [what: string]: Cost } = {};
  readonly spents: { [what: string]: Spent } = {};
  private readonly folder = mkdtempSync(join(tmpdir(), "espruino-cost-"));
  private readonly rig: Rig;
  private readonly link: TapLink;
  private marks = 0;
  private files: Placed[] = [];
  /** what instructions were spent on since it was emptied, as spent.c has it: "" each with insn.c */
  private spent: string[] = [];
  private quiet: { rounds: number; spent: Spent } | undefined;
  /** instructions of a round in which nothing happens */
  private idle = 0;

  /** `plugin`: insn.c, or spent.c; `words` choose what is counted by a part of its name; `cells`: so many are all that there are */
  constructor(
    plugin: string,
    program: string,
    private readonly words: string[],
    cells = 0,
  ) {
    const environment = { QEMU_PLUGIN: `${plugin},dir=${this.folder},flash=${FLASH.at},size=${FLASH.size}` };
    const text = (cells ? smaller(cells) : "") + CONNECT + programText(program);
    this.rig = new Rig({ program: text, ownPins: true, environment });
    const { segment, realTime } = this.rig;
    this.link = new TapLink("tap0", { segment, realTime, report: console.log }, HOST);
  }

  async boots(): Promise<void> {
    const { console } = this.rig;
    await console.until(() => console.lines("BOOTED").length > 0, PATIENCE, "BOOTED");
    for (const late = Date.now() + PATIENCE; !(await this.answers()); )
      if (Date.now() > late) throw new Error(`It answers no ping: ${console.output}`);
    await wait(ENDED);
    this.files = await Promise.all([CHIP, ".bootcde"].map((name) => this.placed(name)));
  }

  /** Where a file of the Storage lies. */
  private async placed(name: string): Promise<Placed> {
    const file = `require("Storage").read("${name}")`;
    const at = await this.value<number>(`E.getAddressOf(${file}, true)`);
    return { name, at, length: await this.value<number>(`${file}.length`) };
  }

  private answers(): Promise<boolean> {
    return command("ping", ["-c", "1", "-W", "2", BOARD]).then(
      () => true,
      () => false,
    );
  }

  value<T>(expression: string): Promise<T> {
    return this.rig.console.evaluate<T>(expression);
  }

  /** All of the interpreter's variables (cells.ts). */
  async variables(): Promise<string> {
    const { console } = this.rig;
    const before = console.output.length;
    console.type('E.dumpVariables();print("LISTED")\n');
    await console.until(() => /^LISTED/m.test(console.output.slice(before)), PATIENCE, "LISTED");
    return console.output.slice(before);
  }

  /**
   * Counts what `work` costs, which does `count` of a kind; what it leaves behind ends within `settled` ms, or when the interpreter
   * comes to rest. The first that is counted is nothing.
   */
  async count(what: string, count: number, work: () => Promise<unknown>, settled = SETTLED): Promise<void> {
    const { traffic } = this.rig.wires;
    if (this.idle && this.words.length && !this.words.some((word) => what.includes(word))) return void (await work());
    await this.mark();
    this.spent = [];
    const before = { ...traffic };
    await work();
    const rounds = await this.mark();
    for (const late = Date.now() + PATIENCE; ; ) {
      await wait(settled);
      const quiet = await this.mark();
      rounds.push(...quiet);
      if (quiet.length) this.idle ||= median(quiet);
      if (quiet.length && median(quiet) < 2 * this.idle) break;
      if (Date.now() > late) throw new Error(`${what}: the interpreter does not come to rest`);
    }
    const selects = (traffic.transactions - before.transactions) / count;
    const bytes = (traffic.bytes - before.bytes) / count;
    this.costs[what] = { ...cost(rounds, this.idle, count), selects, bytes };
    this.spends(what, rounds.length, count);
    console.log(what, JSON.stringify(this.costs[what]));
  }

  /** The first that is counted is nothing: what that was spent on is of all others. */
  private spends(what: string, rounds: number, count: number): void {
    const spent = spentIn(this.spent, this.files);
    this.quiet ??= { rounds, spent };
    if (spent.machine) this.spents[what] = spentBeyond(spent, rounds, this.quiet.spent, this.quiet.rounds, count);
  }

  /** The instructions of each round since the mark before. */
  private async mark(): Promise<number[]> {
    const mark = this.marks++ % 128;
    const file = join(this.folder, `${mark}`);
    rmSync(file, { force: true });
    await this.rig.wires.mark(mark);
    for (const late = Date.now() + PATIENCE; !existsSync(file); await wait(5))
      if (Date.now() > late) throw new Error("The interpreter does not mark its rounds (cost/marks.h)");
    if (existsSync(`${file}.spent`)) this.spent.push(readFileSync(`${file}.spent`, "utf8"));
    return readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number);
  }

  /** Puts a frame on the cable, `count` times. */
  async frames(frame: Uint8Array, count: number): Promise<void> {
    const port = this.rig.segment.attach("somebody", () => {});
    for (let i = 0; i < count; i++, await wait(GAP)) this.rig.realTime.inject(() => port.send(frame));
  }

  async stop(): Promise<void> {
    await this.rig.stop();
    await this.link.close();
    rmSync(this.folder, { recursive: true, force: true });
    if (/^ERROR|Uncaught|^FLAG/m.test(this.rig.console.output)) throw new Error(this.rig.console.output);
  }
}
