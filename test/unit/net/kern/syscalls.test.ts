import type { Socket } from "../../../../firmware/net/kern/socketvar";
import type { Net } from "../../../lib/kernel";
import { arenaMbuf, bootSockets, type SocketKernel, text } from "../../../lib/pools";
import { AF_TOY, TOY_BARE, TOY_DGRAM, TOY_STREAM, type ToyDomain, toyDomain } from "../../../lib/toy_domain";

describe("system calls", () => {
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

  /** A socket, and what the kernel knows of it. */
  function open(type: number): [number, Socket] {
    const fd = sys.socket(AF_TOY, type, 0);
    return [fd, toy.sockets[toy.sockets.length - 1]];
  }

  describe("socket", () => {
    it("answers the lowest free descriptor, of which the first is 1", () => {
      expect(sys.socket(AF_TOY, TOY_STREAM, 0)).toBe(1);
      expect(sys.socket(AF_TOY, TOY_STREAM, 11)).toBe(2);
    });

    it("leaves some descriptors to the stack itself: EMFILE for a program, not for a library", () => {
      for (let i = 0; i < net.NOFILE - net.FDRESERVE; i++) expect(sys.socket(AF_TOY, TOY_STREAM, 0)).toBe(i + 1);
      expect(sys.socket(AF_TOY, TOY_STREAM, 0)).toBe(-net.EMFILE);
      for (let i = 0; i < net.FDRESERVE; i++) expect(net.socket(AF_TOY, TOY_STREAM, 0)).toBeGreaterThan(0);
      expect(sys.socket(AF_TOY, TOY_STREAM, 0)).toBe(-net.EMFILE);
    });

    it("says what it does not know: family, type, protocol", () => {
      expect(sys.socket(98, TOY_STREAM, 0)).toBe(-net.EAFNOSUPPORT);
      expect(sys.socket(AF_TOY, 77, 0)).toBe(-net.EPROTOTYPE);
      expect(sys.socket(AF_TOY, TOY_STREAM, 12)).toBe(-net.EPROTONOSUPPORT);
    });

    it("passes on what the protocol says, and keeps nothing", () => {
      toy.error = net.ENOBUFS;
      expect(sys.socket(AF_TOY, TOY_STREAM, 0)).toBe(-net.ENOBUFS);
      kernel.expectPoolsRestored();
    });

    it("is EMFILE when the program has all descriptors, before a protocol is asked", () => {
      for (let i = 0; i < net.NOFILE; i++) sys.socket(AF_TOY, TOY_STREAM, 0);
      toy.asked = [];
      expect(sys.socket(AF_TOY, TOY_STREAM, 0)).toBe(-net.EMFILE);
      expect(toy.asked).toEqual([]);
    });
  });

  describe("bind, getsockname and getpeername", () => {
    it("go to the protocol with the program's address", () => {
      const [fd, so] = open(TOY_STREAM);
      const nam = {};
      expect(sys.bind(fd, {})).toBe(0);
      toy.error = net.EADDRINUSE;
      expect(sys.bind(fd, {})).toBe(-net.EADDRINUSE);
      expect(sys.getsockname(fd, nam)).toBe(0);
      expect(nam).toEqual({ toy: "sockaddr" });
      net.soisconnected(so);
      expect(sys.getpeername(fd, nam)).toBe(0);
      expect(nam).toEqual({ toy: "peeraddr" });
    });

    it("say EINVAL without an address, and ENOTCONN without a peer", () => {
      const [fd] = open(TOY_STREAM);
      expect(sys.bind(fd, null as never)).toBe(-net.EINVAL);
      expect(sys.getpeername(fd, {})).toBe(-net.ENOTCONN);
    });
  });

  describe("listen and accept", () => {
    it("answer the connection that has waited longest, with its peer's address", () => {
      const [fd, head] = open(TOY_STREAM);
      expect(sys.accept(fd, null)).toBe(-net.EINVAL);
      expect(sys.listen(fd, 2)).toBe(0);
      expect(sys.accept(fd, null)).toBe(-net.EAGAIN);
      const first = net.sonewconn(head, net.SS_ISCONNECTED) as Socket;
      const second = net.sonewconn(head, net.SS_ISCONNECTED);
      const nam = {};
      expect(sys.accept(fd, nam)).toBe(2);
      expect(nam).toEqual({ toy: "accept" });
      expect([net.getsock(2), first.so_head, first.so_state]).toEqual([first, null, net.SS_ISCONNECTED]);
      expect(sys.accept(fd, null)).toBe(3);
      expect(net.getsock(3)).toBe(second);
      expect(sys.accept(fd, null)).toBe(-net.EAGAIN);
    });

    it("tell a listener's error once, and ECONNABORTED when no more will come", () => {
      const [fd, head] = open(TOY_STREAM);
      sys.listen(fd, 2);
      head.so_error = net.ENETDOWN;
      expect(sys.accept(fd, null)).toBe(-net.ENETDOWN);
      net.socantrcvmore(head);
      expect(sys.accept(fd, null)).toBe(-net.ECONNABORTED);
    });

    it("leave a connection in the queue when there is no descriptor for it", () => {
      const [fd, head] = open(TOY_STREAM);
      sys.listen(fd, 2);
      net.sonewconn(head, net.SS_ISCONNECTED);
      while (sys.socket(AF_TOY, TOY_STREAM, 0) >= 0);
      expect(sys.accept(fd, null)).toBe(-net.EMFILE);
      expect(head.so_qlen).toBe(1);
      sys.close(7);
      expect(sys.accept(fd, null)).toBe(7);
    });

    it("close a connection that its protocol does not let be accepted", () => {
      const [fd, head] = open(TOY_STREAM);
      sys.listen(fd, 2);
      net.sonewconn(head, net.SS_ISCONNECTED);
      toy.error = net.ECONNABORTED;
      expect(sys.accept(fd, null)).toBe(-net.ECONNABORTED);
      expect([net.openfiles(), net.numopensockets()]).toEqual([1, 1]);
    });

    it("are refused on a socket that is connected, or of a protocol that cannot", () => {
      const [fd, so] = open(TOY_STREAM);
      net.soisconnecting(so);
      expect(sys.listen(fd, 1)).toBe(-net.EINVAL);
      expect(sys.listen(open(TOY_BARE)[0], 1)).toBe(-net.EOPNOTSUPP);
    });

    it("keep the backlog between 0 and SOMAXCONN", () => {
      const [fd, so] = open(TOY_STREAM);
      for (const [backlog, limit] of [
        [-5, 0],
        [0, 0],
        [3, 3],
        [1000, net.SOMAXCONN],
      ]) {
        expect(sys.listen(fd, backlog)).toBe(0);
        expect(so.so_qlimit).toBe(limit);
      }
    });
  });

  describe("connect", () => {
    const nam = {};

    it("is EINPROGRESS, then EALREADY, then EISCONN", () => {
      const [fd, so] = open(TOY_STREAM);
      net.soisconnecting(so);
      expect(sys.connect(fd, nam)).toBe(-net.EALREADY);
      so.so_state = 0;
      const { pr_usrreq } = so.so_proto;
      so.so_proto.pr_usrreq = (...args) => {
        if (args[1] === net.PRU_CONNECT) net.soisconnecting(so);
        return pr_usrreq(...args);
      };
      expect(sys.connect(fd, nam)).toBe(-net.EINPROGRESS);
      net.soisconnected(so);
      expect(sys.connect(fd, nam)).toBe(-net.EISCONN);
    });

    it("that fails at once says why", () => {
      const [fd, so] = open(TOY_STREAM);
      toy.error = net.ENETUNREACH;
      expect(sys.connect(fd, nam)).toBe(-net.ENETUNREACH);
      const { pr_usrreq } = so.so_proto;
      so.so_proto.pr_usrreq = (...args) => {
        if (args[1] === net.PRU_CONNECT) so.so_error = net.ECONNREFUSED;
        return pr_usrreq(...args);
      };
      expect(sys.connect(fd, nam)).toBe(-net.ECONNREFUSED);
      expect(sys.getsockopt(fd, net.SOL_SOCKET, net.SO_ERROR)).toBe(0);
      expect(sys.connect(fd, null as never)).toBe(-net.EINVAL);
    });

    it("moves a datagram socket to another peer", () => {
      const [fd, so] = open(TOY_DGRAM);
      expect(sys.connect(fd, nam)).toBe(0);
      net.soisconnected(so);
      so.so_error = net.ECONNREFUSED;
      toy.asked = [];
      expect(sys.connect(fd, nam)).toBe(0);
      expect(toy.asked).toEqual(["disconnect", "connect"]);
      expect(so.so_error).toBe(0);
    });

    it("is EOPNOTSUPP on a listener", () => {
      const [fd] = open(TOY_STREAM);
      sys.listen(fd, 1);
      expect(sys.connect(fd, nam)).toBe(-net.EOPNOTSUPP);
    });
  });

  describe("shutdown", () => {
    it("of reading throws away what came; of writing is the protocol's", () => {
      const [fd, so] = open(TOY_STREAM);
      net.soisconnected(so);
      net.sbappend(so.so_rcv, arenaMbuf(net, "data"));
      toy.asked = [];
      expect(sys.shutdown(fd, net.SHUT_RD)).toBe(0);
      expect(text(sys.recv(fd, 10, 0))).toBe("");
      expect(toy.asked).toEqual([]);
      expect(sys.shutdown(fd, net.SHUT_WR)).toBe(0);
      expect(sys.shutdown(fd, net.SHUT_RDWR)).toBe(0);
      expect(toy.asked).toEqual(["shutdown", "shutdown"]);
    });

    it("is ENOTCONN without a connection, and EINVAL for any other direction", () => {
      const [fd, so] = open(TOY_STREAM);
      expect(sys.shutdown(fd, net.SHUT_WR)).toBe(-net.ENOTCONN);
      net.soisconnected(so);
      for (const how of [-1, 3, Number.NaN]) expect(sys.shutdown(fd, how)).toBe(-net.EINVAL);
    });
  });

  describe("close", () => {
    it("disconnects, detaches, and frees what waits in the buffers", () => {
      const [fd, so] = open(TOY_STREAM);
      net.soisconnected(so);
      net.sbappend(so.so_rcv, arenaMbuf(net, "data"));
      net.sbappend(so.so_snd, arenaMbuf(net, "data"));
      toy.asked = [];
      expect(sys.close(fd)).toBe(0);
      expect(toy.asked).toEqual(["disconnect", "detach"]);
      expect(sys.close(fd)).toBe(-net.EBADF);
    });

    it("leaves a socket to its protocol until that has done with it", () => {
      const [fd, so] = open(TOY_STREAM);
      let calls = 0;
      sys.setupcall(fd, () => calls++);
      net.sbappend(so.so_snd, arenaMbuf(net, "unsent"));
      const { pr_usrreq } = so.so_proto;
      so.so_proto.pr_usrreq = (...args) => (args[1] === net.PRU_DETACH ? 0 : pr_usrreq(...args));
      expect(sys.close(fd)).toBe(0);
      expect(net.numopensockets()).toBe(1);
      expect(so.so_snd.sb_cc).toBe(6);
      net.soisdisconnected(so);
      kernel.clock.runFor(1e9);
      expect(calls).toBe(0);
      so.so_pcb = null;
      net.sofree(so);
      expect(net.numopensockets()).toBe(0);
    });

    it("does not disconnect what is disconnecting", () => {
      const [fd, so] = open(TOY_STREAM);
      net.soisconnected(so);
      net.soisdisconnecting(so);
      toy.asked = [];
      sys.close(fd);
      expect(toy.asked).toEqual(["detach"]);
    });
  });

  describe("poll", () => {
    const both = 1 | 4;

    it("tells what can be read and written", () => {
      const [fd, so] = open(TOY_STREAM);
      expect(net.poll(fd, both)).toBe(0);
      net.soisconnected(so);
      expect(net.poll(fd, both)).toBe(net.POLLOUT);
      net.sbappend(so.so_rcv, arenaMbuf(net, "data"));
      expect(net.poll(fd, both)).toBe(net.POLLIN | net.POLLOUT);
      expect(net.poll(fd, net.POLLIN)).toBe(net.POLLIN);
      net.sbreserve(so.so_snd, 10);
      net.sbappend(so.so_snd, arenaMbuf(net, "data"));
      expect(net.poll(fd, both)).toBe(net.POLLIN);
    });

    it("tells a hang-up only when both directions have ended", () => {
      for (const end of [net.socantrcvmore, net.socantsendmore]) {
        const [fd, so] = open(TOY_STREAM);
        end(so);
        expect(net.poll(fd, 0)).toBe(0);
      }
    });

    it("tells an error and a hang-up unasked", () => {
      const [fd, so] = open(TOY_STREAM);
      net.soisdisconnected(so);
      so.so_error = net.ECONNRESET;
      expect(net.poll(fd, 0)).toBe(net.POLLERR | net.POLLHUP);
      expect(net.poll(fd, both)).toBe(net.POLLIN | net.POLLOUT | net.POLLERR | net.POLLHUP);
    });

    it("lets a datagram socket write without a connection", () => {
      expect(net.poll(open(TOY_DGRAM)[0], both)).toBe(net.POLLOUT);
    });
  });

  describe("setupcall", () => {
    it("has a function called with the descriptor, from a turn of its own", () => {
      const [fd, so] = open(TOY_STREAM);
      const called: number[] = [];
      expect(sys.setupcall(fd, (n) => called.push(n))).toBe(0);
      kernel.clock.runFor(1e9);
      expect(called).toEqual([]);
      net.soisconnected(so);
      expect(called).toEqual([]);
      kernel.clock.runFor(1e9);
      expect(called).toEqual([fd]);
    });

    it("calls soon when something was there before", () => {
      const [fd, so] = open(TOY_STREAM);
      net.sbappend(so.so_rcv, arenaMbuf(net, "data"));
      const called: number[] = [];
      sys.setupcall(fd, (n) => called.push(n));
      kernel.clock.runFor(1e9);
      expect(called).toEqual([fd]);
    });

    it("of null ends it, also for a call that is on its way", () => {
      const [fd, so] = open(TOY_STREAM);
      const called: number[] = [];
      sys.setupcall(fd, (n) => called.push(n));
      net.soisconnected(so);
      expect(sys.setupcall(fd, null)).toBe(0);
      kernel.clock.runFor(1e9);
      expect(called).toEqual([]);
    });
  });

  it("socketpair is EOPNOTSUPP where the protocol cannot, and keeps nothing", () => {
    expect(net.socketpair(AF_TOY, TOY_BARE, 0, [])).toBe(-net.EOPNOTSUPP);
    expect(net.socketpair(98, TOY_BARE, 0, [])).toBe(-net.EAFNOSUPPORT);
    kernel.expectPoolsRestored();
    for (let i = 1; i < net.NOFILE; i++) net.socket(AF_TOY, TOY_STREAM, 0);
    expect(net.socketpair(AF_TOY, TOY_STREAM, 0, [])).toBe(-net.EMFILE);
    expect(net.openfiles()).toBe(net.NOFILE - 1);
  });

  it("sendmsg passes no descriptors through a protocol that does not know how", () => {
    const [fd, so] = open(TOY_STREAM);
    net.soisconnected(so);
    const msg = { msg_name: null, msg_data: "x", msg_rights: [fd], msg_flags: 0 };
    expect(net.sendmsg(fd, msg, 0)).toBe(-net.EOPNOTSUPP);
    expect(net.sendmsg(fd, { ...msg, msg_rights: [] }, 0)).toBe(1);
  });

  it("answer 0, never -0, for success", () => {
    const [fd, so] = open(TOY_STREAM);
    net.soisconnected(so);
    const zeros = [
      sys.bind(fd, {}),
      sys.shutdown(fd, 1),
      sys.setsockopt(fd, net.SOL_SOCKET, net.SO_DEBUG, 1),
      sys.getsockname(fd, {}),
      sys.getpeername(fd, {}),
      sys.getsockopt(fd, net.SOL_SOCKET, net.SO_ERROR),
      sys.close(fd),
      sys.listen(open(TOY_STREAM)[0], 1),
      sys.connect(open(TOY_STREAM)[0], {}),
    ];
    for (const zero of zeros) expect(Object.is(zero, 0)).toBe(true);
  });
});
