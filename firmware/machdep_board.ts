/**
 * The rest of the machine: what only optional modules use (console, files, hashes, restart). With machdep.ts the only file
 * that names Espruino's globals; nothing of it is in the stack's own bundles.
 */

/* The globals, more precisely than @types/espruino has them. */
declare const LoopbackA: { setConsole(force: boolean): void };
declare const LoopbackB: {
  on(event: "data", func: (data: string) => void): void;
  removeAllListeners(event: "data"): void;
  write(data: string): void;
};
declare const E: {
  getConsole(): string | null;
  setConsole(device: string | null, options: { force: boolean }): void;
  hwRand(): number;
  getAddressOf(text: string | undefined, flat: boolean): number;
};
declare const global: { [name: string]: unknown };
declare function load(): void;
declare function require(name: "Storage"): BoardStorage;
declare function require(name: "crypto"): { SHA256(data: string): ArrayBuffer };

/** The board's files. `read` gives what lies in flash itself, not a copy. */
export interface BoardStorage {
  read(name: string, offset?: number, length?: number): string | undefined;
  readJSON(name: string, noExceptions: boolean): unknown;
  write(name: string, data: string, offset?: number, size?: number): boolean;
  erase(name: string): void;
  compact(): void;
  getFree(): number;
  list(pattern: RegExp): string[];
  open(name: string, mode: string): BoardFile;
}

/** Espruino's StorageFile: it is read, or written; `read` gives undefined at the end. */
export interface BoardFile {
  read(len: number): string | undefined;
  write(data: string): void;
}

/** What a console is at. */
interface ConsoleDevice {
  on(event: "data", func: (data: string) => void): void;
  removeListener(event: "data", func: (data: string) => void): void;
  write(data: string): void;
}

/** Makes the functions of `commands` some of the console's. */
export function console_commands(commands: object): void {
  for (const name in commands) global[name] = (commands as { [name: string]: unknown })[name];
}

let lender: string | null;

/** Takes the console from whatever has it; `output` gets what the interpreter prints. */
export function console_borrow(output: (data: string) => void): void {
  lender = E.getConsole();
  LoopbackB.on("data", output);
  LoopbackA.setConsole(true);
}

/** Types at the borrowed console. The queue behind it holds less than 1 KB between two turns of the idle loop. */
export function console_type(data: string): void {
  LoopbackB.write(data);
}

/** Gives the console back. */
export function console_return(): void {
  LoopbackB.removeAllListeners("data");
  E.setConsole(lender, { force: false });
}

/** The device whose input somebody has taken, and who gets it. */
let taken: string | null = null;
let taker: ((data: string) => void) | undefined;

function console_device(name: string): ConsoleDevice {
  return global[name] as ConsoleDevice;
}

/** Takes the console's input: `input` gets what is typed, and the interpreter nothing. False: there is no console, or it is taken. */
export function console_take(input: (data: string) => void): boolean {
  const name = taken ? null : E.getConsole();
  if (!name) return false;
  taken = name;
  taker = input;
  E.setConsole(null, { force: true });
  console_device(name).on("data", input);
  return true;
}

/** The interpreter listens again. */
export function console_give(): void {
  if (!taken) return;
  console_device(taken).removeListener("data", taker!);
  E.setConsole(taken, { force: false });
  taken = null;
}

/** Writes to the console as it stands, without an end of line. False: there is none. */
export function console_put(data: string): boolean {
  const name = taken || E.getConsole();
  if (name) console_device(name).write(data);
  return !!name;
}

export function storage(): BoardStorage {
  return require("Storage");
}

/**
 * Would machine code stay where it is when the files are moved together? It does where it lies first: behind a header of 32
 * bytes in a page, and no page is smaller than 1 KB.
 */
export function storage_isfixed(): boolean {
  const files = storage();
  const cores = files.list(/\.core$/);
  return !cores.length || (E.getAddressOf(files.read(cores[0]), true) & 1023) === 32;
}

/** SHA-256 of a byte string, as 32 chars. Needs a build with it: all boards with networking and 48 KB for files have. */
export function sha256(data: string): string {
  const digest = new Uint8Array(require("crypto").SHA256(data));
  let text = "";
  for (let i = 0; i < digest.length; i++) text += String.fromCharCode(digest[i]);
  return text;
}

/** Starts the program anew, as at power-up. */
export function restart(): void {
  load();
}
