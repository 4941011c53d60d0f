/**
 * Functions that make machine code for boards smaller when the C compiler does not put them into their callers: its own guess is for
 * speed, and often wrong by some bytes. They are found by trying each, both ways, ten minutes' work for the smallest core and longer for
 * others; the list is checked in. What is found for one is not always good together with what is found for the next: a second run drops it.
 *
 *     npx tsx tools/native/outline.ts [chip profile]
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { GCC, THUMBS } from "./gcc";
import { LIST, OUTLINED, outlined } from "./outlined";
import { compile, gccFlags } from "./thumb";

/** Compilers at a time. */
const LANES = 2;
/** Fewer bytes are an accident of where code lies. */
const LEAST = 4;
const PROTOTYPE = /^static .*\b(\w+)\([^()]*(?:\([^()]*\)[^()]*)*\);$/gm;

const started = promisify(execFile);

/** One compiler, and which functions had better change sides. */
class Lane {
  readonly changed: string[] = [];
  private best = Number.POSITIVE_INFINITY;

  constructor(
    private readonly folder: string,
    private readonly flags: string[],
  ) {}

  async work(names: string[]): Promise<void> {
    this.best = await this.size();
    for (const name of names) await this.attempt(name);
  }

  private async attempt(name: string): Promise<void> {
    const core = join(this.folder, "core.c");
    const before = readFileSync(core, "utf8");
    const line = new RegExp(`^static (__attribute__\\S* )?(?=.*\\b${name}\\(.*\\);$)`, "m");
    writeFileSync(
      core,
      before.replace(line, (_, apart) => (apart ? "static " : `static ${OUTLINED} `)),
    );
    const size = await this.size();
    if (size <= this.best - LEAST) {
      console.log(`${name}: ${this.best - size} bytes, ${size}`);
      this.changed.push(name);
      this.best = size;
    } else writeFileSync(core, before);
  }

  /** Bytes of code and constants. */
  private async size(): Promise<number> {
    await started(GCC, [...this.flags, "-o", "board.o", "board.c"], { cwd: this.folder });
    const { stdout } = await started("arm-none-eabi-size", ["board.o"], { cwd: this.folder });
    return Number.parseInt(stdout.split("\n")[1], 10);
  }
}

async function found(chip: string, profile: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-outline-"));
  compile(chip, profile, THUMBS["thumb2"], folder);
  const names = [...readFileSync(join(folder, "core.c"), "utf8").matchAll(PROTOTYPE)].map((match) => match[1]);
  const flags = gccFlags(chip, profile, THUMBS["thumb2"]);
  const lanes = Array.from({ length: LANES }, (_, i) => {
    cpSync(folder, `${folder}.${i}`, { recursive: true });
    return new Lane(`${folder}.${i}`, flags);
  });
  await Promise.all(lanes.map((lane, i) => lane.work(names.filter((_, n) => n % LANES === i))));
  for (const gone of [folder, ...lanes.map((_, i) => `${folder}.${i}`)]) rmSync(gone, { recursive: true });
  return lanes.flatMap(({ changed }) => changed);
}

async function main([chip = "enc28j60", profile = "server"]: string[]): Promise<void> {
  const all = outlined();
  for (const name of await found(chip, profile)) if (!all.delete(name)) all.add(name);
  writeFileSync(LIST, `${JSON.stringify([...all].sort(), null, 2)}\n`);
}

main(process.argv.slice(2));
