/**
 * The firmware with what is native of it (tools/native/files.ts) compiled for this machine, and the rest as the JavaScript that it
 * always is, in some realm. Needs gcc or clang.
 */
import { NATIVE_FILES } from "../../tools/native/files";
import { cached } from "../../tools/native/host";
import { NativeCore } from "./core";
import { type Config, type Evaluate, sourceLoader, sourceOf } from "./sources";
import { uioOf } from "./uio";

/** More flags for the C compiler: "-DCHECKED -fsanitize=undefined,bounds" counts what is wrong (runtime/faults.h). */
const FLAGS = (process.env.CORE_FLAGS ?? "").split(" ").filter(Boolean);

const UIO = "firmware/net/kern/uio.ts";

/** What the firmware's machdep.ts gives. */
interface Machine {
  random32(): number;
  uptime(): number;
  timeofday(): number;
  machdep_memory(buffer: ArrayBufferLike, off: number, size: number): void;
}

/** What a root of composition exports, say firmware/boot-enc28j60.ts, with these constants of config.ts. */
export function nativeFirmware(evaluate: Evaluate, root: string, constants: Config): object {
  const { library, description } = cached({ files: NATIVE_FILES, constants }, FLAGS);
  let uio: object | undefined;
  const load = sourceLoader(evaluate, constants, (file) => {
    if (file === UIO) uio ??= uioOf(core);
    return file === UIO ? uio : isCompiled(file) ? core.exports : undefined;
  });
  const machine = load("firmware/machdep.ts") as Machine;
  const core = new NativeCore(library, description, {
    random32: () => machine.random32(),
    uptime: () => machine.uptime(),
    timeofday: () => machine.timeofday(),
    setTimeout: evaluate("setTimeout", "native"),
    clearTimeout: evaluate("clearTimeout", "native"),
    Uint8Array: evaluate("Uint8Array", "native"),
    Uint32Array: evaluate("Uint32Array", "native"),
  });
  const { NMBUFS, MSIZE } = description.constants;
  machine.machdep_memory(core.bytes.buffer, core.arena, NMBUFS * MSIZE);
  const exports = load(root);
  core.makesFor(exports);
  core.exports["loif"].if_name = "lo0"; // names are the shell's
  return exports;
}

/** Constants and types are the same in both worlds; only files with code or variables are taken from the core. */
function isCompiled(file: string): boolean {
  return NATIVE_FILES.includes(file) && /^export (function|let|const \w+: )/m.test(sourceOf(file));
}
