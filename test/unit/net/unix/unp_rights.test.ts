import type { Net } from "../../../lib/kernel";
import { bootSockets, exhaustMbufs, type SocketKernel } from "../../../lib/pools";
import { AF_TOY, TOY_STREAM, type ToyDomain, toyDomain } from "../../../lib/toy_domain";

describe("descriptors passed through PF_UNIX sockets", () => {
  let kernel: SocketKernel;
  let net: Net;
  let sys: Net["net"];
  let toy: ToyDomain;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
    sys = kernel.sys;
    toy = toyDomain(net);
    net.domain_add(toy);
  });

  afterEach(() => {
    for (let fd = 1; fd <= net.NOFILE; fd++) sys.close(fd);
    kernel.expectPoolsRestored();
  });

  const types = () => [net.SOCK_STREAM, net.SOCK_DGRAM];

  function pair(type: number): [number, number] {
    const sv: number[] = [];
    expect(net.socketpair(net.AF_UNIX, type, 0, sv)).toBe(0);
    return sv as [number, number];
  }

  const toySocket = () => sys.socket(AF_TOY, TOY_STREAM, 0);
  const pass = (fd: number, rights: number[], data = "data") =>
    net.sendmsg(fd, { msg_name: null, msg_data: data, msg_rights: rights, msg_flags: 0 }, 0);

  function take(fd: number) {
    const msg = { msg_name: {}, msg_data: "" as string | Uint8Array, msg_rights: [] as number[], msg_flags: 0 };
    const n = net.recvmsg(fd, msg, 100, 0);
    return { n, rights: msg.msg_rights, flags: msg.msg_flags };
  }

  it("arrive as new descriptors of the same files, with their data", () => {
    for (const type of types()) {
      const [a, b] = pair(type);
      const fds = [toySocket(), toySocket()];
      const sockets = fds.map((fd) => net.getsock(fd));
      expect(pass(a, fds)).toBe(4);
      for (const fd of fds) sys.close(fd);
      const got = take(b);
      expect([got.n, got.flags]).toEqual([4, 0]);
      expect(got.rights.map((fd) => net.getsock(fd))).toEqual(sockets);
      for (const fd of [a, b, ...got.rights]) sys.close(fd);
      kernel.expectPoolsRestored();
    }
  });

  it("stay open for the receiver when the sender closes them, and for the sender when the receiver does", () => {
    const [a, b] = pair(net.SOCK_STREAM);
    const fd = toySocket();
    pass(a, [fd]);
    const [copy] = take(b).rights;
    toy.asked = [];
    sys.close(copy);
    expect(toy.asked).toEqual([]);
    sys.close(fd);
    expect(toy.asked).toEqual(["detach"]);
  });

  it("are closed when nobody takes them: read without them, cut off, flushed, or with the socket", () => {
    for (const type of types())
      for (const lose of [
        (b: number) => sys.recv(b, 100, 0),
        (b: number) => net.recvstring(b, 1, 0, null),
        (b: number) => sys.shutdown(b, net.SHUT_RD),
        (b: number) => sys.close(b),
      ]) {
        const [a, b] = pair(type);
        const fd = toySocket();
        pass(a, [fd, fd]);
        sys.close(fd);
        expect(net.openfiles()).toBe(3);
        lose(b);
        sys.close(a);
        sys.close(b);
        kernel.expectPoolsRestored();
      }
  });

  it("survive being peeked at", () => {
    const [a, b] = pair(net.SOCK_DGRAM);
    const fd = toySocket();
    pass(a, [fd]);
    expect(net.recvstring(b, 9, net.MSG_PEEK, null)).toBe("data");
    expect(take(b).rights.length).toBe(1);
  });

  it("stay with the bytes they were sent with", () => {
    const [a, b] = pair(net.SOCK_STREAM);
    const fd = toySocket();
    sys.send(a, "before", 0);
    pass(a, [fd], "with");
    sys.send(a, "after", 0);
    expect(take(b)).toEqual({ n: 6, rights: [], flags: 0 });
    expect(take(b)).toEqual({ n: 9, rights: [jasmine.any(Number) as never], flags: 0 });
  });

  it("are cut off with MSG_CTRUNC when the receiver has no descriptors left", () => {
    const [a, b] = pair(net.SOCK_STREAM);
    const fd = toySocket();
    pass(a, new Array(net.NOFILE).fill(fd));
    sys.close(fd);
    const spare: number[] = [];
    for (let n = toySocket(); n >= 0; n = toySocket()) spare.push(n);
    sys.close(spare[0]);
    sys.close(spare[1]);
    const got = take(b);
    expect([got.rights.length, got.flags]).toEqual([net.FDRESERVE + 3, net.MSG_CTRUNC]);
  });

  it("that are not open, or could pass descriptors themselves, are refused, and none is kept", () => {
    for (const type of types()) {
      const [a, b] = pair(type);
      const fd = toySocket();
      expect(pass(a, [fd, 20])).toBe(-net.EBADF);
      expect(pass(a, [fd, -1])).toBe(-net.EBADF);
      expect(pass(a, [fd, 256])).toBe(-net.EBADF);
      expect(pass(a, [fd, b])).toBe(-net.EINVAL);
      expect(pass(a, new Array(net.NOFILE + 1).fill(fd))).toBe(-net.EINVAL);
      for (const open of [fd, a, b]) sys.close(open);
      kernel.expectPoolsRestored();
    }
  });

  it("are refused, and not kept, when there is no room for them", () => {
    for (const type of types()) {
      const [a, b] = pair(type);
      const fd = toySocket();
      for (let left = net.MRESERVE; left < net.MRESERVE + 4; left++) {
        const restore = exhaustMbufs(net, left);
        const n = pass(a, [fd]);
        expect([4, -net.ENOBUFS]).toContain(n);
        if (n > 0) take(b).rights.map((copy) => sys.close(copy));
        restore();
      }
      let n = 4;
      while (n === 4) n = pass(a, [fd]);
      expect([-net.ENOBUFS, -net.EAGAIN]).toContain(n);
      for (const open of [fd, a, b]) sys.close(open);
      kernel.expectPoolsRestored();
    }
  });

  it("need a byte of data to go with on a stream", () => {
    const [a, b] = pair(net.SOCK_STREAM);
    expect(pass(a, [toySocket()], "")).toBe(-net.EINVAL);
    expect(sys.recv(b, 9, 0)).toBe(-net.EAGAIN);
  });
});
