import type { File, Fileops } from "../../../../firmware/net/kern/descrip";
import type { Net } from "../../../lib/kernel";
import { bootSockets, type SocketKernel } from "../../../lib/pools";

describe("descriptors", () => {
  let kernel: SocketKernel;
  let net: Net;
  let closed: File[];
  let ops: Fileops;
  const DTYPE_TEST = 9;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
    closed = [];
    ops = { fo_close: (fp) => closed.push(fp) && net.EIO, fo_poll: (_fp, events) => events & 5 };
  });

  afterEach(() => kernel.expectPoolsRestored());

  function open(): number {
    const fd = net.falloc(DTYPE_TEST, ops);
    if (fd >= 0) (net.getf(fd) as File).f_data = {};
    return fd;
  }

  it("are the lowest that are free", () => {
    expect([open(), open(), open()]).toEqual([1, 2, 3]);
    net.fdclose(2);
    net.fdclose(1);
    expect([open(), open(), open()]).toEqual([1, 2, 4]);
    for (const fd of [1, 2, 3, 4]) net.fdclose(fd);
  });

  it("are NOFILE for a program: EMFILE beyond", () => {
    for (let i = 1; i <= net.NOFILE; i++) expect(open()).toBe(i);
    expect(open()).toBe(-net.EMFILE);
    for (let i = 1; i <= net.NOFILE; i++) net.fdclose(i);
  });

  it("share NFILE files: ENFILE beyond", () => {
    const files: File[] = [];
    for (let i = 0; i < net.NFILE; i++) {
      const fd = open();
      const fp = net.getf(fd) as File;
      fp.f_count++;
      net.fdclose(fd);
      files.push(fp);
    }
    expect(open()).toBe(-net.ENFILE);
    expect(net.openfiles()).toBe(net.NFILE);
    for (const fp of files) net.closef(fp);
    expect(open()).toBe(1);
    net.fdclose(1);
  });

  it("close their file with the last of them, and tell what it says", () => {
    const fd = open();
    const fp = net.getf(fd) as File;
    fp.f_count++;
    const second = net.fdopen(fp);
    expect(net.getf(second)).toBe(fp);
    expect(net.fdclose(fd)).toBe(0);
    expect(closed).toEqual([]);
    expect(net.fdclose(second)).toBe(net.EIO);
    expect(closed.length).toBe(1);
    expect(fp.f_data as unknown).toBe("freed");
  });

  it("that never got their data close without a word", () => {
    const fd = net.falloc(DTYPE_TEST, ops);
    expect(net.fdclose(fd)).toBe(0);
    expect(closed).toEqual([]);
  });

  it("that are not open, or no numbers, are EBADF", () => {
    for (const wrong of [0, -1, 24, 0.5, Number.NaN, "x", null, undefined] as number[]) {
      expect(net.fdclose(wrong)).toBe(net.EBADF);
      expect(kernel.sys.close(wrong)).toBe(-net.EBADF);
      expect(net.poll(wrong, net.POLLIN)).toBe(-net.EBADF);
      expect(kernel.sys.send(wrong, "x", 0)).toBe(-net.EBADF);
    }
  });

  it("of another type are no sockets: ENOTSOCK for each call, but they can be polled and closed", () => {
    const { sys } = kernel;
    const fd = open();
    const nam = {};
    const answers = [
      sys.bind(fd, nam),
      sys.listen(fd, 1),
      sys.accept(fd, nam),
      sys.connect(fd, nam),
      sys.send(fd, "x", 0),
      sys.sendto(fd, "x", 0, nam),
      sys.recv(fd, 1, 0),
      sys.recvfrom(fd, 1, 0, nam),
      net.recvstring(fd, 1, 0, nam),
      net.sendmsg(fd, { msg_name: null, msg_data: "x", msg_rights: null, msg_flags: 0 }, 0),
      net.recvmsg(fd, { msg_name: null, msg_data: "", msg_rights: null, msg_flags: 0 }, 1, 0),
      sys.shutdown(fd, 0),
      sys.getsockname(fd, nam),
      sys.getpeername(fd, nam),
      sys.getsockopt(fd, net.SOL_SOCKET, net.SO_TYPE),
      sys.setsockopt(fd, net.SOL_SOCKET, net.SO_DEBUG, 1),
      sys.setupcall(fd, () => {}),
    ];
    expect(answers).toEqual(answers.map(() => -net.ENOTSOCK));
    expect(net.poll(fd, net.POLLIN)).toBe(net.POLLIN);
    expect(sys.close(fd)).toBe(-net.EIO);
  });
});
