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

/** A program of this folder on sanitized cores; its last word on how it went, and the lines of reports. */
export async function sanitized(program: string, args: string[]): Promise<{ status: number; reports: string[] }> {
  const more = {
    CORE: "native",
    CORE_FLAGS: CHECKS,
    LD_PRELOAD: sanitizers(),
    ASAN_OPTIONS: "detect_leaks=0:halt_on_error=0",
  };
  const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, program), ...args], {
    stdio: ["ignore", "inherit", "pipe"],
    env: { ...process.env, ...more },
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const status = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 1)));
  const reports = said.split("\n").filter((line) => REPORT.test(line));
  if (status || reports.length) console.error(said);
  return { status, reports };
}

async function main(): Promise<number> {
  if (!sanitizers()) {
    console.error("needs gcc with its sanitizers");
    return 2;
  }
  const { status, reports } = await sanitized("receive.ts", process.argv.slice(2));
  console.log(`${reports.length} reports of the sanitizers`);
  return status || (reports.length ? 1 : 0);
}

if (require.main === module) main().then(process.exit);
