/**
 * The C library's calls that a TAP device needs (Linux).
 *
 * Each function answers as the system call does, but throws a SystemError in place of -1. Structures are built in
 * buffers by hand: struct ifreq is a name of 16 bytes and a union of 24.
 */
export class SystemError extends Error {
  constructor(
    call: string,
    /** The error's name, such as "EPERM". */
    readonly code: string,
  ) {
    super(`${call}: ${code}`);
  }
}

const TUNSETIFF = 0x400454ca;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const SIOCSIFADDR = 0x8916;
const SIOCSIFNETMASK = 0x891c;

const IFNAMSIZ = 16;
const IFREQ_SIZE = 40;
const IFF_UP = 1;
const IFF_TAP = 2;
const IFF_NO_PI = 0x1000;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const AF_INET = 2;
const SOCK_DGRAM = 2;
const POLLIN = 1;
const POLLFD_SIZE = 8;

type Call = ReturnType<ReturnType<typeof import("koffi").load>["func"]>;

/** Bound at the first use: other systems than Linux have no TAP devices, but may use the rest of the simulation. */
let bound: { koffi: typeof import("koffi"); calls: Record<string, Call> } | undefined;

/** The C library. */
function c(): Record<string, Call> {
  bound ??= bind();
  return bound.calls;
}

function bind() {
  const koffi = require("koffi") as typeof import("koffi");
  const libc = koffi.load(null);
  const calls = {
    open: libc.func("int open(const char *path, int flags, ...)"),
    close: libc.func("int close(int fd)"),
    read: libc.func("intptr_t read(int fd, void *buffer, size_t count)"),
    write: libc.func("intptr_t write(int fd, const void *buffer, size_t count)"),
    ioctl: libc.func("int ioctl(int fd, unsigned long request, ...)"),
    poll: libc.func("int poll(void *fds, unsigned long count, int timeout)"),
    eventfd: libc.func("int eventfd(unsigned int value, int flags)"),
    socket: libc.func("int socket(int family, int type, int protocol)"),
  };
  return { koffi, calls };
}

/** Opens /dev/net/tun as the TAP device `name`, which is made when there is none, and is gone with the descriptor then. */
export function openTap(name: string): number {
  const fd = checked("open /dev/net/tun", c().open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  const request = interfaceRequest(name);
  request.writeUInt16LE(IFF_TAP | IFF_NO_PI, IFNAMSIZ);
  try {
    ioctl("TUNSETIFF", fd, TUNSETIFF, request);
  } catch (error) {
    closeFd(fd);
    throw error;
  }
  return fd;
}

/** Brings an interface up, unless it is. */
export function bringUp(name: string): void {
  withSocket((fd) => {
    const request = interfaceRequest(name);
    ioctl("SIOCGIFFLAGS", fd, SIOCGIFFLAGS, request);
    const flags = request.readUInt16LE(IFNAMSIZ);
    if (flags & IFF_UP) return;
    request.writeUInt16LE(flags | IFF_UP, IFNAMSIZ);
    ioctl("SIOCSIFFLAGS", fd, SIOCSIFFLAGS, request);
  });
}

/** Gives an interface an address and a mask, both as "10.0.0.1". */
export function setAddress(name: string, address: string, mask: string): void {
  withSocket((fd) => {
    ioctl("SIOCSIFADDR", fd, SIOCSIFADDR, addressRequest(name, address));
    ioctl("SIOCSIFNETMASK", fd, SIOCSIFNETMASK, addressRequest(name, mask));
  });
}

/** A descriptor that becomes readable when `signalEvent` is called. */
export function openEvent(): number {
  return checked("eventfd", c().eventfd(0, O_NONBLOCK | O_CLOEXEC));
}

export function signalEvent(fd: number): void {
  const one = Buffer.alloc(8);
  one.writeBigUInt64LE(1n);
  c().write(fd, one, one.length);
}

export function closeFd(fd: number): void {
  c().close(fd);
}

/** Reads one frame into `buffer`; its length, 0 when there is none now. Throws a SystemError. */
export function readFrame(fd: number, buffer: Uint8Array): number {
  const length = c().read(fd, buffer, buffer.length);
  if (length >= 0) return length;
  return failsNow("read");
}

/** Writes one frame; false when the device cannot take it now. Throws a SystemError. */
export function writeFrame(fd: number, frame: Uint8Array): boolean {
  const length = c().write(fd, frame, frame.length);
  return length >= 0 || failsNow("write") > 0;
}

/** Calls `wake` once one of the descriptors is readable. Waits in a thread of its own, which ends with it. */
export function whenReadable(fds: number[], wake: (error: Error | null) => void): void {
  const list = Buffer.alloc(POLLFD_SIZE * fds.length);
  fds.forEach((fd, i) => {
    list.writeInt32LE(fd, POLLFD_SIZE * i);
    list.writeInt16LE(POLLIN, POLLFD_SIZE * i + 4);
  });
  // `list` is named in the callback so that it lives as long as the call.
  c().poll.async(list, fds.length, -1, (error: Error | null) => wake(list.length ? error : null));
}

/** 0 when the call only has to be made again later; throws otherwise. */
function failsNow(call: string): number {
  const code = errorName();
  if (code === "EAGAIN" || code === "EINTR") return 0;
  throw new SystemError(call, code);
}

function withSocket(work: (fd: number) => void): void {
  const fd = checked("socket", c().socket(AF_INET, SOCK_DGRAM | O_CLOEXEC, 0));
  try {
    work(fd);
  } finally {
    closeFd(fd);
  }
}

function interfaceRequest(name: string): Buffer {
  const request = Buffer.alloc(IFREQ_SIZE);
  request.write(name, 0, IFNAMSIZ - 1, "latin1");
  return request;
}

/** A request with a struct sockaddr_in. */
function addressRequest(name: string, address: string): Buffer {
  const request = interfaceRequest(name);
  request.writeUInt16LE(AF_INET, IFNAMSIZ);
  Buffer.from(address.split(".").map(Number)).copy(request, IFNAMSIZ + 4);
  return request;
}

function ioctl(name: string, fd: number, request: number, data: Buffer): void {
  checked(`ioctl ${name}`, c().ioctl(fd, request, "void *", data));
}

function checked(call: string, result: number): number {
  if (result < 0) throw new SystemError(call, errorName());
  return result;
}

function errorName(): string {
  const number = bound?.koffi.errno();
  const found = Object.entries(bound?.koffi.os.errno ?? {}).find(([, value]) => value === number);
  return found ? found[0] : `errno ${number}`;
}
