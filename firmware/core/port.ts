/**
 * Where the shell meets the core on a board: machine code in the Storage, which is called where it lies
 * (tools/native/runtime/board.c is its other end). On a host: port_host.ts.
 *
 * The core's memory is one flat string, which machine code locks, so that nobody moves it. It cannot run by mistake: code that
 * is missing, not mapped, not whole, or made for another shell is refused before anything is called.
 */

import { ICMP_TSTAMPREPL, INET_DHCP, INET_DNS, INET_UDP, LIB_SYSCALLS } from "../config";
import { type SpiDev, spi_reset } from "../drivers/spi_bus";
import { timeofday, view } from "../machdep";
import { storage } from "../machdep_board";
import {
  address_flat,
  address_var,
  addresses,
  cells_text,
  clock_stepped,
  getclock,
  memory_areas,
  memory_buffer,
  memory_flat,
  type NativeFunction,
  native_function,
  native_table,
  object_assign,
  pokes,
  random,
  timeouts,
  untimeouts,
  word,
} from "../machdep_native";
import { net_root } from "../machdep_network";
import { CORE_TIMEOUT } from "./sysent";

/* What the build knows of the core that this shell is for (tools/native/board.ts). */
/** Its file in the Storage. */
declare const CORE_FILE: string;
/** What both must agree in. */
declare const CORE_LAYOUT: number;

const MAGIC = 0x31484545;
/** A file that lies first is behind its header in a page, of which the smallest that a board has are so long: there it stays. */
const PAGE = 1024;
const HEADER = 32;

/* tools/native/runtime/board.c: the file's header, by place */
const HDR_MAGIC = 0;
const HDR_LAYOUT = 4;
const HDR_SIZE = 8;
const HDR_ARGS = 12;
const HDR_LENGTH = 16;
const HDR_BYTES = 20;

/* The memory's head, by word */
const HEAD_LAST = 1;
const HEAD_DATA = 3;
const HEAD_EXPTR = 5;
const HEAD_CELLS = 6;
const HEAD_WORDS = 7;
/** Where in it short strings lie. */
const HEAD_STAGE = 52;

/* What is kept for machine code */
const KEPT_MEMORY = 0;
const KEPT_RANDOM = 1;
const KEPT_TIMEOFDAY = 2;
const KEPT_COPYIN = 3;
const KEPT_PIN = 4;
const KEPT_AREA = 5;
const KEPT_POKE = 6;
const KEPT_CLOCK = 7;
const KEPT_ADDRESS = 8;
const KEPT_SUBSTR = 9;
const KEPT_EMPTY = 10;
const KEPT_TIMEOUT = 11;
const KEPT_UNTIMEOUT = 12;
const KEPT_EXPIRED = 13;
const KEPT_NETWORK = 14;
const KEPT_FOREACH = 15;
const KEPT_FOUND = 16;
const KEPT_ASSIGN = 17;
const KEPT_CLSNOW = 18;
const KEPT_RECV = 19;
const KEPT_SEND = 20;
const KEPT_BEHIND = 21;
const KEPT_SHORT = 22;
const NSHORT = 8;
const KEPT_WIRES = KEPT_SHORT + NSHORT;
const NWIRE = 6;
/* Entries besides those of sysent.ts, and what is to be done behind a turn */
const BOARD_KEEP = 127;
const BOARD_RECV = 119;
const BOARD_SEND = 120;
const BOARD_ACCEPT = 121;
const BOARD_CLOSE = 122;
const BOARD_FOUND = 123;
const BOARD_INTR = 124;
const TURN_TELL = 1;
const TURN_RESCUE = 2;

/** The memory begins at a multiple of this, below which the number of an entry has room. */
const ALIGN = 128;

/* What may be done with a chip's pins (runtime/spi.h); the interrupt line's level machine code reads itself. */
const SPI_RST_LOW = 1;
const SPI_RST_HIGH = 2;
const SPI_WATCH = 3;

/** Something is sent by an entry, not by the interpreter itself: a program's data, a name, a question. */
const SENDS = LIB_SYSCALLS || INET_UDP || INET_DHCP || INET_DNS;

let core: NativeFunction;
/** where its entry is */
let code: number;
/** where the memory is; 0: there is none yet */
let base: number;
let head: Int32Array;
/** the core's own part of it */
let bytes: Uint8Array;
/** what SYS_SENDTO sends, when it does not lie in one piece */
let pending: string | Uint8Array;
let wired: { dev: SpiDev; resync: () => void }[];
let told: () => void;
let rescued: () => void;

/**
 * Calls an entry of the core's; `data`: what SYS_SENDTO sends. What is to be told behind it waits for a turn of its own, which machine
 * code sees to.
 */
export let entry: (code: number, a: number, b: number, c: number, data: string | Uint8Array | null) => number;
export let call: (code: number, a: number, b: number, c: number) => number;

/** Machine code sees the interpreter's own objects itself (runtime/objects.h). */
export const PORT_OBJECTS = true;

/** The core's memory, from its own first word on. */
export const memory = (): Uint8Array => bytes;

/** `tell` is called when the core has something to tell. Throws an Error when there is no core that can run. */
export function port_open(tell: () => void): void {
  told = tell;
  wired = [];
  if (!base) core_load(core_find());
}

/** Where the core's file lies. */
function core_find(): number {
  const file = storage().read(CORE_FILE);
  if (!file) throw new Error(CORE_FILE + " is not in the Storage");
  const at = address_flat(file);
  if (!at || !native_table()) throw new Error(CORE_FILE + ": no machine code runs on this board");
  const length = file.length;
  if (word(at + HDR_MAGIC) !== MAGIC || word(at + HDR_LENGTH) !== length || word(at + length - 4) !== MAGIC)
    throw new Error(CORE_FILE + " is not whole");
  if (word(at + HDR_LAYOUT) !== CORE_LAYOUT) throw new Error(CORE_FILE + " is of another version");
  if (at % PAGE !== HEADER) throw new Error(CORE_FILE + " must be first in the Storage: npm run flash puts it there");
  return at;
}

function core_load(at: number): void {
  const size = word(at + HDR_SIZE);
  const args = word(at + HDR_ARGS);
  const flat = memory_flat(size + ALIGN);
  if (!flat) throw new Error(CORE_FILE + ": " + size + " bytes of memory are needed in one piece");
  const first = address_flat(flat);
  base = (first + ALIGN - 1) & -ALIGN;
  const buffer = memory_buffer(flat);
  head = new Int32Array(buffer, base - first, HEAD_WORDS);
  bytes = new Uint8Array(buffer, base - first + args, size - args);
  code = at + HDR_BYTES;
  core = native_function(code, "int(int,int,int,int)");
  calls(core, base, SENDS ? data_out : null);
  clock_stepped((ms) => {
    head[HEAD_LAST] += ms;
  });
  head[HEAD_EXPTR] = native_table();
  head[HEAD_CELLS] = cells_text() ? 1 : 0;
  keep(KEPT_MEMORY, flat);
  keep(KEPT_RANDOM, random());
  if (ICMP_TSTAMPREPL) keep(KEPT_TIMEOFDAY, timeofday);
  if (SENDS) keep(KEPT_COPYIN, copyin);
  keep(KEPT_BEHIND, behind);
  keep(KEPT_PIN, pin);
  keep(KEPT_POKE, pokes());
  keep(KEPT_CLOCK, getclock());
  keep(KEPT_ADDRESS, addresses());
  keep(KEPT_SUBSTR, CORE_FILE.substr);
  keep(KEPT_EMPTY, "");
  keep(KEPT_TIMEOUT, timeouts());
  keep(KEPT_UNTIMEOUT, untimeouts());
  keep(KEPT_EXPIRED, bound(CORE_TIMEOUT, "int(int,int)"));
  const area = memory_areas();
  keep(KEPT_AREA, area);
  for (let n = 1; n <= NSHORT; n++) keep(KEPT_SHORT + n - 1, area(base + HEAD_STAGE, n));
}

/** Machine code locks `v`. */
function keep(which: number, v: unknown): void {
  core(base | BOARD_KEEP, which, v || v === "" ? address_var(v) : 0, 0);
}

/** A function that is one of the core's entries, and whose arguments are the interpreter's to give. */
function bound(which: number, signature: string): unknown {
  return native_function(code, signature).bind(undefined as never, base | which);
}

/** The chip of `unit` is at the end of these wires; `resync` watches its interrupt line anew. */
export function port_wire(unit: number, dev: SpiDev, resync: () => void): void {
  wired[unit] = { dev: dev, resync: resync };
  let which = KEPT_WIRES + NWIRE * unit;
  keep(which++, dev.spi_send);
  keep(which++, dev.spi_write);
  keep(which++, dev.spi_cs);
  keep(which++, dev.spi_low);
  keep(which++, dev.spi_high);
  keep(which, dev.spi_int);
}

/** Apart from all other names: the interpreter looks through those of a function first, and this one has few. */
function calls(native: NativeFunction, at: number, sends: ((data: string | Uint8Array) => void) | null): void {
  call = (code, a, b, c) => native(at | code, a, b, c);
  entry = (code, a, b, c, data) => {
    if (!SENDS || !data) return native(at | code, a, b, c);
    sends!(data);
    const result = native(at | code, a, b, c);
    pending = ""; // the program's again
    return result;
  };
}

/** A turn of the core's: the line of `unit` has fallen. */
export function port_intr(unit: number): () => void {
  return bound(BOARD_INTR + unit, "int(int)") as () => void;
}

/** What the interpreter's network calls is machine code; datagrams, which that leaves to us, it calls itself. */
export function port_driver(
  recv: (sckt: number, answer: number, len: number) => string | number,
  send: (sckt: number, data: string) => number,
  rescue: () => void,
): { [name: string]: unknown } {
  rescued = rescue;
  keep(KEPT_NETWORK, net_root());
  keep(KEPT_FOREACH, [].forEach);
  keep(KEPT_FOUND, bound(BOARD_FOUND, "int(int,JsVar)"));
  keep(KEPT_ASSIGN, object_assign());
  keep(KEPT_CLSNOW, { clsNow: true });
  if (INET_UDP) {
    keep(KEPT_RECV, recv);
    keep(KEPT_SEND, send);
  }
  return {
    recv: bound(BOARD_RECV, "JsVar(int,int,int)"),
    send: bound(BOARD_SEND, "JsVar(int,int,JsVar)"),
    accept: bound(BOARD_ACCEPT, "int(int,int)"),
    close: bound(BOARD_CLOSE, "int(int,int)"),
  };
}

/** Behind machine code that the interpreter itself has called. */
function behind(todo: number): number {
  if (todo & TURN_TELL) told();
  if (todo & TURN_RESCUE) rescued();
  return 1;
}

function data_out(data: string | Uint8Array): void {
  pending = data;
  head[HEAD_DATA] = address_flat(data);
}

/* Machine code's; it takes a missing answer for a function that was broken off. */

function copyin(off: number, address: number, len: number): number {
  pokes()(address, typeof pending === "string" ? pending.substr(off, len) : view(pending, off, len));
  return 1;
}

function pin(unit: number, what: number): number {
  const wires = wired[unit];
  if (what === SPI_WATCH) wires.resync();
  else if (what === SPI_RST_LOW || what === SPI_RST_HIGH) spi_reset(wires.dev, what === SPI_RST_HIGH);
  return 1;
}
