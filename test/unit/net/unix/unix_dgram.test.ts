import type { Net } from "../../../lib/kernel";
import { bootSockets, exhaustMbufs, pattern, type SocketKernel, text } from "../../../lib/pools";

describe("PF_UNIX datagrams", () => {
  let kernel: SocketKernel;
  let net: Net;
  let sys: Net["net"];
  const name = (path: string) => ({ sun_family: 1, sun_path: path });

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
    sys = kernel.sys;
  });

  afterEach(() => {
    for (let fd = 1; fd <= net.NOFILE; fd++) sys.close(fd);
    kernel.expectPoolsRestored();
  });

  function open(path = ""): number {
    const fd = sys.socket(net.AF_UNIX, net.SOCK_DGRAM, 0);
    if (path) expect(sys.bind(fd, name(path))).toBe(0);
    return fd;
  }

  it("arrive one by one, with their sender's name, of any length", () => {
    const to = open("/to");
    const senders = ["", "/a", "/".repeat(54), "/".repeat(104)].map((path) => ({ path, fd: open(path) }));
    for (const { path, fd } of senders)
      for (const length of [0, 1, 72, 73, 300, 1472, 2048]) {
        expect(sys.sendto(fd, pattern(length), 0, name("/to"))).toBe(length);
        const from = {};
        const got = length % 2 ? net.recvstring(to, 3000, 0, from) : sys.recvfrom(to, 3000, 0, from);
        expect(text(got)).toBe(pattern(length));
        expect(from).toEqual(name(path));
      }
    expect(sys.recv(to, 10, 0)).toBe(-net.EAGAIN);
  });

  it("keep their bounds", () => {
    const to = open("/to");
    const from = open();
    sys.connect(from, name("/to"));
    for (const s of ["one", "", "three"]) sys.send(from, s, 0);
    expect([9, 9, 2, 9].map((len) => net.recvstring(to, len, 0, null))).toEqual(["one", "", "th", -net.EAGAIN]);
  });

  it("need a destination that exists, of their own type, and only one", () => {
    const fd = open();
    expect(sys.send(fd, "x", 0)).toBe(-net.EDESTADDRREQ);
    expect(sys.sendto(fd, "x", 0, name("/none"))).toBe(-net.ENOENT);
    const stream = sys.socket(net.AF_UNIX, net.SOCK_STREAM, 0);
    sys.bind(stream, name("/stream"));
    expect(sys.sendto(fd, "x", 0, name("/stream"))).toBe(-net.EPROTOTYPE);
    open("/a");
    open("/b");
    expect(sys.connect(fd, name("/a"))).toBe(0);
    expect(sys.sendto(fd, "x", 0, name("/b"))).toBe(-net.EISCONN);
    expect(sys.connect(fd, name("/b"))).toBe(0);
    const peer = {};
    sys.getpeername(fd, peer);
    expect(peer).toEqual(name("/b"));
  });

  it("are EMSGSIZE beyond the send buffer, and ENOBUFS when the receiver's is full", () => {
    const to = open("/to");
    const fd = open();
    expect(sys.sendto(fd, "x".repeat(2049), 0, name("/to"))).toBe(-net.EMSGSIZE);
    let n = 0;
    while (sys.sendto(fd, "x".repeat(1000), 0, name("/to")) > 0) n++;
    expect(n).toBe(4);
    expect(sys.sendto(fd, "x".repeat(1000), 0, name("/to"))).toBe(-net.ENOBUFS);
    sys.recv(to, 1, 0);
    expect(sys.sendto(fd, "x".repeat(1000), 0, name("/to"))).toBe(1000);
  });

  it("that flood a socket leave the pool its reserve", () => {
    open("/to");
    const fd = open();
    while (sys.sendto(fd, "x", 0, name("/to")) > 0);
    expect(net.mbstat().m_mfree).toBeGreaterThanOrEqual(net.MRESERVE);
  });

  it("are ENOBUFS without an mbuf, and lose none", () => {
    open("/to");
    const fd = open("/".repeat(100));
    for (let left = 0; left < 12; left++) {
      const restore = exhaustMbufs(net, left);
      const n = sys.sendto(fd, "x".repeat(50), 0, name("/to"));
      expect([50, -net.ENOBUFS]).toContain(n);
      restore();
    }
  });

  it("tell those connected to a socket that it is closed", () => {
    const to = open("/to");
    const fds = [open(), open(), open()];
    for (const fd of fds) sys.connect(fd, name("/to"));
    sys.close(fds[1]);
    const called: number[] = [];
    for (const fd of [fds[0], fds[2]]) sys.setupcall(fd, (n) => called.push(n));
    sys.close(to);
    kernel.clock.runFor(1e6);
    expect(called.sort()).toEqual([fds[0], fds[2]]);
    expect(sys.send(fds[0], "x", 0)).toBe(-net.ECONNRESET);
    expect(sys.send(fds[0], "x", 0)).toBe(-net.EDESTADDRREQ);
  });

  it("go both ways through a socketpair, and a socket may send to itself", () => {
    const sv: number[] = [];
    expect(net.socketpair(net.AF_UNIX, net.SOCK_DGRAM, 0, sv)).toBe(0);
    sys.send(sv[0], "ping", 0);
    sys.send(sv[1], "pong", 0);
    expect(net.recvstring(sv[1], 9, 0, null)).toBe("ping");
    expect(net.recvstring(sv[0], 9, 0, null)).toBe("pong");
    const self = open("/self");
    sys.connect(self, name("/self"));
    sys.send(self, "me", 0);
    expect(net.recvstring(self, 9, 0, null)).toBe("me");
  });

  it("are not taken by a socket that has shut down reading", () => {
    const to = open("/to");
    const fd = open();
    open("/other");
    sys.connect(to, name("/other"));
    expect(sys.shutdown(to, net.SHUT_RD)).toBe(0);
    expect(sys.sendto(fd, "x", 0, name("/to"))).toBe(-net.ENOBUFS);
    expect(text(sys.recv(to, 9, 0))).toBe("");
  });
});
