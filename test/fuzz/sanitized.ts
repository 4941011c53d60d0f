/**
 * The fuzzer on machine code, with all that a compiler can check: arithmetic and bounds (undefined behaviour), and the memory of
 * each core, in which only that may be touched which has been given out (runtime/spoil.h). Needs gcc.
 *
 *     npm run fuzz:sanitized -- --frames 1000000 --segments 100000 --seed 1
 *
 * Fails when the fuzzer does, and when a sanitizer has anything to say.
 */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

const CHECKS = "-DCHECKED -fsanitize=undefined,bounds,address -fsanitize-recover=all";
/** What sanitizers say begins with. */
const REPORT = /runtime error:|ERROR: AddressSanitizer/;

/** Where gcc has the sanitizer of addresses, which must be there before node itself; undefined without gcc. */
export function sanitizers(): string | undefined {
  const { status, stdout } = spawnSync("gcc", ["-print-file-name=libasan.so"], { encoding: "utf8" });
  const path = stdout?.trim();
  return status === 0 && path.startsWith("/") ? path : undefined;
}

/** The first lines of reports in what was said. */
export function reports(said: string): string[] {
  return said.split("\n").filter((line) => REPORT.test(line));
}

/** A program of this folder on sanitized cores: how it ended, and what it and the sanitizers said. What it prints goes to `out`. */
export async function sanitized(
  program: string,
  args: string[],
  out: "inherit" | "ignore" = "ignore",
): Promise<{ status: number; said: string }> {
  const more = {
    CORE: "native",
    CORE_FLAGS: CHECKS,
    LD_PRELOAD: sanitizers(),
    ASAN_OPTIONS: "detect_leaks=0:halt_on_error=0",
  };
  const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, program), ...args], {
    stdio: ["ignore", out, "pipe"],
    env: { ...process.env, ...more },
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const status = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 1)));
  return { status, said };
}

async function main(): Promise<number> {
  if (!sanitizers()) {
    console.error("needs gcc with its sanitizers");
    return 2;
  }
  const { status, said } = await sanitized("receive.ts", process.argv.slice(2), "inherit");
  process.stderr.write(said);
  console.log(`${reports(said).length} reports of the sanitizers`);
  return status || Math.min(reports(said).length, 1);
}

if (require.main === module) main().then(process.exit);
