/**
 * Names for `eth.net.open`: the console and the files of the Storage as descriptors among others, which are read, written, waited for by
 * select and closed like sockets. The module `vfs` of a board's Storage (boot-vfs.ts), on net.vnode. BSD: kern/vfs_syscalls.c (open),
 * sys/fcntl.h, dev/cons.c.
 *
 * Differs: a file of the Storage is written from its beginning or at its end, never read and written at once: it is Espruino's StorageFile,
 * which ends where a byte 0xff stands. Files that were written whole (Storage.write) are read as well.
 */
import type { FilesApi } from "../lib/files";
import type { SocketsApi } from "../lib/sockets";
import type { Vnodeops } from "../lib/vnode";
import { type BoardFile, console_give, console_put, console_take, storage } from "../machdep_board";
import { EAGAIN, EINVAL, EIO, ENOENT, ENXIO } from "../net/kern/errno";

/* How a file is opened, numbered as on Linux */
const O_ACCMODE = 3;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0x40;
const O_TRUNC = 0x200;
const O_APPEND = 0x400;

/** Characters of a name: one of Storage's 28 is a StorageFile's own. */
const NAME_MAX = 27;
/** What is typed and nobody reads is kept so far. */
const TYPED_MAX = 256;
const POLLIN = 1;
const POLLOUT = 4;

type VfsNet = SocketsApi & FilesApi;

/** The calls of a stack that has had names given already. */
let mounted: VfsNet | undefined;

/** Gives `eth.net.open` all names. Throws an Error where the stack has no such files. */
export function vfs_mount(eth: { net: SocketsApi }): void {
  const net = eth.net as VfsNet;
  if (!net.vnode) throw new Error("vfs: this bundle has no files");
  if (mounted === net) return;
  mounted = net;
  const device = net.open;
  net.open = (path: string, flags?: number) => {
    const name = "" + path;
    if (name === "/dev/console") return vfs_console(net, flags || 0);
    return name.substr(0, 5) === "/dev/" ? device(name) : vfs_file(net, name, flags || 0);
  };
}

/** For reading it, its input is the program's and not the interpreter's, until it is closed. */
function vfs_console(net: VfsNet, flags: number): number {
  const mode = flags & O_ACCMODE;
  let typed = "";
  const ops: Vnodeops = {};
  if (mode !== O_WRONLY) {
    const isTaken = console_take((data) => {
      typed = (typed + data).substr(0, TYPED_MAX);
      ops.ready!(POLLIN | POLLOUT);
    });
    if (!isTaken) return -ENXIO;
    ops.read = (len) => {
      const data = typed.substr(0, len);
      typed = typed.substr(len);
      ops.ready!(typed ? POLLIN | POLLOUT : POLLOUT);
      return data || -EAGAIN;
    };
    ops.close = () => console_give();
  }
  if (mode) ops.write = (data) => (console_put(data) ? data.length : -ENXIO);
  const fd = net.vnode(ops);
  if (fd < 0 && ops.close) ops.close();
  if (fd >= 0) ops.ready!(POLLOUT);
  return fd;
}

function vfs_file(net: VfsNet, path: string, flags: number): number {
  const name = path[0] === "/" ? path.substr(1) : path;
  const mode = flags & O_ACCMODE;
  if (!name || name.length > NAME_MAX || mode === O_RDWR) return -EINVAL;
  if (mode === O_WRONLY) return vfs_writer(net, name, flags);
  const whole = storage().read(name);
  return whole === undefined ? vfs_reader(net, name) : net.vnode(vfs_whole(name, whole.length));
}

/** A file that was written whole. */
function vfs_whole(name: string, length: number): Vnodeops {
  let at = 0;
  return {
    read: (len) => {
      const n = len < length - at ? len : length - at;
      if (!n) return "";
      const data = storage().read(name, at, n);
      if (data === undefined) return -EIO; // it has been erased since
      at += n;
      return "" + data;
    },
  };
}

/** Is there a StorageFile of that name? */
function vfs_exists(name: string): boolean {
  return storage().read(name + "\x01") !== undefined;
}

function vfs_reader(net: VfsNet, name: string): number {
  if (!vfs_exists(name)) return -ENOENT;
  const file = storage().open(name, "r");
  return net.vnode({ read: (len) => (len ? file.read(len) || "" : "") });
}

function vfs_writer(net: VfsNet, name: string, flags: number): number {
  if (!(flags & O_CREAT) && !vfs_exists(name)) return -ENOENT;
  if (!(flags & (O_TRUNC | O_APPEND))) return -EINVAL;
  const file = storage().open(name, flags & O_APPEND ? "a" : "w");
  return net.vnode({ write: (data) => vfs_write(file, data) });
}

function vfs_write(file: BoardFile, data: string): number {
  if (data.indexOf("\xff") >= 0) return -EINVAL;
  try {
    file.write(data);
  } catch (_error) {
    return -EIO; // the Storage is full
  }
  return data.length;
}
