/**
 * Descriptors of what a program makes readable and writable: `net.vnode`. The kernel has the descriptor (net/kern/vnode.ts), the program
 * the bytes; the module vfs so gives the console and the Storage. BSD: sys/vnode.h, whose vnode operations these are. In builds with KERN_FILES.
 */
import { EAGAIN, EBADF, EINVAL, EOPNOTSUPP } from "../net/kern/errno";
import { close } from "../net/kern/syscalls";
import { turn_enter, turn_leave } from "../net/kern/turn";
import { vn_isopen, vn_no, vn_open, vn_setevents } from "../net/kern/vnode";

/** What is behind a descriptor. Answers are as of `read` and `write`: -11 (EAGAIN) for "not now"; then `ready` tells when. */
export interface Vnodeops {
  /** at most `len` bytes, "" at the end, or -errno */
  read?: (len: number) => string | number;
  /** how many bytes went, or -errno */
  write?: (data: string) => number;
  /** the last descriptor is gone */
  close?: () => void;
  /** put here by `net.vnode`: it can be read (1) and written (4) now */
  ready?: (events: number) => void;
}

/** By the kernel's numbers. */
const vnodes: (Vnodeops | null)[] = [];

/** A program's calls come outside of turns. */
function turned(work: () => number): number {
  return turn_leave(turn_enter(), work());
}

/** A new descriptor for `ops`, or -errno. */
export function vnode_open(ops: Vnodeops): number {
  if (!ops || typeof ops !== "object") return -EINVAL;
  const fd = turned(vn_open);
  if (fd < 0) return fd;
  const no = turned(() => vn_no(fd));
  vnode_gone(no); // its last descriptor went unseen
  vnodes[no] = ops;
  ops.ready = (events) => {
    if (vnodes[no] === ops) turned(() => vn_setevents(no, events | 0));
  };
  return fd;
}

/** What is behind `fd`, or why there is nothing. */
function vnode_of(fd: number): Vnodeops | number {
  const no = turned(() => vn_no(fd));
  return no < 0 ? no : vnodes[no] || -EBADF;
}

export function vnode_read(fd: number, len: number): string | number {
  const ops = vnode_of(fd);
  if (typeof ops === "number") return ops;
  if (!ops.read) return -EBADF;
  return len >= 0 ? vnode_answer(ops.read(len | 0), len) : -EINVAL;
}

/** A program may answer anything. */
function vnode_answer(data: string | number, len: number): string | number {
  if (typeof data === "string") return data.length > len ? data.substr(0, len) : data;
  return data < 0 ? data : -EAGAIN;
}

export function vnode_write(fd: number, data: string): number {
  const ops = vnode_of(fd);
  if (typeof ops === "number") return ops;
  return ops.write ? ops.write(data) : -EBADF;
}

function vnode_gone(no: number): void {
  const ops = vnodes[no];
  if (!ops) return;
  vnodes[no] = null;
  if (ops.close) ops.close();
}

/** `fd` has been closed, or means something else: was it the last one of vnode `no`? */
export function vnode_closed(no: number): void {
  if (no >= 0 && !turn_leave(turn_enter(), vn_isopen(no))) vnode_gone(no);
}

/** The vnode of a descriptor that is about to go; negative: none. */
export function vnode_no(fd: number): number {
  return turned(() => vn_no(fd));
}

export function vnode_close(fd: number): number {
  const no = vnode_no(fd);
  const error = turned(() => close(fd));
  vnode_closed(no);
  return error;
}

/** Is that what the kernel answers when the bytes are here? */
export function vnode_has(answer: unknown): boolean {
  return answer === -EOPNOTSUPP;
}
