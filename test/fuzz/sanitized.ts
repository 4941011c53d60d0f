/**
 * The fuzzer on machine code, with all that a compiler can check: arithmetic and bounds (undefined behaviour), and the memory of
 * each core, in which only that may be touched which has been given out (runtime/spoil.h). Needs gcc.
 *
 *     npm run fuzz:sanitized -- --frames 1000000 --segments 100000 --seed 1
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const CHECKS = "-DCHECKED -fsanitize=undefined,bounds,address -fsanitize-recover=all";

/** Where gcc has the sanitizer of addresses, which must be there before node itself; undefined without gcc. */
function runtime(): string | undefined {
  const { status, stdout } = spawnSync("gcc", ["-print-file-name=libasan.so"], { encoding: "utf8" });
  const path = stdout?.trim();
  return status === 0 && path.startsWith("/") ? path : undefined;
}

function main(): number {
  const library = runtime();
  if (!library) {
    console.error("needs gcc with its sanitizers");
    return 2;
  }
  const more = {
    CORE: "native",
    CORE_FLAGS: CHECKS,
    LD_PRELOAD: library,
    ASAN_OPTIONS: "detect_leaks=0:halt_on_error=0",
  };
  const args = ["--import", "tsx", join(__dirname, "receive.ts"), ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit", env: { ...process.env, ...more } });
  return status ?? 1;
}

process.exit(main());
