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
const MACHDEP = "firmware/machdep.ts";

type OfBytes = (bytes: Uint8Array, off: number, ...more: never[]) => unknown;

/** What the firmware's machdep.ts gives. */
interface Machine {
  random32(): number;
  uptime(): number;
  timeofday(): number;
  machdep_memory(buffer: ArrayBufferLike, off: number, size: number): void;
  view: OfBytes;
  bytes_string: OfBytes;
  sum16: OfBytes;
  bcopy: OfBytes;
}

/** What a root of composition exports, say firmware/boot-enc28j60.ts, with these constants of config.ts. */
export function nativeFirmware(evaluate: Evaluate, root: string, constants: Config): object {
  const { library, description } = cached({ files: NATIVE_FILES, constants }, FLAGS);
  const machine = sourceLoader(evaluate, constants)(MACHDEP) as Machine;
  const within = machineWithin(machine);
  let uio: object | undefined;
  const load = sourceLoader(evaluate, constants, (file) => {
    if (file === MACHDEP) return within;
    if (file === UIO) uio ??= uioOf(core);
    return file === UIO ? uio : isCompiled(file) ? core.exports : undefined;
  });
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

/** The same where bytes do not begin with their buffer, as on a board they do: the core has one for all. */
function machineWithin(machine: Machine): object {
  const within = (name: "view" | "bytes_string" | "sum16" | "bcopy") => ({
    value: (bytes: Uint8Array, off: number, ...more: never[]) =>
      machine[name](new Uint8Array(bytes.buffer), bytes.byteOffset + off, ...more),
    enumerable: true,
  });
  return Object.create(null, {
    ...Object.getOwnPropertyDescriptors(machine),
    view: within("view"),
    bytes_string: within("bytes_string"),
    sum16: within("sum16"),
    bcopy: within("bcopy"),
  });
}

/** Constants and types are the same in both worlds; only files with code or variables are taken from the core. */
function isCompiled(file: string): boolean {
  return NATIVE_FILES.includes(file) && /^export (function|let|const \w+: )/m.test(sourceOf(file));
}
