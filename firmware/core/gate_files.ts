/**
 * System calls on descriptors of any type as the libraries know them (net/kern/sys_generic.ts, kern_descrip.ts, net/if/bpf.ts), each an
 * entry of the core's (filecall.ts).
 */
import { string_bytes } from "../machdep";
import { EOPNOTSUPP } from "../net/kern/errno";
import { type Name, notsock, recvdata, recvstring, sendto } from "./gate_syscalls";
import { args, type Interface, units } from "./gate_turn";
import { call, entry } from "./port";
import {
  ARG_INFO,
  ARG_VALUE,
  BPF_SETF,
  BPF_SETIF,
  LO0_UNIT,
  NO_UNIT,
  OPEN_BPF,
  OPEN_PIPE,
  OPEN_VNODE,
  SYS_DUP,
  SYS_IOCTL,
  SYS_OPEN,
  SYS_READ,
  SYS_READDONE,
  SYS_WRITE,
  VN_ISOPEN,
  VN_NO,
  VN_SETEVENTS,
} from "./sysent";

/** At most `len` bytes as a string, or a negative errno. */
export function readstring(fd: number, len: number): string | number {
  const n = call(SYS_READ, fd, len === (len | 0) ? len : -1, 0);
  return n < 0 ? n : recvdata(n, SYS_READDONE);
}

export function write(fd: number, data: string | Uint8Array): number {
  return withdata(SYS_WRITE, fd, data);
}

/** Calls an entry that takes the data. */
function withdata(code: number, fd: number, data: string | Uint8Array): number {
  return entry(code, fd, data ? data.length : 0, 0, data);
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

export function vn_open(): number {
  return call(SYS_OPEN, OPEN_VNODE, 0, 0);
}

export function vn_no(fd: number): number {
  return call(VN_NO, fd, 0, 0);
}

export function vn_isopen(no: number): boolean {
  return call(VN_ISOPEN, no, 0, 0) !== 0;
}

export function vn_setevents(no: number, events: number): number {
  return call(VN_SETEVENTS, no, events, 0);
}

/** What a receive tells besides. */
interface Msghdr {
  msg_name: Name | null;
  msg_data: string | Uint8Array;
  msg_rights: number[] | null;
  msg_flags: number;
}

/** Descriptors go through PF_UNIX alone, which no core has. */
export function sendmsg(fd: number, msg: Msghdr, flags: number): number {
  if (msg.msg_rights && msg.msg_rights.length) return notsock(fd) || -EOPNOTSUPP;
  return sendto(fd, msg.msg_data, flags, msg.msg_name);
}

export let cmsg_dstaddr: number;

export function recvmsg(fd: number, msg: Msghdr, len: number, flags: number): number {
  const data = recvstring(fd, len, flags, msg.msg_name);
  if (typeof data === "number") return data;
  msg.msg_data = string_bytes(data);
  msg.msg_flags = args[ARG_INFO];
  cmsg_dstaddr = args[ARG_INFO + 1];
  return data.length;
}

const LOOPBACK = { if_unit: LO0_UNIT } as Interface;

/** The interface of that name, or null. */
export function ifunit(name: string): Interface | null {
  if (name === "lo0") return LOOPBACK;
  for (let unit = 0; unit < units.length; unit++) {
    const ac = units[unit];
    if (ac && ac.if_name === name) return ac;
  }
  return null;
}

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
