/**
 * A real Espruino interpreter, built for Linux by whoever runs the tests; the environment variable ESPRUINO names it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installation } from "./boot";

/** The binary, or undefined. */
export const espruino = process.env.ESPRUINO;

/** PROFILE=small, udp, tcp or server: machine code, for an interpreter with a small board's memory. */
export const profile = process.env.PROFILE ?? "full";

/** Why a program cannot connect to others here, or "". */
export const whyNoClient = profile === "server" ? "the profile server only answers" : "";

/** CORE=thumb1 or thumb2: the stack is machine code, which an interpreter runs that is built for ARM and maps its Storage; else "". */
export const thumb = /^thumb[12]$/.exec(process.env.CORE ?? "")?.[0] ?? "";

const dist = join(__dirname, "../../dist");

/**
 * The stack with the driver of `chip`: paths by their names in Storage, in the order in which they are written there: machine code
 * first, since tidying up moves what lies behind a file that was erased. `kind`: in tokens, or as text.
 */
export function stackFiles(chip: string, of = profile, kind: "tok" | "min" = "tok"): Record<string, string> {
  if (!thumb) return { [chip]: join(dist, `${chip}.${kind}.js`) };
  return { [`${chip}.core`]: coreFile(chip, of), [chip]: join(dist, `${chip}-${of}.shell.${kind}.js`) };
}

/** The machine code; run.ts makes it. */
export const coreFile = (chip: string, of = profile) => join(dist, `${chip}-${of}.${thumb}.bin`);

/** Why nothing can be run on a real Espruino here, or "". */
export function whyNoInterpreter(chip = "enc28j60"): string {
  if (!espruino) return "ESPRUINO is not set";
  if (!thumb && profile !== "full") return `PROFILE=${profile} is machine code: CORE=thumb1 or thumb2`;
  const missing = thumb && Object.values(stackFiles(chip)).find((file) => !existsSync(file));
  return missing ? `${missing} is not there (npm run build, npm run build:native)` : "";
}

export interface Session {
  /** lines that the program printed */
  lines: string[];
  /** everything, as it came */
  output: string;
}

/**
 * Runs `program` on the interpreter with these files in Storage, paths by name, until it calls `quit()` or `ms` have passed.
 * A line that it prints is marked, so that the interpreter's own output can be told from it: `say(...)`.
 */
export async function runOnEspruino(files: Record<string, string>, program: string, ms: number): Promise<Session> {
  return runProgram(program, ms, installation(files).join("\n"));
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
