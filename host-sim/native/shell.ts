/**
 * A board whose stack is machine code, as firmware/core has it: the compiled core behind its numbered entries, and the shell in
 * JavaScript (tools/shell_modules.js), which finds it as `nativeCore` (firmware/core/port_host.ts). Needs gcc or clang.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { NATIVE_FILES } from "../../tools/native/files";
import { cachedEntries } from "../../tools/native/host";
import { type Func, HostedCore, Library, type Machine } from "./library";
import { SPI_WATCH } from "./wires";

const { nativeConstants, PROFILES } = require("../../tools/profile") as {
  nativeConstants: (profile: string) => { [name: string]: number | boolean };
  PROFILES: { [name: string]: object };
};

const { CORES, rootOf } = require("../../tools/chips") as {
  CORES: { [name: string]: string[] };
  rootOf: (core: string) => string;
};

const ROOT = join(__dirname, "../..");
/** firmware/core/sysent.ts: handed to the runtime, not to the core. */
const CORE_TIMEOUT = 1;

/** The core of a profile; all roots are in it. */
function libraryOf(profile: string): Library {
  return Library.once(`shell ${profile}`, () => new Library(libraryPath(profile)));
}

/** What is called of a core. */
export const ENTRIES = Object.keys(CORES)
  .map(rootOf)
  .flatMap((root) => [`${root}_entry`, `${root}_told`]);

/** Where the core of a profile lies on disk. */
export function libraryPath(profile: string): string {
  return cachedEntries({ files: NATIVE_FILES, constants: nativeConstants(profile) }, ENTRIES);
}

/** Evaluates a script in the realm of the board, and answers its value. */
type Evaluate = <T>(text: string, filename: string) => T;

/** What port_host.ts finds. */
export class ShellCore extends HostedCore {
  readonly profile: string;
  /** the same bytes as the board's own array, from core_args on */
  readonly memory: Uint8Array;
  machine: Machine = { random32: () => 0, uptime: () => 0, timeofday: () => 0 };
  private readonly boot: Func;
  private readonly runTimeout: Func;
  private readonly call: Func;
  private readonly tell: Func;
  private readonly wires: { dev: object; resync: () => void }[] = [];
  private onTimeout: (slot: number) => void = () => {};

  constructor(evaluate: Evaluate, name: string, profile: string) {
    super(libraryOf(profile), {
      setTimeout: evaluate("setTimeout", "core"),
      clearTimeout: evaluate("clearTimeout", "core"),
    });
    this.profile = profile;
    const args = this.plain("int32_t native_args(void)")() as number;
    this.memory = new (evaluate<Uint8ArrayConstructor>("Uint8Array", "core"))(this.bytes.buffer, args);
    const root = rootOf(name);
    this.boot = this.plain("void native_boot(void)");
    this.runTimeout = this.plain("void native_timeout_run(int32_t slot)");
    this.call = this.plain(`int32_t native_${root}_entry(int32_t code, int32_t a, int32_t b, int32_t c)`);
    this.tell = this.plain(`void native_${root}_told(int32_t unit, int32_t cause, int32_t fault)`);
  }

  open(machine: Machine, onTimeout: (slot: number) => void): void {
    this.timeoutsOff();
    this.machine = machine;
    this.onTimeout = onTimeout;
    this.boot();
  }

  entry(code: number, a: number, b: number, c: number, data: string | Uint8Array | null): number {
    if (code === CORE_TIMEOUT) return this.runTimeout(a) ?? 0;
    this.data = typeof data === "string" ? Buffer.from(data, "latin1") : (data ?? this.data);
    return this.call(code, a | 0, b | 0, c | 0);
  }

  wire(unit: number, dev: object, resync: () => void): void {
    this.wires[unit] = { dev, resync };
  }

  protected wiresOf(unit: number): object {
    return this.wires[unit].dev;
  }

  protected due(slot: number): void {
    this.onTimeout(slot);
  }

  override pin(unit: number, what: number): number {
    if (what === SPI_WATCH) this.wires[unit].resync();
    return super.pin(unit, what);
  }

  told(unit: number, cause: number, fault: number): void {
    this.tell(unit, cause, fault);
  }
}

/** The text of the shell of a bundle, of one chip or the router's; `core`: whose it is. */
export function shellText(chip: string, profile: string, core: "host" | "board"): string {
  return quickText(`${chip}-${profile}${core === "host" ? "" : ".board"}.shell`);
}

/** A board's stack in JavaScript that has no more of anything than machine code of the profile. */
export function twinText(chip: string, profile: string): string {
  return quickText(`${chip}-${profile}.twin`);
}

const texts = new Map<string, string>();

/** The text of a bundle of tools/quick_bundle.js, built if it is not as its sources are. */
function quickText(name: string): string {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "tools/quick_bundle.js"), name], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const text = readFileSync(join(ROOT, `dist/start/${name}.js`), "latin1");
  texts.set(name, text);
  return text;
}

/** The profile of a bundle, by the name of its file: enc28j60-small.js, enc28j60.test.js, router.js. */
export function profileOf(bundle: string): string {
  return (
    basename(bundle)
      .split(/[-.]/)
      .find((part) => part in PROFILES) ?? "full"
  );
}
