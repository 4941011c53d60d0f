/**
 * System calls on descriptors of any type as the libraries know them (net/kern/sys_generic.ts, kern_descrip.ts, net/if/bpf.ts), each an
 * entry of the core's (filecall.ts).
 */
import { bytes_string } from "../machdep";
import { args, call, type Interface, look, units } from "./gate_turn";
import { entry, memory } from "./port";
import {
  ARG_AT,
  ARG_PENDING,
  ARG_VALUE,
  BPF_SETF,
  BPF_SETIF,
  OPEN_BPF,
  OPEN_PIPE,
  SYS_DUP,
  SYS_IOCTL,
  SYS_OPEN,
  SYS_READ,
  SYS_READDONE,
  SYS_READPIECE,
  SYS_WRITE,
} from "./sysent";

/** At most `len` bytes as a string, or a negative errno. */
export function readstring(fd: number, len: number): string | number {
  const n = call(SYS_READ, fd, len === (len | 0) ? len : -1, 0);
  if (n < 0) return n;
  const bytes = memory();
  const first = bytes.byteOffset;
  let data = bytes_string(bytes, first + args[ARG_AT], args[ARG_VALUE]);
  while (data.length < n) data += readpiece(bytes, first, call(SYS_READPIECE, 0, 0, 0));
  call(SYS_READDONE, 0, 0, 0);
  return data;
}

function readpiece(bytes: Uint8Array, first: number, len: number): string {
  return bytes_string(bytes, first + args[ARG_AT], len);
}

export function write(fd: number, data: string | Uint8Array): number {
  return withdata(SYS_WRITE, fd, data);
}

/** Calls an entry that takes the data. */
function withdata(code: number, fd: number, data: string | Uint8Array): number {
  const answer = entry(code, fd, data ? data.length : 0, 0, data);
  if (args[ARG_PENDING]) look();
  return answer;
}

export function kern_ioctl(fd: number, cmd: number, value: number): number {
  return call(SYS_IOCTL, fd, cmd, value);
}

export function dup(fd: number): number {
  return call(SYS_DUP, fd, 0, 0);
}

export function dup2(fd: number, to: number): number {
  return call(SYS_DUP, fd, to > 0 ? to : -1, 0);
}

export function bpf_open(): number {
  return call(SYS_OPEN, OPEN_BPF, 0, 0);
}

/** The other end of the pipe that was made last. */
export let pipe_wfd: number;

export function kern_pipe(): number {
  const fd = call(SYS_OPEN, OPEN_PIPE, 0, 0);
  pipe_wfd = args[ARG_VALUE];
  return fd;
}

/** lo0 has no unit. */
const LOOPBACK = { if_unit: -1 } as Interface;

/** The interface of that name, or null. */
export function ifunit(name: string): Interface | null {
  if (name === "lo0") return LOOPBACK;
  for (let unit = 0; unit < units.length; unit++) {
    const ac = units[unit];
    if (ac && ac.if_name === name) return ac;
  }
  return null;
}

const NO_UNIT = 1000;

export function bpf_setif(fd: number, ac: Interface | null): number {
  return call(BPF_SETIF, fd, ac ? ac.if_unit : NO_UNIT, 0);
}

/** The core's own way from data to a packet. */
export function withmbuf(fd: number, data: string, func: (fd: number, data: string) => number): number {
  return func(fd, data);
}

export function bpf_setf(fd: number, data: string): number {
  return withdata(BPF_SETF, fd, data);
}
