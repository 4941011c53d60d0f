/**
 * Descriptors of any type for programs: read, write, ioctl, dup and the packet tap, beside the sockets in `eth.net`. BSD: the system calls
 * of these names; bpf(4). In builds with KERN_FILES.
 *
 * None of them waits. A negative answer is an error number; -11, EAGAIN: not now, and the upcall of the descriptor (setupcall) comes when
 * it is worth trying again.
 */
import { NET_BPF } from "../config";
import { bytes_string, string_bytes, timeout } from "../machdep";
import { bpf_open, bpf_setf, bpf_setif } from "../net/if/bpf_dev";
import { ifunit } from "../net/if/ifunit";
import { EINVAL, EMFILE, ENOENT } from "../net/kern/errno";
import { dup, dup2, kern_ioctl } from "../net/kern/kern_descrip";
import { readstring, withmbuf, write } from "../net/kern/sys_generic";
import { kern_pipe, pipe_wfd } from "../net/kern/sys_pipe";
import { poll, setupcall } from "../net/kern/syscalls";
import { turn_enter, turn_leave } from "../net/kern/turn";
import type { Data } from "../net/kern/uio";

/** Requests that take more than a number: the interface's name; the filter. */
export const BIOCSETIF = 32;
export const BIOCSETF = 33;

const POLLIN = 1;

/** An instruction of a filter: code, jt, jf, k, as `tcpdump -dd` prints them. */
export type Insn = number[];

export type FilesApi = ReturnType<typeof files_new>;

/** Adds the calls to `net`. `spare`: may a program have one more descriptor? */
export function files_add(net: Partial<FilesApi>, spare: () => boolean): void {
  const calls = files_new(spare) as { [name: string]: unknown };
  for (const name in calls) (net as { [name: string]: unknown })[name] = calls[name];
}

function files_new(spare: () => boolean) {
  return {
    POLLIN: POLLIN,
    POLLOUT: 4,
    FIONREAD: 1,
    BIOCFLUSH: 16,
    BIOCPROMISC: 17,
    BIOCGDLT: 18,
    BIOCGSTATS: 19,
    BIOCSSNAP: 20,
    BIOCGUPTIME: 21,
    BIOCGBLEN: 22,
    BIOCSETIF: BIOCSETIF,
    BIOCSETF: BIOCSETF,
    open: (path: string) => turn_leave(turn_enter(), spare() ? file_open(path) : -EMFILE),
    read: (fd: number, len: number) => turn_leave(turn_enter(), file_read(fd, len)),
    readstring: (fd: number, len: number) => turn_leave(turn_enter(), readstring(fd, len)),
    write: (fd: number, data: Data) => turn_leave(turn_enter(), write(fd, data)),
    ioctl: (fd: number, request: number, value?: number | string | Insn[]) =>
      turn_leave(turn_enter(), file_ioctl(fd, request, value)),
    readv: (fd: number, lengths: number[]) => turn_leave(turn_enter(), file_readv(fd, lengths)),
    writev: (fd: number, pieces: Data[]) => turn_leave(turn_enter(), write(fd, joined(pieces))),
    pipe: (fds: number[]) => turn_leave(turn_enter(), spare() ? file_pipe(fds) : -EMFILE),
    dup: (fd: number) => turn_leave(turn_enter(), spare() ? dup(fd) : -EMFILE),
    dup2: (fd: number, to: number) => turn_leave(turn_enter(), dup2(fd, to)),
    poll: (fd: number, events: number) => turn_leave(turn_enter(), poll(fd, events)),
    select: (fds: number[], upcall: ((ready: number[]) => void) | null) =>
      turn_leave(turn_enter(), file_select(fds, upcall)),
  };
}

function file_open(path: string): number {
  return NET_BPF && path === "/dev/bpf" ? bpf_open() : -ENOENT;
}

function file_read(fd: number, len: number): Uint8Array | number {
  const data = readstring(fd, len);
  return typeof data === "number" ? data : string_bytes(data);
}

/** What there is, as pieces of these lengths at most, the first ones full; or -errno. */
function file_readv(fd: number, lengths: number[]): string[] | number {
  let len = 0;
  for (let i = 0; i < lengths.length; i++) len += lengths[i];
  const data = readstring(fd, len);
  if (typeof data === "number") return data;
  let at = 0;
  return lengths.map((n) => {
    at += n;
    return data.substr(at - n, n);
  });
}

/** Pieces as one, so that a message goes whole. */
function joined(pieces: Data[]): string {
  let text = "";
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i];
    text += typeof piece === "string" ? piece : bytes_string(piece, piece.byteOffset, piece.length);
  }
  return text;
}

/** Puts the descriptors of a new pipe into `fds`: [to be read, to be written]. */
function file_pipe(fds: number[]): number {
  const fd = kern_pipe();
  if (fd < 0) return fd;
  fds[0] = fd;
  fds[1] = pipe_wfd;
  return 0;
}

/**
 * From now on `upcall(ready)` is called when something has happened to some of the descriptors, with those that can be read: one call for
 * all that happens in a turn. Null: no more. Answers 0, or the error of the first that is none, and then nothing has changed.
 */
function file_select(fds: number[], upcall: ((ready: number[]) => void) | null): number {
  let due = false;
  const tell = () => {
    due = false;
    const ready = fds.filter((fd) => poll(fd, POLLIN) > 0);
    if (ready.length) upcall!(ready);
  };
  const changed = () => {
    if (!due) timeout(tell, 0);
    due = true;
  };
  for (let i = 0; i < fds.length; i++) {
    const error = poll(fds[i], 0);
    if (error < 0) return error;
  }
  for (let i = 0; i < fds.length; i++) setupcall(fds[i], upcall && changed);
  return 0;
}

function file_ioctl(fd: number, request: number, value?: number | string | Insn[]): number {
  if (NET_BPF && request === BIOCSETIF) return bpf_setif(fd, ifunit(value as string));
  if (NET_BPF && request === BIOCSETF) return file_filter(fd, value as Insn[]);
  const word = value === undefined ? 0 : (value as number);
  return typeof word === "number" ? kern_ioctl(fd, request, word | 0) : -EINVAL;
}

/** A filter: eight bytes an instruction. */
function file_filter(fd: number, insns: Insn[]): number {
  if (!insns || typeof insns !== "object") return -EINVAL;
  let text = "";
  for (let i = 0; i < insns.length; i++) text += insn_bytes(insns[i]);
  return withmbuf(fd, text, bpf_setf);
}

function insn_bytes(insn: Insn): string {
  const code = insn[0];
  const k = insn[3];
  return String.fromCharCode(
    (code >> 8) & 255,
    code & 255,
    insn[1] & 255,
    insn[2] & 255,
    (k >> 24) & 255,
    (k >> 16) & 255,
    (k >> 8) & 255,
    k & 255,
  );
}
