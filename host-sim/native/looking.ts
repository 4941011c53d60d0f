/**
 * The structures of a board's compiled core while it runs (shell.ts), for who shows them. The same sources are compiled once more
 * with everything in them to be seen (tools/native/ffi.ts): that tells where each field is, and reads the memory of the core that
 * runs. Nothing is written there. Needs gcc or clang.
 */
import { spawnSync } from "node:child_process";
import { NATIVE_FILES } from "../../tools/native/files";
import { cachedSight } from "../../tools/native/host";
import { NativeCore } from "./core";
import type { Func } from "./library";
import { ENTRIES, libraryPath, type ShellCore } from "./shell";
import { sourceLoader } from "./sources";

const { nativeConstants } = require("../../tools/profile") as {
  nativeConstants: (profile: string) => { [name: string]: number | boolean };
};

/** What netstat calls the counters, in the order of each table. */
const WORDS = "firmware/modules/netstat/netstat_names.ts";
/** An exported function, from which the others are measured. */
const LANDMARK = "native_boot";

/** All variables of a core by name, and its functions, as far as they only read. */
export type Sight = Record<string, unknown>;

/** Throws an Error where the core that runs is not laid out as the one that is looked with. */
export function sightOf(shell: ShellCore): { sight: Sight; words: object; uptime: () => number } {
  const constants = nativeConstants(shell.profile);
  const { library, description } = cachedSight({ files: NATIVE_FILES, constants }, ENTRIES);
  const looking = new Looking(library, description, shell);
  const words = sourceLoader((text) => new Function(`return ${text}`)(), constants)(WORDS);
  return { sight: looking.sight, words, uptime: () => shell.machine.uptime() };
}

class Looking extends NativeCore {
  readonly sight: Sight;
  private readonly names: Map<bigint, string>;

  constructor(path: string, description: ConstructorParameters<typeof NativeCore>[1], shell: ShellCore) {
    const idle = { setTimeout: () => 0, clearTimeout: () => {} };
    super(path, description, { ...shell.machine, ...idle, Uint8Array, Uint32Array }, shell.bytes);
    if (this.library.size !== shell.bytes.length) throw new Error("the core is not as its sources are");
    this.sight = Object.create(this.exports, { arena: { value: this.bytesAt(this.arena) } });
    this.variables(this.sight, description.kept);
    const { profile } = shell;
    this.names = symbols(libraryPath(profile), shell.addressOf(LANDMARK));
  }

  /** By its name alone. */
  protected override functionAt(_signature: number, at: bigint | null): Func | null {
    if (!at) return null;
    const func = () => {
      throw new Error("a core that is looked at is not called");
    };
    Object.defineProperty(func, "name", { value: (this.names.get(at) ?? "").replace(/__as\d+$/, "") });
    return func;
  }

  /** A cluster; what is not in the core's memory, as a program's bytes on their way, is not looked at. */
  protected override bytesAt(at: number): Uint8Array {
    const { MCLBYTES } = this.description.constants as { [name: string]: number };
    const isThere = at === this.arena || (at > 0 && at + MCLBYTES <= this.bytes.length);
    return isThere ? super.bytesAt(at).subarray(0, at === this.arena ? undefined : MCLBYTES) : new Uint8Array(0);
  }
}

/** Functions of a library by where they are; none without binutils. */
function symbols(path: string, landmark: bigint): Map<bigint, string> {
  const { stdout } = spawnSync("nm", [path], { encoding: "utf8", maxBuffer: 1 << 26 });
  const found = [...(stdout ?? "").matchAll(/^([0-9a-f]+) [tT] (\w+)$/gm)].map(
    ([, at, name]) => [BigInt(`0x${at}`), name] as const,
  );
  const base = landmark - (found.find(([, name]) => name === LANDMARK)?.[0] ?? 0n);
  return new Map(found.map(([at, name]) => [base + at, name]));
}
