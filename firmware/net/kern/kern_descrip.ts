/**
 * System calls on descriptors, whatever they mean: dup, dup2, ioctl, and what upcalls want. BSD: kern/kern_descrip.c (dup, dup2),
 * kern/sys_generic.c (ioctl); Stevens section 15.4. Native; what moves a program's data is sys_generic.ts.
 */
import { NFILE, NOFILE } from "../../config";
import { DTYPE_BPF, type File, fd_ofiles, fdclose, fdopen, filetable, getf } from "./descrip";
import { EBADF, EINVAL } from "./errno";
import { FIOGETOWN, FIOSETOWN, type Fileuio, type Rwfileops } from "./file";
import type { Mbuf } from "./mbuf";

/** A second descriptor for what `fd` means, the lowest that is free; -EBADF, -EMFILE. */
export function dup(fd: number): number {
  const fp = getf(fd);
  if (!fp) return -EBADF;
  const second = fdopen(fp);
  if (second >= 0) fp.f_count++;
  return second;
}

/** Makes descriptor `to` mean what `fd` means; what it meant before is closed. Answers `to`, or -EBADF. */
export function dup2(fd: number, to: number): number {
  const fp = getf(fd);
  if (!fp || !(to > 0 && to <= NOFILE)) return -EBADF;
  if (to === fd) return to;
  if (getf(to)) {
    kern_disown(to);
    fdclose(to);
  }
  fd_ofiles[to] = fp;
  fp.f_count++;
  return to;
}

/** Descriptor `fd` is about to go: its upcall comes no more, though others may mean the file still. */
export function kern_disown(fd: number): void {
  const fp = kern_file(fd);
  if (!fp || fp.f_count === 1) return;
  const ops = fp.f_ops as Rwfileops;
  if (ops.fo_ioctl(fp, FIOGETOWN, 0) === fd) ops.fo_ioctl(fp, FIOSETOWN, 0);
}

/** How many files there are of a type. */
export function kern_count(type: number): number {
  let n = 0;
  for (let no = 0; no < NFILE; no++) {
    const fp = filetable[no];
    if (fp && fp.f_type === type) n++;
  }
  return n;
}

/** The file of a descriptor, if it is of a type that has all operations; null: EBADF. */
export function kern_file(fd: number): File | null {
  const fp = getf(fd);
  return fp && fp.f_data && fp.f_type <= DTYPE_BPF ? fp : null;
}

/** What the file's type does (file.ts). */
export function kern_read(fp: File, uio: Fileuio, len: number): number {
  return len >= 0 ? (fp.f_ops as Rwfileops).fo_read(fp, uio, len) : -EINVAL;
}

export function kern_readdone(fp: File, uio: Fileuio, n: number): void {
  (fp.f_ops as Rwfileops).fo_readdone(fp, uio, n);
}

export function kern_space(fp: File, uio: Fileuio, len: number): number {
  return (fp.f_ops as Rwfileops).fo_space(fp, uio, len);
}

export function kern_write(fp: File, m: Mbuf): number {
  return (fp.f_ops as Rwfileops).fo_write(fp, m);
}

/** Asks the file for something (FIO..., or requests of its own); -EBADF, or its answer, which is never negative but for -errno. */
export function kern_ioctl(fd: number, cmd: number, value: number): number {
  const fp = kern_file(fd);
  return fp ? (fp.f_ops as Rwfileops).fo_ioctl(fp, cmd, value) : -EBADF;
}
