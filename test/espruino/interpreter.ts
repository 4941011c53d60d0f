/**
 * A real Espruino interpreter, built for Linux by whoever runs the tests; the environment variable ESPRUINO names it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installation } from "./boot";

/** The binary, or undefined. */
export const espruino = process.env.ESPRUINO;

/** What the names of bundles end with: PROFILE=small runs on an interpreter with a small board's memory. */
export const profile = process.env.PROFILE ? `-${process.env.PROFILE}` : "";

export interface Session {
  /** lines that the program printed */
  lines: string[];
  /** everything, as it came */
  output: string;
}

/**
 * Runs `program` on the interpreter with `bundle` as Storage module `module`, until it calls `quit()` or `ms` have passed.
 * A line that it prints is marked, so that the interpreter's own output can be told from it: `say(...)`.
 */
export async function runOnEspruino(module: string, bundle: string, program: string, ms: number): Promise<Session> {
  return runProgram(program, ms, installation({ [module]: bundle }).join("\n"));
}

/** The same with nothing in Storage but what `install` puts there. */
export async function runProgram(program: string, ms: number, install = ""): Promise<Session> {
  const folder = mkdtempSync(join(tmpdir(), "espruino-"));
  const script = join(folder, "program.js");
  writeFileSync(script, `${install}\nfunction say(s) { print("SAY " + s); }\n${program}\n`, "latin1");
  // standard input stays open: at its end the interpreter would read rubbish for ever
  const child = spawn(espruino as string, [script], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
  const output = await outputOf(child, ms);
  rmSync(folder, { recursive: true, force: true });
  const lines = [...output.matchAll(/SAY (.*?)\r?$/gm)].map((match) => match[1]);
  return { lines, output };
}

function outputOf(child: ChildProcess, ms: number): Promise<string> {
  return new Promise((resolve) => {
    let output = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), ms);
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    child.on("close", () => {
      clearTimeout(timer);
      resolve(output);
    });
  });
}
