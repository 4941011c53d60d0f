import { Random } from "../../../../host-sim/random";
import type { Net } from "../../../lib/kernel";
import { bootSockets, exhaustMbufs, pattern, type SocketKernel, text } from "../../../lib/pools";

describe("PF_UNIX streams", () => {
  let kernel: SocketKernel;
  let net: Net;
  let sys: Net["net"];

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
    sys = kernel.sys;
  });

  afterEach(() => {
    for (let fd = 1; fd <= net.NOFILE; fd++) sys.close(fd);
    kernel.expectPoolsRestored();
  });

  const name = (path: string) => ({ sun_family: 1, sun_path: path });
  const stream = () => sys.socket(net.AF_UNIX, net.SOCK_STREAM, 0);
  const error = (fd: number) => sys.getsockopt(fd, net.SOL_SOCKET, net.SO_ERROR);

  function pair(): [number, number] {
    const sv: number[] = [];
    expect(net.socketpair(net.AF_UNIX, net.SOCK_STREAM, 0, sv)).toBe(0);
    return sv as [number, number];
  }

  function listener(path: string, backlog = 3): number {
    const fd = stream();
    expect(sys.bind(fd, name(path))).toBe(0);
    expect(sys.listen(fd, backlog)).toBe(0);
    return fd;
  }

  function readAll(fd: number): string {
    let got = "";
    for (;;) {
      const piece = sys.recv(fd, 1000, 0);
      if (typeof piece === "number" || !piece.length) return got;
      got += text(piece);
    }
  }

  it("connect by name, and each end knows the names of both", () => {
    const server = listener("/tmp/server");
    const client = stream();
    expect(sys.bind(client, name("/tmp/client"))).toBe(0);
    expect(sys.connect(client, name("/tmp/server"))).toBe(0);
    expect(net.poll(server, net.POLLIN)).toBe(net.POLLIN);
    const peer = {};
    const accepted = sys.accept(server, peer);
    expect(peer).toEqual(name("/tmp/client"));
    const names = [client, accepted].map((fd) => {
      const own = {};
      const other = {};
      expect([sys.getsockname(fd, own), sys.getpeername(fd, other)]).toEqual([0, 0]);
      return [own, other];
    });
    expect(names[0]).toEqual([name("/tmp/client"), name("/tmp/server")]);
    expect(names[1]).toEqual([name("/tmp/server"), name("/tmp/client")]);
  });

  it("carry bytes both ways before accept and after", () => {
    const server = listener("/s");
    const client = stream();
    sys.connect(client, name("/s"));
    expect(sys.send(client, "early ", 0)).toBe(6);
    const accepted = sys.accept(server, null);
    sys.send(client, "late", 0);
    expect(text(sys.recv(accepted, 100, 0))).toBe("early late");
    sys.send(accepted, net.string_bytes("answer"), 0);
    expect(net.recvstring(client, 100, 0, null)).toBe("answer");
    expect(sys.recv(client, 100, 0)).toBe(-net.EAGAIN);
  });

  it("are refused where nobody has the name, nobody listens, the queue is full, or the type differs", () => {
    const client = stream();
    expect(sys.connect(client, name("/none"))).toBe(-net.ENOENT);
    const bound = stream();
    sys.bind(bound, name("/bound"));
    expect(sys.connect(client, name("/bound"))).toBe(-net.ECONNREFUSED);
    const dgram = sys.socket(net.AF_UNIX, net.SOCK_DGRAM, 0);
    expect(sys.connect(dgram, name("/bound"))).toBe(-net.EPROTOTYPE);
    sys.listen(bound, 1);
    for (let i = 0; i < 2; i++) expect(sys.connect(stream(), name("/bound"))).toBe(0);
    expect(sys.connect(client, name("/bound"))).toBe(-net.ECONNREFUSED);
    sys.accept(bound, null);
    expect(sys.connect(client, name("/bound"))).toBe(0);
    expect(sys.connect(client, name("/bound"))).toBe(-net.EISCONN);
  });

  it("take no address that is not one", () => {
    const fd = stream();
    const wrong = [
      name(""),
      name("x".repeat(105)),
      { sun_family: 2, sun_path: "/x" },
      {},
      { sun_family: 1, sun_path: 5 },
    ];
    for (const nam of wrong) {
      expect(sys.bind(fd, nam)).toBe(-net.EINVAL);
      expect(sys.connect(fd, nam)).toBe(-net.EINVAL);
    }
    expect(sys.bind(fd, name("x".repeat(104)))).toBe(0);
  });

  it("give a name to one socket at a time, and back when it is closed", () => {
    const a = stream();
    const b = stream();
    sys.bind(a, name("/n"));
    expect(sys.bind(a, name("/m"))).toBe(-net.EINVAL);
    expect(sys.bind(b, name("/n"))).toBe(-net.EADDRINUSE);
    sys.close(a);
    expect(sys.bind(b, name("/n"))).toBe(0);
  });

  it("listen only with a name, and are not connected then", () => {
    const fd = stream();
    expect(sys.listen(fd, 1)).toBe(-net.EDESTADDRREQ);
    listener("/l");
    sys.connect(fd, name("/l"));
    expect(sys.listen(fd, 1)).toBe(-net.EINVAL);
  });

  it("hold the sender back until the receiver has read", () => {
    const [a, b] = pair();
    let sent = 0;
    for (let n = 1; n > 0; ) {
      n = sys.send(a, pattern(700, sent), 0);
      if (n > 0) sent += n;
    }
    expect(sys.send(a, "x".repeat(700), 0)).toBe(-net.EAGAIN);
    expect(net.poll(a, net.POLLOUT)).toBe(0);
    let called = 0;
    sys.setupcall(a, () => called++);
    let got = "";
    while (net.poll(b, net.POLLIN)) got += net.recvstring(b, 500, 0, null);
    expect(got.length).toBe(sent);
    kernel.clock.runFor(1e6);
    expect(called).toBe(1);
    expect(net.poll(a, net.POLLOUT)).toBe(net.POLLOUT);
    expect(sys.getsockopt(a, net.SOL_SOCKET, net.SO_SNDBUF)).toBe(4096);
  });

  it("end with what was sent before, then the end of file; writing is EPIPE", () => {
    const [a, b] = pair();
    sys.send(a, "last words", 0);
    sys.close(a);
    expect(net.poll(b, net.POLLIN)).toBe(net.POLLIN | net.POLLHUP);
    expect(sys.send(b, "x", 0)).toBe(-net.EPIPE);
    expect(text(sys.recv(b, 100, 0))).toBe("last words");
    expect(text(sys.recv(b, 100, 0))).toBe("");
    expect(net.recvstring(b, 100, 0, null)).toBe("");
    expect(sys.getpeername(b, {})).toBe(-net.ENOTCONN);
  });

  it("shut down one way and go on the other", () => {
    const [a, b] = pair();
    sys.send(a, "data", 0);
    expect(sys.shutdown(a, net.SHUT_WR)).toBe(0);
    expect(sys.send(a, "x", 0)).toBe(-net.EPIPE);
    expect(readAll(b)).toBe("data");
    expect(text(sys.recv(b, 9, 0))).toBe("");
    expect(sys.send(b, "back", 0)).toBe(4);
    expect(text(sys.recv(a, 9, 0))).toBe("back");
    expect(sys.shutdown(a, net.SHUT_RD)).toBe(0);
    expect(sys.send(b, "x", 0)).toBe(-net.EPIPE);
  });

  it("that wait to be accepted are reset when the listener is closed", () => {
    const server = listener("/s");
    const client = stream();
    sys.connect(client, name("/s"));
    sys.send(client, "unheard", 0);
    let called = 0;
    sys.setupcall(client, () => called++);
    sys.close(server);
    kernel.clock.runFor(1e6);
    expect(called).toBe(1);
    expect(error(client)).toBe(net.ECONNRESET);
    expect(sys.send(client, "x", 0)).toBe(-net.EPIPE);
    expect(sys.connect(stream(), name("/s"))).toBe(-net.ENOENT);
  });

  it("can be accepted after their peer has gone", () => {
    const server = listener("/s");
    const client = stream();
    sys.connect(client, name("/s"));
    sys.send(client, "bye", 0);
    sys.close(client);
    const peer = {};
    const accepted = sys.accept(server, peer);
    expect(peer).toEqual(name(""));
    expect(readAll(accepted)).toBe("bye");
    expect(sys.send(accepted, "x", 0)).toBe(-net.EPIPE);
  });

  it("send no urgent data, and a part when that is all the pool has", () => {
    const [a, b] = pair();
    expect(sys.send(a, "x", net.MSG_OOB)).toBe(-net.EOPNOTSUPP);
    expect(sys.recv(b, 1, net.MSG_OOB)).toBe(-net.EOPNOTSUPP);
    const restore = exhaustMbufs(net, (net.MRESERVE >> 1) + 1);
    expect(sys.send(a, pattern(3000), 0)).toBe(net.MCLBYTES);
    expect(sys.send(a, pattern(3000), 0)).toBe(-net.ENOBUFS);
    restore();
    expect(readAll(b)).toBe(pattern(net.MCLBYTES));
  });

  it("do not let the receiver write into the sender's string", () => {
    const [a, b] = pair();
    const s = "s".repeat(500);
    const sent = net.string_bytes(s);
    sys.send(a, s, 0);
    const got = sys.recv(b, 500, 0) as Uint8Array;
    expect(got.buffer).not.toBe(sent.buffer);
    const m = net.getsock(b)?.so_rcv.sb_mb;
    expect(m).toBeNull();
  });

  it("wake a program up by its upcall, which may read and write there and then", () => {
    const [a, b] = pair();
    const echoed: string[] = [];
    sys.setupcall(b, (fd) => {
      const got = net.recvstring(fd, 100, 0, null);
      if (typeof got === "string") sys.send(fd, got.toUpperCase(), 0);
    });
    sys.setupcall(a, (fd) => {
      const got = net.recvstring(fd, 100, 0, null);
      if (typeof got === "string") echoed.push(got);
    });
    for (const word of ["one", "two"]) {
      sys.send(a, word, 0);
      kernel.clock.runFor(1e9);
    }
    expect(echoed).toEqual(["ONE", "TWO"]);
  });

  it("lose and add no byte, whatever is sent and read in whatever pieces, with the pool near its end", () => {
    const random = new Random(42);
    const ends = [pair(), pair()].flatMap(([a, b]) => [
      { from: a, to: b, sent: 0, got: 0 },
      { from: b, to: a, sent: 0, got: 0 },
    ]);
    let taken = exhaustMbufs(net, 14);
    for (let i = 0; i < 8000; i++) {
      const end = ends[random.below(ends.length)];
      if (random.chance(0.5)) {
        const data = pattern(random.below(random.chance(0.2) ? 2500 : 150), end.sent);
        const n = sys.send(end.from, random.chance(0.5) ? data : net.string_bytes(data), 0);
        if (n >= 0) end.sent += n;
        else expect([-net.EAGAIN, -net.ENOBUFS]).toContain(n);
      } else {
        const len = 1 + random.below(2000);
        const got = random.chance(0.5) ? sys.recv(end.to, len, 0) : net.recvstring(end.to, len, 0, null);
        if (typeof got === "number") expect([got, end.got]).toEqual([-net.EAGAIN, end.sent]);
        else {
          expect(text(got)).toBe(pattern(got.length, end.got));
          end.got += got.length;
        }
      }
      if (i % 1000 === 999) {
        taken();
        taken = exhaustMbufs(net, 10 + random.below(20));
      }
    }
    taken();
    expect(ends.every((end) => end.sent > 10000)).toBe(true);
  });
});
