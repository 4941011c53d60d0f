/**
 * Where the shell meets the core on a host: the simulator puts it there (host-sim/native/shell.ts). On a board, and where machine code
 * of a board is emulated: port.ts.
 */
import { bytes_string, clock_init, random32, timeofday, timeout, uptime } from "../machdep";
import { NJ_ENDED } from "../net/njs/nj_var";
import {
  ARG_AT,
  ARG_COUNT,
  ARG_PENDING,
  CORE_EVENT,
  CORE_TIMEOUT,
  CORE_UPCALL,
  IF_INTR,
  NJ_ACCEPT,
  NJ_CLOSE,
  NJ_IDLE,
  NJ_RECV,
  NJ_SEND,
  NJ_TAKE,
  SYS_RECEIVED,
} from "./sysent";

/** What the simulator gives. */
interface HostCore {
  /** the core's memory */
  memory: Uint8Array;
  /** Memory is as when nothing has run. What the core asks of the machine, and who is called for each timeout that is due. */
  open(machine: Machine, timeout: (slot: number) => void): void;
  /** `data`: what SYS_SENDTO sends */
  entry(code: number, a: number, b: number, c: number, data: string | Uint8Array | null): number;
  /** The chip of `unit` is at the end of these wires; `resync` watches its interrupt line anew. */
  wire(unit: number, wires: object, resync: () => void): void;
}

interface Machine {
  random32(): number;
  uptime(): number;
  timeofday(): number;
}

declare const nativeCore: HostCore;

export const memory: () => Uint8Array = () => nativeCore.memory;

/** The interpreter's own objects are seen by JavaScript. */
export const PORT_OBJECTS = false;

let told: () => void;
/** A turn in which programs are told is on its way. */
let due: boolean;

/** `tell` is called when the core has something to tell. */
export function port_open(tell: () => void): void {
  told = tell;
  due = false;
  clock_init();
  nativeCore.open({ random32: random32, uptime: uptime, timeofday: timeofday }, (slot) => turn(CORE_TIMEOUT, slot));
}

export function entry(code: number, a: number, b: number, c: number, data: string | Uint8Array | null): number {
  const answer = nativeCore.entry(code, a, b, c, data);
  if (code < CORE_EVENT || code > CORE_UPCALL) look();
  return answer;
}

export function call(code: number, a: number, b: number, c: number): number {
  return entry(code, a, b, c, null);
}

/** A program, or a library, has called, and the core may have something to tell: that waits for a turn of its own. */
function look(): void {
  if (due || !args()[ARG_PENDING]) return;
  due = true;
  timeout(() => {
    due = false;
    told();
  }, 0);
}

/** Data of a stream for the interpreter, at most `n` bytes; or what it is told instead. */
export function nj_take(fd: number, n: number): string | number {
  const len = entry(NJ_TAKE, fd, n, 0, null);
  if (len <= 0) return len;
  const bytes = memory();
  const data = bytes_string(bytes, bytes.byteOffset + args()[ARG_AT], len);
  entry(SYS_RECEIVED, 0, 0, 0, null);
  return data;
}

function args(): Int32Array {
  const bytes = memory();
  return new Int32Array(bytes.buffer, bytes.byteOffset, ARG_COUNT);
}

/** What the interpreter calls. */
export function port_driver(
  slowrecv: (sckt: number, answer: number, len: number) => string | number,
  slowsend: (sckt: number, data: string) => number,
  _rescue: () => void,
): { [name: string]: unknown } {
  const recv = (sckt: number, len: number) => {
    const n = entry(NJ_RECV, sckt, len, 0, null);
    const answer = n > 0 ? nj_take(sckt, n) : n;
    return typeof answer === "number" && answer <= NJ_ENDED ? slowrecv(sckt, answer, len) : answer || "";
  };
  const send = (sckt: number, data: string) => {
    const n = entry(NJ_SEND, sckt, data.length, 0, data);
    return n <= NJ_ENDED ? slowsend(sckt, data) : n;
  };
  return {
    recv: (sckt: number, len: number) => (call(NJ_IDLE, sckt, 0, 0) ? "" : recv(sckt, len)),
    send: send,
    accept: (sckt: number) => call(NJ_ACCEPT, sckt, 0, 0),
    close: (sckt: number) => call(NJ_CLOSE, sckt, 0, 0),
  };
}

function turn(code: number, a: number): void {
  nativeCore.entry(code, a, 0, 0, null);
  if (args()[ARG_PENDING]) told();
}

/** A turn of the core's: the line of `unit` has fallen. */
export const port_intr = (unit: number) => (): void => turn(IF_INTR, unit);

export function port_wire(unit: number, wires: object, resync: () => void): void {
  nativeCore.wire(unit, wires, resync);
}
