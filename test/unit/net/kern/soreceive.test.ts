import type { Mbuf } from "../../../../firmware/net/kern/mbuf";
import type { Socket } from "../../../../firmware/net/kern/socketvar";
import type { Uio } from "../../../../firmware/net/kern/soreceive";
import { Random } from "../../../../host-sim/random";
import { javascriptOnly } from "../../../lib/javascript_only";
import type { Net } from "../../../lib/kernel";
import {
  arenaMbuf,
  bootSockets,
  clusterMbuf,
  exhaustMbufs,
  packetOf,
  pattern,
  type SocketKernel,
  text,
} from "../../../lib/pools";
import { TOY_DGRAM, TOY_STREAM, type ToyDomain, toyDomain, toySocket } from "../../../lib/toy_domain";

describe("soreceive", () => {
  let kernel: SocketKernel;
  let net: Net;
  let toy: ToyDomain;
  let so: Socket;
  let uio: Uio;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
    toy = toyDomain(net);
    net.domain_add(toy);
    uio = { uio_m: null, uio_off: 0, uio_flags: 0, uio_control: null };
  });

  afterEach(() => {
    net.soclose(so);
    kernel.expectPoolsRestored();
  });

  function create(type: number): void {
    so = toySocket(net, type);
    if (type === TOY_STREAM) net.soisconnected(so);
  }

  function array(len: number, flags = 0, nam: object | null = null) {
    return net.recvit(so, nam, uio, null, len, flags, net.UIO_ARRAY);
  }

  function string(len: number, flags = 0) {
    return net.recvit(so, null, uio, null, len, flags, net.UIO_STRING);
  }

  describe("of a message", () => {
    beforeEach(() => create(TOY_DGRAM));

    /** A datagram from address `from`, its data in pieces. */
    function arrives(from: number, ...data: Mbuf[]): void {
      const address = arenaMbuf(net, `\x02${String.fromCharCode(from)}`, 60);
      expect(net.sbappendaddr(so.so_rcv, packetOf(net, address, ...data), null)).toBe(true);
    }

    it("tells the sender and the data, without the address", () => {
      const nam = {};
      const m = packetOf(net, arenaMbuf(net, "\x02\x07data", 30));
      net.sbappendaddr(so.so_rcv, m, null);
      arrives(8, clusterMbuf(net, "other", 42));
      expect(text(array(100, 0, nam))).toBe("data");
      expect(nam).toEqual({ toy: 7 });
      expect(text(array(100, 0, nam))).toBe("other");
      expect(nam).toEqual({ toy: 8 });
      expect(array(100)).toBe(-net.EAGAIN);
    });

    it("gives any mixture of mbufs in one piece, as an array or as a string", () => {
      const random = new Random(5);
      net.sbreserve(so.so_rcv, 3000);
      for (let i = 0; i < 300; i++) {
        const pieces = [0, 0, 0].slice(random.below(3)).map(() => pattern(random.below(70), random.below(1000)));
        const mbufs = pieces.map((s) => (random.chance(0.5) ? clusterMbuf(net, s, 9) : arenaMbuf(net, s, 9)));
        arrives(1, ...mbufs);
        const peeked = random.chance(0.5) ? text(array(500, net.MSG_PEEK)) : pieces.join("");
        expect(peeked).toBe(pieces.join(""));
        expect(text(random.chance(0.5) ? array(500) : string(500))).toBe(pieces.join(""));
      }
    });

    it("puts together what stands behind the address in its mbuf, and in others", () => {
      for (const take of [string, array]) {
        const m = packetOf(
          net,
          arenaMbuf(net, "\x02\x07one ", 30),
          clusterMbuf(net, "two ", 3),
          arenaMbuf(net, "three"),
        );
        net.sbappendaddr(so.so_rcv, m, null);
        expect(text(take(11, net.MSG_PEEK))).toBe("one two thr");
        expect(text(take(100))).toBe("one two three");
      }
    });

    it("hands out the array of a cluster that is nobody else's, from its offset", () => {
      javascriptOnly("a program has the very array of a cluster; machine code copies");
      const m = clusterMbuf(net, "payload", 42);
      const buf = m.m_ext?.ext_buf as Uint8Array;
      arrives(1, m);
      const got = array(100) as Uint8Array;
      expect(got.buffer).toBe(buf.buffer);
      expect([got.byteOffset, got.length]).toEqual([42, 7]);
    });

    it("copies what others share, what belongs to a string, and what is only peeked at", () => {
      javascriptOnly("a program has the very array of a cluster; machine code copies");
      const shared = clusterMbuf(net, "shared");
      const other = net.m_copym(shared, 0, net.M_COPYALL, net.M_DONTWAIT) as Mbuf;
      const readonly = clusterMbuf(net, "string");
      readonly.m_flags |= net.M_RDONLY;
      const own = clusterMbuf(net, "own");
      const arrays = [shared, readonly, own].map((m) => net.m_buf(m).buffer);
      arrives(1, shared);
      arrives(1, readonly);
      for (const [i, s] of [
        [0, "shared"],
        [1, "string"],
      ] as [number, string][]) {
        const got = array(100) as Uint8Array;
        expect(text(got)).toBe(s);
        expect(got.buffer).not.toBe(arrays[i]);
      }
      arrives(1, own);
      const peeked = array(100, net.MSG_PEEK) as Uint8Array;
      expect(peeked.buffer).not.toBe(arrays[2]);
      expect((array(100) as Uint8Array).buffer).toBe(arrays[2]);
      net.m_free(other);
    });

    it("never lets a program see bytes of the pool: what it got does not change with the next packet", () => {
      const got: Uint8Array[] = [];
      for (let i = 0; i < 40; i++) {
        arrives(1, arenaMbuf(net, String(i).padStart(20, "-")));
        got.push(array(100) as Uint8Array);
      }
      got.forEach((bytes, i) => {
        expect(text(bytes)).toBe(String(i).padStart(20, "-"));
        expect(bytes.buffer).not.toBe(net.arena.buffer);
      });
    });

    it("cuts off what is more than was asked for, and says so", () => {
      arrives(1, arenaMbuf(net, "abcdef"), clusterMbuf(net, "ghi"));
      arrives(1, arenaMbuf(net, "next"));
      expect(text(array(7))).toBe("abcdefg");
      expect(uio.uio_flags).toBe(net.MSG_TRUNC);
      expect(text(array(4))).toBe("next");
      expect(uio.uio_flags).toBe(0);
      arrives(1, arenaMbuf(net, "abc"));
      expect(text(array(0))).toBe("");
      expect(array(9)).toBe(-net.EAGAIN);
    });

    it("gives an array of length 0, or an empty string, for an empty message", () => {
      arrives(1);
      arrives(1, clusterMbuf(net, ""));
      const got = array(100) as Uint8Array;
      expect([got.length, typeof got]).toEqual([0, "object"]);
      expect(string(100)).toBe("");
      expect(array(100)).toBe(-net.EAGAIN);
    });

    it("leaves a message that is peeked at where it is", () => {
      arrives(3, arenaMbuf(net, "data"));
      expect(text(array(2, net.MSG_PEEK))).toBe("da");
      expect(string(9, net.MSG_PEEK)).toBe("data");
      expect(string(9)).toBe("data");
    });

    it("tells an error once, after what came before it; a peek leaves it", () => {
      arrives(1, arenaMbuf(net, "data"));
      so.so_error = net.ECONNREFUSED;
      expect(string(9)).toBe("data");
      expect(array(9, net.MSG_PEEK)).toBe(-net.ECONNREFUSED);
      expect(array(9)).toBe(-net.ECONNREFUSED);
      expect(array(9)).toBe(-net.EAGAIN);
    });

    it("needs no mbuf", () => {
      arrives(1, arenaMbuf(net, "data"));
      const restore = exhaustMbufs(net, 0);
      expect(text(array(9))).toBe("data");
      restore();
    });

    it("takes no length below 0", () => {
      expect(array(-1)).toBe(-net.EINVAL);
      expect(array(Number.NaN)).toBe(-net.EINVAL);
    });
  });

  describe("on a stream", () => {
    beforeEach(() => create(TOY_STREAM));

    function arrives(...data: Mbuf[]): void {
      for (const m of data) net.sbappend(so.so_rcv, m);
    }

    it("gives all bytes in order, whatever is asked for at a time", () => {
      const random = new Random(6);
      net.sbreserve(so.so_rcv, 4000);
      let put = "";
      let got = "";
      for (let i = 0; i < 1000; i++) {
        if (so.so_rcv.sb_mbcnt < 6000) {
          const s = pattern(random.below(100), i);
          arrives(random.chance(0.5) ? clusterMbuf(net, s, 5) : arenaMbuf(net, s));
          put += s;
        }
        const len = random.below(120);
        const piece = random.chance(0.5) ? array(len) : string(len);
        expect(uio.uio_flags).toBe(0);
        if (typeof piece === "number") expect([piece, so.so_rcv.sb_cc]).toEqual([-net.EAGAIN, 0]);
        else got += text(piece);
        expect(put.startsWith(got)).toBe(true);
      }
      while (so.so_rcv.sb_cc) got += string(1000);
      expect(got).toBe(put);
    });

    it("hands out one cluster's own array at a time, also in parts", () => {
      javascriptOnly("a program has the very array of a cluster; machine code copies");
      const m = clusterMbuf(net, pattern(200), 54);
      const buf = m.m_ext?.ext_buf as Uint8Array;
      arrives(arenaMbuf(net, "first"), m, clusterMbuf(net, pattern(150)));
      expect(text(array(1000))).toBe("first");
      const parts = [array(80), array(1000)] as Uint8Array[];
      expect(parts.map(text)).toEqual([pattern(80), pattern(120, 80)]);
      expect(parts.map((part) => part.byteOffset)).toEqual([54, 134]);
      expect(parts.map((part) => part.buffer)).toEqual([buf.buffer, buf.buffer]);
      expect(text(array(1000))).toBe(pattern(150));
    });

    it("asks the protocol for more room after each read, not after a peek", () => {
      arrives(arenaMbuf(net, "abcdef"));
      toy.asked = [];
      string(3, net.MSG_PEEK);
      expect(toy.asked).toEqual([]);
      string(3);
      string(3);
      string(3);
      expect(toy.asked).toEqual(["rcvd", "rcvd"]);
    });

    it("waits for the low water mark, unless less is asked for, or no more will come", () => {
      net.sosetopt(so, net.SOL_SOCKET, net.SO_RCVLOWAT, 5);
      arrives(arenaMbuf(net, "abcd"));
      expect(net.soreadable(so)).toBe(false);
      expect(array(10)).toBe(-net.EAGAIN);
      expect(text(array(1))).toBe("a");
      arrives(arenaMbuf(net, "ef"));
      expect(net.soreadable(so)).toBe(true);
      expect(text(array(10))).toBe("bcdef");
      arrives(arenaMbuf(net, "g"));
      net.socantrcvmore(so);
      expect(text(array(10))).toBe("g");
      expect(text(array(10))).toBe("");
    });

    it("gives what is there before an error or the end of a record, below the low water mark too", () => {
      net.sosetopt(so, net.SOL_SOCKET, net.SO_RCVLOWAT, 50);
      arrives(arenaMbuf(net, "a"));
      so.so_error = net.ECONNRESET;
      expect(text(array(10))).toBe("a");
      expect(array(10)).toBe(-net.ECONNRESET);
      const m = arenaMbuf(net, "record");
      m.m_flags |= net.M_EOR;
      arrives(m);
      expect(text(array(10))).toBe("record");
      expect(uio.uio_flags).toBe(net.MSG_EOR);
    });

    it("stops at the end of a record, and says so when it was reached", () => {
      for (const s of ["one", "two"]) {
        const m = arenaMbuf(net, s);
        m.m_flags |= net.M_EOR;
        arrives(m);
      }
      expect(text(array(2))).toBe("on");
      expect(uio.uio_flags).toBe(0);
      expect(text(array(10))).toBe("e");
      expect(uio.uio_flags).toBe(net.MSG_EOR);
      expect(text(array(10))).toBe("two");
    });

    it("tells the end of a record that lies in several mbufs only with its last byte", () => {
      const end = arenaMbuf(net, "x".repeat(100));
      end.m_flags |= net.M_EOR;
      arrives(arenaMbuf(net, "y".repeat(60)), end, arenaMbuf(net, "next"));
      expect(string(159, net.MSG_PEEK)).toHaveSize(159);
      expect(uio.uio_flags).toBe(0);
      expect(string(160)).toHaveSize(160);
      expect(uio.uio_flags).toBe(net.MSG_EOR);
      expect(string(160)).toBe("next");
    });

    it("is ENOTCONN before there is a connection, EAGAIN while one is made, and the end after it", () => {
      so.so_state = 0;
      expect(array(10)).toBe(-net.ENOTCONN);
      net.soisconnecting(so);
      expect(array(10)).toBe(-net.EAGAIN);
      net.soisdisconnected(so);
      expect(text(array(10))).toBe("");
      expect(string(10)).toBe("");
    });

    it("of no bytes is no end and no error", () => {
      expect(text(array(0))).toBe("");
      arrives(arenaMbuf(net, "abc"));
      expect(text(array(0))).toBe("");
      expect(string(10)).toBe("abc");
    });

    it("stops at the mark of urgent data", () => {
      arrives(arenaMbuf(net, "before"), arenaMbuf(net, "after"));
      so.so_oobmark = 6;
      expect(text(array(3))).toBe("bef");
      expect([so.so_oobmark, so.so_state & net.SS_RCVATMARK]).toEqual([3, 0]);
      expect(text(array(100, net.MSG_PEEK))).toBe("ore");
      expect(text(array(100))).toBe("ore");
      expect([so.so_oobmark, so.so_state & net.SS_RCVATMARK]).toEqual([0, net.SS_RCVATMARK]);
      expect(text(array(100))).toBe("after");
      expect(so.so_state & net.SS_RCVATMARK).toBe(0);
    });

    it("fetches urgent data from the protocol", () => {
      expect(text(array(10, net.MSG_OOB))).toBe("!");
      expect(uio.uio_flags).toBe(net.MSG_OOB);
      expect(string(0, net.MSG_OOB)).toBe("");
      toy.error = net.EINVAL;
      expect(array(10, net.MSG_OOB)).toBe(-net.EINVAL);
      const restore = exhaustMbufs(net, 0);
      expect(array(10, net.MSG_OOB)).toBe(-net.ENOBUFS);
      restore();
    });
  });
});
