/**
 * Descriptors and files. BSD: kern/kern_descrip.c, sys/file.h; Stevens section 15.4. Called by the system calls and by
 * whoever passes descriptors.
 *
 * A descriptor is a program's number for a file structure, which says what it is (f_type), what can be done with it
 * (f_ops) and to what (f_data). Several descriptors may mean one file, and one on its way to another program through a
 * PF_UNIX socket has none: f_count counts all of them.
 *
 * Differs: the file structures have numbers, as in V7's file table, so that one byte of an mbuf can stand for one. There
 * is no descriptor 0: it is what the interpreter takes an accept for that broke off (lib/networkjs).
 */
import { FDRESERVE, NFILE, NOFILE } from "../../config";
import type { caddr_t, Table, u8 } from "../../types";
import { EBADF, EMFILE, ENFILE } from "./errno";
import { free } from "./kern_malloc";
import { turn_newfd } from "./turn";

/* f_type */
export const DTYPE_VNODE = 1;
export const DTYPE_SOCKET = 2;
export const DTYPE_PIPE = 3;
export const DTYPE_BPF = 4;

export interface File {
  f_type: u8;
  f_data: caddr_t | null;
  f_ops: Fileops;
  f_count: number;
  /** its index in the file table */
  f_no: u8;
}

/** What every type of file can do. */
export interface Fileops {
  /** the last descriptor is gone; answers errno */
  fo_close: (fp: File) => number;
  /** which of `events` hold (socket.ts: POLLIN...) */
  fo_poll: ((fp: File, events: number) => number) | null;
}

/** Descriptors are 1 to NOFILE. */
const NDESC = NOFILE + 1;

/** The program's descriptors: the file of each; and all files by number. Others only read them. */
export let fd_ofiles: Table<File | null, typeof NDESC>;
export let filetable: Table<File | null, typeof NFILE>;
let nfiles: number;

/** Forgets all files: at boot. */
export function fdinit(): void {
  fd_ofiles = [];
  filetable = [];
  nfiles = 0;
}

/** How many file structures are in use. */
export function openfiles(): number {
  return nfiles;
}

/** The file of a descriptor; null when it has none (EBADF). */
export function getf(fd: number): File | null {
  return fd > 0 && fd <= NOFILE ? fd_ofiles[fd] || null : null;
}

/** The file with that number. */
export function fileat(no: number): File {
  return filetable[no]!;
}

/** May a program have one more descriptor, and the stack still those that it needs itself? */
export function fdspare(): boolean {
  return nfiles < NOFILE - FDRESERVE;
}

/** The lowest free descriptor, or -EMFILE. */
export function fdalloc(): number {
  for (let fd = 1; fd <= NOFILE; fd++) if (!fd_ofiles[fd]) return fd;
  return -EMFILE;
}

/** Gives the file a descriptor, the lowest that is free, or answers -EMFILE. The file is counted already. */
export function fdopen(fp: File): number {
  const fd = fdalloc();
  if (fd >= 0) fd_ofiles[fd] = fp;
  return fd;
}

/** A new file structure with a descriptor, which is the answer, or -EMFILE, -ENFILE. Its f_data is null. */
export function falloc(type: number, ops: Fileops): number {
  const fd = fdalloc();
  if (fd < 0) return fd;
  let no = 0;
  while (no < NFILE && filetable[no]) no++;
  if (no === NFILE) return -ENFILE;
  const fp: File | null = { f_data: null, f_type: type, f_ops: ops, f_count: 1, f_no: no };
  if (!fp) return -ENFILE;
  nfiles++;
  filetable[no] = fp;
  fd_ofiles[fd] = fp;
  turn_newfd(fd);
  return fd;
}

/** Takes the descriptor away; its file goes when it was the last. Answers errno. */
export function fdclose(fd: number): number {
  const fp = getf(fd);
  if (!fp) return EBADF;
  fd_ofiles[fd] = null;
  return closef(fp);
}

/** One descriptor less for the file; with the last it is closed. Answers errno. */
export function closef(fp: File): number {
  if (--fp.f_count) return 0;
  const error = fp.f_data ? fp.f_ops.fo_close(fp) : 0;
  filetable[fp.f_no] = null;
  nfiles--;
  free(fp);
  return error;
}

/** Counts the files anew (descrip_mend.ts). */
export function fdcount(): void {
  nfiles = 0;
  for (let no = 0; no < NFILE; no++) if (filetable[no]) nfiles++;
}
