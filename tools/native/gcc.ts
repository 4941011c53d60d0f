/**
 * Debian's gcc-arm-none-eabi, where it is there.
 */
import { spawnSync } from "node:child_process";

export const GCC = "arm-none-eabi-gcc";

/** Kinds of processors, and what the compiler calls the least of each: every Cortex-M, Cortex-M4 and up. */
export const THUMBS: { [kind: string]: string } = { thumb1: "cortex-m0plus", thumb2: "cortex-m4" };

/** What the compiler says of its version; undefined when there is none. */
export function thumbCompiler(): string | undefined {
  const { status, stdout } = spawnSync(GCC, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0] : undefined;
}

export function hasThumbCompiler(): boolean {
  return thumbCompiler() !== undefined;
}

/** A tool of gcc's; answers what it prints. */
export function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
