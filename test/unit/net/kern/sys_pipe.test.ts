import type { FilesApi } from "../../../../firmware/lib/files";
import type { SocketsApi } from "../../../../firmware/lib/sockets";
import { bootSockets, pattern, type SocketKernel } from "../../../lib/pools";

const EAGAIN = -11;
const EBADF = -9;
const EPIPE = -32;

describe("A pipe", () => {
  let kernel: SocketKernel;
  let net: SocketsApi & FilesApi;
  let r: number;
  let w: number;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.sys as SocketsApi & FilesApi;
    const fds: number[] = [];
    expect(net.pipe(fds)).toBe(0);
    [r, w] = fds;
  });
  afterEach(() => {
    net.close(r);
    net.close(w);
    kernel.expectPoolsRestored();
  });

  const tick = () => kernel.clock.runFor(0);

  it("gives what was written, in order, round its end and for ever", () => {
    const { PIPSIZ } = kernel.net;
    const all = pattern(20 * PIPSIZ);
    let written = 0;
    let read = "";
    for (let i = 0; read.length < all.length; i++) {
      const n = net.write(w, all.slice(written, written + 1 + ((i * 37) % PIPSIZ)));
      if (n > 0) written += n;
      else expect(n).toBe(written < all.length ? EAGAIN : 0);
      const text = net.readstring(r, 1 + ((i * 53) % PIPSIZ));
      if (typeof text === "string") read += text;
    }
    expect(read === all).toBeTrue();
  });

  it("takes what it has room for whole or not at all, and of more as much as goes", () => {
    const { PIPSIZ } = kernel.net;
    expect(net.write(w, "x".repeat(PIPSIZ - 10))).toBe(PIPSIZ - 10);
    expect(net.write(w, "y".repeat(11))).toBe(EAGAIN);
    expect(net.write(w, "y".repeat(PIPSIZ + 1))).toBe(10);
    expect(net.write(w, "y".repeat(PIPSIZ + 1))).toBe(EAGAIN);
    expect(net.ioctl(r, net.FIONREAD)).toBe(PIPSIZ);
    expect([net.poll(r, 5), net.poll(w, 5)]).toEqual([1, 0]);
  });

  it("ends when its writer has closed and all is read; without a reader nobody can write", () => {
    net.write(w, "last");
    net.close(w);
    expect(net.readstring(r, 100)).toBe("last");
    expect([net.readstring(r, 100), net.readstring(r, 100)]).toEqual(["", ""]);
    expect(net.poll(r, 1)).toBe(17);
    const fds: number[] = [];
    net.pipe(fds);
    net.close(fds[0]);
    expect(net.write(fds[1], "x")).toBe(EPIPE);
    expect(net.poll(fds[1], 4)).toBe(20);
    net.close(fds[1]);
  });

  it("tells either end of what the other has done", () => {
    const told: string[] = [];
    net.setupcall(r, () => told.push("r"));
    net.setupcall(w, () => told.push("w"));
    tick();
    expect(told).toEqual([]);
    net.write(w, "a");
    net.write(w, "b");
    tick();
    expect(told).toEqual(["r"]);
    net.readstring(r, 10);
    tick();
    expect(told).toEqual(["r", "w"]);
    net.close(w);
    tick();
    expect(told).toEqual(["r", "w", "r"]);
  });

  it("has one end for each: EBADF at the other, ENOTSOCK for what is a socket's", () => {
    expect(net.write(r, "x")).toBe(EBADF);
    expect(net.readstring(w, 1)).toBe(EBADF);
    expect(net.send(w, "x", 0)).toBe(-88);
    expect(net.bind(r, { sin_family: 2, sin_addr: 0, sin_port: 1 } as never)).toBe(-88);
    expect([0, 4, 99, -1].map((request) => net.ioctl(w, request))).toEqual([-22, -22, -22, -22]);
  });

  it("lives while a duplicate of its end does; the upcall of one that is closed comes no more", () => {
    const second = net.dup(w);
    let told = 0;
    net.setupcall(second, () => told++);
    net.close(w);
    net.write(second, "through the second");
    expect(net.readstring(r, 100)).toBe("through the second");
    tick();
    expect(told).toBe(1);
    expect(net.dup2(second, second)).toBe(second);
    expect(net.dup2(second, 12)).toBe(12);
    net.close(second);
    net.write(12, "x");
    net.readstring(r, 1);
    tick();
    expect(told).toBe(1);
    net.close(12);
    expect(net.readstring(r, 1)).toBe("");
    expect([net.dup(99), net.dup2(99, 1), net.dup2(r, 0), net.dup2(r, 999)]).toEqual([EBADF, EBADF, EBADF, EBADF]);
  });

  it("takes the place of what a number meant before", () => {
    const socket = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    expect(net.dup2(r, socket)).toBe(socket);
    net.write(w, "x");
    expect(net.readstring(socket, 9)).toBe("x");
    expect(kernel.net.numopensockets()).toBe(0);
    net.close(socket);
  });

  it("goes in pieces, written and read", () => {
    expect(net.writev(w, ["ab", Uint8Array.from([99, 100]), ""])).toBe(4);
    expect(net.readv(r, [1, 2, 10])).toEqual(["a", "bc", "d"]);
    expect(net.readv(r, [1])).toBe(EAGAIN);
  });

  it("is waited for among others by one upcall, which tells what can be read", () => {
    const fds: number[] = [];
    net.pipe(fds);
    const told: number[][] = [];
    expect(net.select([r, fds[0], 99], () => {})).toBe(EBADF);
    expect(net.select([r, fds[0]], (ready) => told.push([...ready]))).toBe(0);
    net.write(w, "x");
    net.write(fds[1], "x");
    for (let i = 0; i < 3; i++) tick();
    expect(told).toEqual([[r, fds[0]]]);
    net.readstring(fds[0], 1);
    net.write(w, "y");
    for (let i = 0; i < 3; i++) tick();
    expect(told).toEqual([[r, fds[0]], [r]]);
    net.select([r, fds[0]], null);
    net.write(w, "z");
    for (let i = 0; i < 3; i++) tick();
    expect(told.length).toBe(2);
    for (const fd of fds) net.close(fd);
  });

  it("is one of NPIPE at most", () => {
    const { NPIPE } = kernel.net;
    const pipes: number[][] = [];
    for (let i = 1; i < NPIPE; i++) {
      const fds: number[] = [];
      expect(net.pipe(fds)).toBe(0);
      pipes.push(fds);
    }
    expect(net.pipe([])).toBe(-105);
    for (const fd of pipes.flat()) net.close(fd);
  });
});

describe("A socket as a file", () => {
  it("is read and written like any other", () => {
    const kernel = bootSockets();
    const net = kernel.sys as SocketsApi & FilesApi;
    const name = { sin_family: 2, sin_addr: 0x7f000001, sin_port: 7 } as never;
    const a = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    const b = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    net.bind(a, name);
    net.connect(b, name);
    expect(net.write(b, "datagram")).toBe(8);
    expect(net.writev(b, ["as ", "one"])).toBe(6);
    kernel.clock.runFor(0);
    expect(net.ioctl(a, net.FIONREAD)).toBeGreaterThan(13);
    expect(net.readstring(a, 100)).toBe("datagram");
    expect(Buffer.from(net.read(a, 100) as Uint8Array).toString()).toBe("as one");
    expect([net.readstring(a, 100), net.readstring(a, -1)]).toEqual([EAGAIN, -22]);
    expect(net.write(a, "x")).toBe(-89);
    expect(net.write(99, "x")).toBe(EBADF);
    net.close(a);
    net.close(b);
    kernel.expectPoolsRestored();
  });
});
