import type { Socket } from "../../../../firmware/net/kern/socketvar";
import type { Net } from "../../../lib/kernel";
import { bootSockets, type SocketKernel } from "../../../lib/pools";
import { TOY_STREAM, type ToyDomain, toyDomain, toySocket } from "../../../lib/toy_domain";

describe("socket states", () => {
  let kernel: SocketKernel;
  let net: Net;
  let toy: ToyDomain;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
    toy = toyDomain(net);
    net.domain_add(toy);
    fds = 0;
  });

  afterEach(() => kernel.expectPoolsRestored());

  let fds: number;

  /** Has `func` called, as setupcall does with a descriptor's socket. */
  function upcall(so: Socket, func: () => void): void {
    net.upcalls[++fds] = func;
    net.sosetupcall(so, fds);
  }

  function socket(): Socket {
    return toySocket(net, TOY_STREAM);
  }

  function listener(backlog: number): Socket {
    const so = socket();
    expect(net.solisten(so, backlog)).toBe(0);
    return so;
  }

  it("go from connecting to connected to disconnecting to disconnected", () => {
    const so = socket();
    const { SS_ISCONNECTED, SS_ISCONNECTING, SS_ISDISCONNECTING, SS_CANTRCVMORE, SS_CANTSENDMORE } = net;
    net.soisconnecting(so);
    expect(so.so_state).toBe(SS_ISCONNECTING);
    net.soisconnected(so);
    expect(so.so_state).toBe(SS_ISCONNECTED);
    net.soisdisconnecting(so);
    expect(so.so_state).toBe(SS_ISCONNECTED | SS_ISDISCONNECTING | SS_CANTRCVMORE | SS_CANTSENDMORE);
    net.soisdisconnected(so);
    expect(so.so_state).toBe(SS_CANTRCVMORE | SS_CANTSENDMORE);
    net.soclose(so);
  });

  describe("listen queues", () => {
    it("take half-open connections, and hand on those that stand, oldest first", () => {
      const head = listener(5);
      const [a, b, c] = [0, 0, 0].map(() => net.sonewconn(head, 0) as Socket);
      expect([head.so_q0len, head.so_qlen]).toEqual([3, 0]);
      net.soisconnected(b);
      net.soisconnected(a);
      expect([head.so_q0len, head.so_qlen]).toEqual([1, 2]);
      expect([head.so_q, b.so_qnext, a.so_qnext]).toEqual([b, a, null]);
      expect([head.so_q0, c.so_qnext]).toEqual([c, null]);
      expect(net.soreadable(head)).toBe(true);
      net.soclose(head);
    });

    it("inherit options, buffers and low water marks, but not that they listen", () => {
      const head = listener(5);
      net.sosetopt(head, net.SOL_SOCKET, net.SO_KEEPALIVE, 1);
      net.sosetopt(head, net.SOL_SOCKET, net.SO_LINGER, 7);
      net.sosetopt(head, net.SOL_SOCKET, net.SO_RCVBUF, 500);
      net.sosetopt(head, net.SOL_SOCKET, net.SO_RCVLOWAT, 20);
      const so = net.sonewconn(head, net.SS_ISCONNECTED) as Socket;
      expect(so.so_options).toBe(net.SO_KEEPALIVE | net.SO_LINGER);
      expect([so.so_linger, so.so_rcv.sb_hiwat, so.so_rcv.sb_lowat, so.so_snd.sb_hiwat]).toEqual([7, 500, 20, 2000]);
      expect(head.so_q).toBe(so);
      expect(so.so_state & net.SS_ISCONNECTED).toBe(net.SS_ISCONNECTED);
      net.soclose(head);
    });

    it("hold half as many again as the backlog says", () => {
      for (const [backlog, room] of [
        [0, 1],
        [1, 2],
        [4, 7],
        [8, 13],
      ]) {
        const head = listener(backlog);
        let n = 0;
        while (net.sonewconn(head, n % 2 ? net.SS_ISCONNECTED : 0)) n++;
        expect(n).toBe(room);
        net.soclose(head);
        kernel.expectPoolsRestored();
      }
    });

    it("take nothing when the protocol cannot attach", () => {
      const head = listener(5);
      toy.error = net.ENOBUFS;
      expect(net.sonewconn(head, 0)).toBeNull();
      expect([head.so_q0len, head.so_q0]).toEqual([0, null]);
      net.soclose(head);
    });

    it("lose a connection that its protocol gives up", () => {
      const head = listener(5);
      const [a, b, c] = [0, 0, 0].map(() => net.sonewconn(head, 0) as Socket);
      net.soisconnected(c);
      net.soabort(b);
      expect([head.so_q0, a.so_qnext, head.so_q0len]).toEqual([a, null, 1]);
      net.soabort(c);
      expect([head.so_q, head.so_qlen]).toEqual([null, 0]);
      net.soabort(a);
      expect(net.numopensockets()).toBe(1);
      net.soclose(head);
    });

    it("are aborted with their listener, and are no more", () => {
      const head = listener(5);
      const half = net.sonewconn(head, 0) as Socket;
      const whole = net.sonewconn(head, net.SS_ISCONNECTED) as Socket;
      toy.asked = [];
      net.soclose(head);
      expect(toy.asked).toEqual(["abort", "abort", "detach"]);
      for (const so of [half, whole]) expect(so.so_head as unknown).toBe("freed");
    });
  });

  describe("upcalls", () => {
    it("come once for many changes, in a turn of their own, in the order of the first change", () => {
      const called: string[] = [];
      const a = socket();
      const b = socket();
      upcall(a, () => called.push("a"));
      upcall(b, () => called.push("b"));
      for (const so of [b, a, b, a]) {
        net.sorwakeup(so);
        net.sowwakeup(so);
      }
      expect(called).toEqual([]);
      kernel.clock.runFor(1e6);
      expect(called).toEqual(["b", "a"]);
      kernel.clock.runFor(1e9);
      expect(called.length).toBe(2);
      net.soclose(a);
      net.soclose(b);
    });

    it("that cause changes are called again in the next turn, and others get theirs between", () => {
      const called: string[] = [];
      const a = socket();
      const b = socket();
      const note = (name: string) => {
        called.push(name);
        if (called.length < 5) net.sorwakeup(name === "a" ? a : b);
      };
      upcall(a, () => note("a"));
      upcall(b, () => note("b"));
      net.sorwakeup(a);
      net.sorwakeup(b);
      kernel.clock.runFor(1e9);
      expect(called.join("")).toBe("ababab");
      net.soclose(a);
      net.soclose(b);
    });

    it("that throw are reported and do not keep the others from theirs", () => {
      const called: string[] = [];
      const a = socket();
      const b = socket();
      upcall(a, () => {
        throw new Error("a program's mistake");
      });
      upcall(b, () => called.push("b"));
      net.turn_init((broken) => net.so_mend([a, b], broken));
      net.sorwakeup(a);
      net.sorwakeup(b);
      kernel.clock.runFor(1e9);
      expect(called).toEqual(["b"]);
      expect(kernel.printed).toEqual(["upcall: Error: a program's mistake"]);
      net.soclose(a);
      net.soclose(b);
    });

    it("do not come to a socket that was closed meanwhile, not even by another's upcall", () => {
      const called: string[] = [];
      const a = socket();
      const b = socket();
      const c = socket();
      upcall(a, () => net.soclose(b));
      upcall(b, () => called.push("b"));
      upcall(c, () => called.push("c"));
      for (const so of [c, a, b]) net.sorwakeup(so);
      net.soclose(c);
      kernel.clock.runFor(1e9);
      expect(called).toEqual([]);
      net.soclose(a);
    });

    it("do not come when nobody asked for them", () => {
      const so = socket();
      net.sorwakeup(so);
      expect(kernel.clock.nextEventTime()).toBeGreaterThan(60e9);
      net.soclose(so);
    });

    it("come to a listener when a connection can be accepted", () => {
      const called: string[] = [];
      const head = listener(1);
      upcall(head, () => called.push("head"));
      const so = net.sonewconn(head, 0) as Socket;
      kernel.clock.runFor(1e9);
      expect(called).toEqual([]);
      net.soisconnected(so);
      kernel.clock.runFor(1e9);
      expect(called).toEqual(["head"]);
      net.soclose(head);
    });

    it("tell of data, of room, and of either end", () => {
      let calls = 0;
      const so = socket();
      upcall(so, () => calls++);
      const changes = [
        net.soisconnected,
        net.socantrcvmore,
        net.socantsendmore,
        net.soisdisconnecting,
        net.soisdisconnected,
      ];
      changes.forEach((change, i) => {
        change(so);
        kernel.clock.runFor(1e6);
        expect(calls).toBe(i + 1);
      });
      net.soclose(so);
    });
  });
});
