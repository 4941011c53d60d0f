/**
 * Descriptors of any type for programs: read, write, ioctl, dup, select and the packet tap, beside the sockets in `eth.net`. BSD: the
 * system calls of these names; bpf(4). In builds with KERN_FILES.
 *
 * None of them waits. A negative answer is an error number; -11, EAGAIN: not now, and the upcall of the descriptor (setupcall) comes when
 * it is worth trying again.
 */
import { NET_BPF, SO_CONTROL } from "../config";
import { bytes_string, string_bytes, timeout } from "../machdep";
import { bpf_open, bpf_setf, bpf_setif } from "../net/if/bpf_dev";
import { ifunit } from "../net/if/ifunit";
import { EINVAL, EMFILE, ENOENT } from "../net/kern/errno";
import { dup, dup2, kern_ioctl } from "../net/kern/kern_descrip";
import type { Sockaddr } from "../net/kern/protosw";
import { readstring, withmbuf, write } from "../net/kern/sys_generic";
import { kern_pipe, pipe_wfd } from "../net/kern/sys_pipe";
import { cmsg_dstaddr, poll, setupcall } from "../net/kern/syscalls";
import { recvmsg, sendmsg } from "../net/kern/syscalls_msg";
import { turn_enter, turn_leave } from "../net/kern/turn";
import type { Data } from "../net/kern/uio";
import {
  if_ioctl,
  SIOCADDRT,
  SIOCDARP,
  SIOCDELRT,
  SIOCGARP,
  SIOCGIFADDR,
  SIOCGIFBRDADDR,
  SIOCGIFCONF,
  SIOCGIFFLAGS,
  SIOCGIFHWADDR,
  SIOCGIFMTU,
  SIOCGIFNETMASK,
  SIOCSARP,
  SIOCSIFADDR,
  SIOCSIFFLAGS,
  SIOCSIFMTU,
  SIOCSIFNETMASK,
} from "./if_ioctl";
import {
  type Vnodeops,
  vnode_close,
  vnode_closed,
  vnode_has,
  vnode_no,
  vnode_open,
  vnode_read,
  vnode_write,
} from "./vnode";

/** Requests that take more than a number: the interface's name; the filter. */
export const BIOCSETIF = 32;
export const BIOCSETF = 33;

const POLLIN = 1;
const POLLOUT = 4;
const POLLNVAL = 32;
/** BSD's value. */
const IP_RECVDSTADDR = 7;

/** A message with what goes along. */
export interface Message {
  msg_name?: Sockaddr | null;
  msg_data?: Data;
  /** descriptors: of PF_UNIX */
  msg_rights?: number[] | null;
  /** from recvmsg: where a datagram went to, on a socket with IP_RECVDSTADDR */
  msg_control?: { cmsg_level: number; cmsg_type: number; cmsg_data: number }[];
  msg_flags?: number;
}

/** Of a poll over many. */
export interface Pollfd {
  fd: number;
  events: number;
  revents?: number;
}

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
    POLLOUT: POLLOUT,
    IP_RECVDSTADDR: IP_RECVDSTADDR,
    SIOCADDRT: SIOCADDRT,
    SIOCDELRT: SIOCDELRT,
    SIOCGIFCONF: SIOCGIFCONF,
    SIOCGIFFLAGS: SIOCGIFFLAGS,
    SIOCSIFFLAGS: SIOCSIFFLAGS,
    SIOCGIFADDR: SIOCGIFADDR,
    SIOCSIFADDR: SIOCSIFADDR,
    SIOCGIFBRDADDR: SIOCGIFBRDADDR,
    SIOCGIFNETMASK: SIOCGIFNETMASK,
    SIOCSIFNETMASK: SIOCSIFNETMASK,
    SIOCGIFMTU: SIOCGIFMTU,
    SIOCSIFMTU: SIOCSIFMTU,
    SIOCGIFHWADDR: SIOCGIFHWADDR,
    SIOCSARP: SIOCSARP,
    SIOCGARP: SIOCGARP,
    SIOCDARP: SIOCDARP,
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
    open: (path: string, _flags?: number) => turn_leave(turn_enter(), spare() ? file_open(path) : -EMFILE),
    read: (fd: number, len: number) => file_read(fd, len),
    readstring: (fd: number, len: number) => file_readstring(fd, len),
    write: (fd: number, data: Data) => file_write(fd, data),
    ioctl: (fd: number, request: number, value?: number | string | Insn[] | object) =>
      turn_leave(turn_enter(), file_ioctl(fd, request, value)),
    readv: (fd: number, lengths: number[]) => file_readv(fd, lengths),
    writev: (fd: number, pieces: Data[]) => file_write(fd, joined(pieces)),
    close: (fd: number) => vnode_close(fd),
    vnode: (ops: Vnodeops) => (spare() ? vnode_open(ops) : -EMFILE),
    sendmsg: (fd: number, msg: Message, flags: number) => turn_leave(turn_enter(), file_sendmsg(fd, msg, flags)),
    recvmsg: (fd: number, msg: Message, len: number, flags: number) =>
      turn_leave(turn_enter(), file_recvmsg(fd, msg, len, flags)),
    pipe: (fds: number[]) => turn_leave(turn_enter(), spare() ? file_pipe(fds) : -EMFILE),
    dup: (fd: number) => turn_leave(turn_enter(), spare() ? dup(fd) : -EMFILE),
    dup2: (fd: number, to: number) => file_dup2(fd, to),
    poll: (fd: number | Pollfd[], events: number) => turn_leave(turn_enter(), file_poll(fd, events)),
    select: (fds: number[], upcall: Selected | null, writefds?: number[]) =>
      turn_leave(turn_enter(), file_select(fds, upcall, writefds || [])),
  };
}

function file_open(path: string): number {
  return NET_BPF && path === "/dev/bpf" ? bpf_open() : -ENOENT;
}

/** What the kernel has not the shell may have (vnode.ts). */
function file_readstring(fd: number, len: number): string | number {
  const data = turn_leave(turn_enter(), readstring(fd, len));
  return vnode_has(data) ? vnode_read(fd, len) : data;
}

function file_write(fd: number, data: Data): number {
  const n = turn_leave(turn_enter(), write(fd, data));
  return vnode_has(n) ? vnode_write(fd, joined([data])) : n;
}

/** What `to` meant before may be gone with it. */
function file_dup2(fd: number, to: number): number {
  const no = to === fd ? -1 : vnode_no(to);
  const answer = turn_leave(turn_enter(), dup2(fd, to));
  vnode_closed(no);
  return answer;
}

function file_sendmsg(fd: number, msg: Message, flags: number): number {
  if (!msg || typeof msg !== "object") return -EINVAL;
  const data = msg.msg_data === undefined ? "" : msg.msg_data;
  const rights = msg.msg_rights || null;
  return sendmsg(fd, { msg_name: msg.msg_name || null, msg_data: data, msg_rights: rights, msg_flags: 0 }, flags);
}

function file_recvmsg(fd: number, msg: Message, len: number, flags: number): number {
  if (!msg || typeof msg !== "object") return -EINVAL;
  const found = {
    msg_name: msg.msg_name || null,
    msg_data: "" as Data,
    msg_rights: msg.msg_rights || null,
    msg_flags: 0,
  };
  const n = recvmsg(fd, found, len, flags);
  if (n < 0) return n;
  msg.msg_data = found.msg_data;
  msg.msg_flags = found.msg_flags;
  msg.msg_control =
    SO_CONTROL && cmsg_dstaddr ? [{ cmsg_level: 0, cmsg_type: IP_RECVDSTADDR, cmsg_data: cmsg_dstaddr }] : [];
  return n;
}

/** Of one descriptor which of `events` hold; of many how many have something to tell, in `revents` of each (POLLNVAL 32: it is none). */
function file_poll(fd: number | Pollfd[], events: number): number {
  if (typeof fd === "number") return poll(fd, events);
  let n = 0;
  for (let i = 0; fd && i < fd.length; i++) {
    const revents = poll(fd[i].fd, fd[i].events | 0);
    fd[i].revents = revents < 0 ? POLLNVAL : revents;
    if (revents) n++;
  }
  return fd ? n : -EINVAL;
}

function file_read(fd: number, len: number): Uint8Array | number {
  const data = file_readstring(fd, len);
  return typeof data === "number" ? data : string_bytes(data);
}

/** What there is, as pieces of these lengths at most, the first ones full; or -errno. */
function file_readv(fd: number, lengths: number[]): string[] | number {
  let len = 0;
  for (let i = 0; i < lengths.length; i++) len += lengths[i];
  const data = file_readstring(fd, len);
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

type Selected = (ready: number[], writable: number[]) => void;

/**
 * From now on `upcall(ready, writable)` is called when something has happened to some of the descriptors, with those of `fds` that can be read
 * and those of `writefds` that can be written: one call for all that happens in a turn. Null: no more. Answers 0, or the error of the first
 * that is none, and then nothing has changed.
 */
function file_select(fds: number[], upcall: Selected | null, writefds: number[]): number {
  const all = fds.concat(writefds);
  let due = false;
  const tell = () => {
    due = false;
    const ready = fds.filter((fd) => poll(fd, POLLIN) > 0);
    const writable = writefds.filter((fd) => poll(fd, POLLOUT) > 0);
    if (ready.length || writable.length) upcall!(ready, writable);
  };
  const changed = () => {
    if (!due) timeout(tell, 0);
    due = true;
  };
  for (let i = 0; i < all.length; i++) {
    const error = poll(all[i], 0);
    if (error < 0) return error;
  }
  for (let i = 0; i < all.length; i++) setupcall(all[i], upcall && changed);
  return 0;
}

function file_ioctl(fd: number, request: number, value?: number | string | Insn[] | object): number {
  if (NET_BPF && request === BIOCSETIF) return bpf_setif(fd, ifunit(value as string));
  if (NET_BPF && request === BIOCSETF) return file_filter(fd, value as Insn[]);
  if (request >= SIOCADDRT && request <= SIOCSARP) return if_ioctl(fd, request, value);
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
