/**
 * What files can do besides where there are others than sockets (KERN_FILES of config.ts). BSD: sys/file.h, sys/filio.h; Stevens
 * section 15.4. Called by the system calls (sys_generic.ts; core/filecall.ts in machine code).
 *
 * Differs: BSD's fo_read and fo_write move a program's bytes themselves (uiomove). Here they are out of the kernel's reach, so each
 * has two steps, as soreceive and sosend have.
 */
import type { u8 } from "../../types";
import type { File, Fileops } from "./descrip";
import type { Mbuf } from "./mbuf";
import type { Uio } from "./soreceive";

/**
 * What a read has found, or a write may do, besides how many bytes: they lie in mbufs, as a receive's do, or from uio_off of
 * uio_buf on.
 */
export interface Fileuio extends Uio {
  uio_buf: Uint8Array | null;
  /** of a write: m_get's `how`, and whether it goes whole, as a message, or as much of it as there is room for */
  uio_how: u8;
  uio_atomic: boolean;
}

/** The operations of every file, sockets included: f_ops is one of these. */
export interface Rwfileops extends Fileops {
  /** finds at most `len` bytes: how many, 0 at the end of a stream, or -errno; unless it is that, fo_readdone must be called */
  fo_read: (fp: File, uio: Fileuio, len: number) => number;
  /** the `n` bytes that fo_read has found have been taken */
  fo_readdone: (fp: File, uio: Fileuio, n: number) => void;
  /** how many of `len` bytes may be written now, or -errno */
  fo_space: (fp: File, uio: Fileuio, len: number) => number;
  /** writes packet `m`, which is consumed: how many bytes went, or -errno */
  fo_write: (fp: File, m: Mbuf) => number;
  /** (cmd, value): sys_generic.ts, bpf.ts; an answer, or -errno */
  fo_ioctl: (fp: File, cmd: number, value: number) => number;
}

/* Requests that all files know (fo_ioctl). BSD: sys/filio.h */
export const FIONREAD = 1; // how many bytes there are to be read
export const FIOSETOWN = 2; // the upcall of descriptor `value` comes after each change; 0: no more. BSD: whose signal it is
export const FIOGETOWN = 3; // which descriptor's it is; 0: none's
