import type { Mbuf } from "../../../../firmware/net/kern/mbuf";
import type { Socket } from "../../../../firmware/net/kern/socketvar";
import { javascriptOnly } from "../../../lib/javascript_only";
import type { Net } from "../../../lib/kernel";
import {
  arenaMbuf,
  bootSockets,
  chainText,
  exhaustClusters,
  exhaustMbufs,
  packetOf,
  pattern,
  type SocketKernel,
} from "../../../lib/pools";
import { TOY_BARE, TOY_DGRAM, TOY_STREAM, type ToyDomain, toyDomain, toySocket } from "../../../lib/toy_domain";

describe("sosend", () => {
  let kernel: SocketKernel;
  let net: Net;
  let toy: ToyDomain;
  let so: Socket;
  /** what the protocol was given, not yet freed */
  let sent: Mbuf[];
  const nam = { toy: 1 };

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
    toy = toyDomain(net);
    net.domain_add(toy);
    sent = [];
    toy.onSend = (_so, m) => sent.push(m);
  });

  afterEach(() => {
    for (const m of sent) net.m_freem(m);
    net.soclose(so);
    kernel.expectPoolsRestored();
  });

  function create(type: number): void {
    so = toySocket(net, type);
    if (type !== TOY_DGRAM) net.soisconnected(so);
  }

  describe("of a message", () => {
    beforeEach(() => create(TOY_DGRAM));

    it("hands a packet of just these bytes to the protocol, of any length and in either shape", () => {
      for (let length = 0; length <= 2000; length += length < 200 ? 1 : 61) {
        const message = pattern(length, length);
        const bytes = net.string_bytes(`--${message}--`).subarray(2, 2 + length);
        for (const data of [message, bytes]) {
          expect(net.sendit(so, nam, data, null, 0)).toBe(length);
          const m = sent.pop() as Mbuf;
          expect(chainText(net, m)).toBe(message);
          expect(m.m_pktlen).toBe(length);
          expect(m.m_flags & net.M_PKTHDR).toBe(net.M_PKTHDR);
          net.m_freem(m);
        }
      }
    });

    it("leaves room for all headers in the first mbuf", () => {
      for (const length of [0, 1, 72, 73, 500, 1472]) {
        net.sendit(so, nam, "x".repeat(length), null, 0);
        const m = sent.pop() as Mbuf;
        expect(net.m_leadingspace(m)).toBeGreaterThanOrEqual(16 + 40);
        net.m_freem(m);
      }
    });

    it("takes one mbuf for a short one, and a cluster that shares the string for a long one", () => {
      javascriptOnly("a cluster has the very bytes of a string; machine code copies");
      net.sendit(so, nam, "x".repeat(72), null, 0);
      expect(sent[0].m_next).toBeNull();
      net.sendit(so, nam, "x".repeat(73), null, 0);
      expect(sent[1].m_next?.m_flags).toBe(net.M_EXT | net.M_RDONLY);
    });

    it("copies an array: what its program writes later does not go out", () => {
      for (const length of [50, 1000]) {
        const bytes = net.string_bytes("a".repeat(length));
        net.sendit(so, nam, bytes, null, 0);
        bytes.fill(98);
        expect(chainText(net, sent[sent.length - 1])).toBe("a".repeat(length));
      }
    });

    it("is EMSGSIZE beyond the send buffer", () => {
      expect(net.sendit(so, nam, "x".repeat(2001), null, 0)).toBe(-net.EMSGSIZE);
    });

    it("is EDESTADDRREQ without an address or a connection", () => {
      expect(net.sendit(so, null, "x", null, 0)).toBe(-net.EDESTADDRREQ);
      net.soisconnected(so);
      expect(net.sendit(so, null, "x", null, 0)).toBe(1);
    });

    it("is EAGAIN, and nothing done, while there is no room for all of it", () => {
      net.sbappend(so.so_snd, arenaMbuf(net, "waiting"));
      expect(net.sendit(so, nam, "x".repeat(1994), null, 0)).toBe(-net.EAGAIN);
      expect(net.sendit(so, nam, "x".repeat(1993), null, 0)).toBe(1993);
    });

    it("goes out with flags as without them when it just fits", () => {
      net.sbappend(so.so_snd, arenaMbuf(net, "waiting"));
      expect(net.sendit(so, nam, "x".repeat(1994), null, net.MSG_DONTROUTE)).toBe(-net.EAGAIN);
      expect(net.sendit(so, nam, "x".repeat(1993), null, net.MSG_DONTROUTE)).toBe(1993);
      net.sbdrop(so.so_snd, 7);
    });

    it("is EPIPE after shutdown, and an error is told once", () => {
      so.so_error = net.ECONNREFUSED;
      expect(net.sendit(so, nam, "x", null, 0)).toBe(-net.ECONNREFUSED);
      expect(net.sendit(so, nam, "x", null, 0)).toBe(1);
      net.socantsendmore(so);
      expect(net.sendit(so, nam, "x", null, 0)).toBe(-net.EPIPE);
    });

    it("passes on what the protocol answers", () => {
      toy.error = net.EHOSTUNREACH;
      expect(net.sendit(so, nam, "x", null, 0)).toBe(-net.EHOSTUNREACH);
    });

    it("is ENOBUFS when the pool has come down to its reserve, whatever the length", () => {
      for (const length of [10, 100, 1900]) {
        for (let left = 0; left < 3; left++) {
          const restore = exhaustMbufs(net, net.MRESERVE + left);
          const got = net.sendit(so, nam, "x".repeat(length), null, 0);
          if (got < 0) expect(got).toBe(-net.ENOBUFS);
          for (const m of sent.splice(0)) net.m_freem(m);
          expect(net.mbstat().m_mfree).toBe(net.MRESERVE + left);
          if (!left) expect(got).toBe(-net.ENOBUFS);
          restore();
        }
        const restore = exhaustClusters(net, 3);
        expect(net.sendit(so, nam, "x".repeat(length), null, 0)).toBe(length > 640 ? -net.ENOBUFS : length);
        if (length <= 640) expect(chainText(net, sent[0])).toBe("x".repeat(length)); // in mbufs, however short of clusters
        for (const m of sent.splice(0)) net.m_freem(m);
        restore();
      }
    });

    it("routes nothing for the one message that says MSG_DONTROUTE", () => {
      const options: number[] = [];
      toy.onSend = (socket, m) => {
        options.push(socket.so_options & net.SO_DONTROUTE);
        net.m_freem(m);
      };
      net.sendit(so, nam, "x", null, net.MSG_DONTROUTE);
      net.sendit(so, nam, "x", null, 0);
      expect(options).toEqual([net.SO_DONTROUTE, 0]);
    });

    it("takes nothing that has no length for data", () => {
      expect(net.sendit(so, nam, 5 as never, null, 0)).toBe(-net.EINVAL);
      expect(net.sendit(so, nam, {} as never, null, 0)).toBe(-net.EINVAL);
      expect(net.sendit(so, nam, null as never, null, 0)).toBe(0);
    });
  });

  describe("on a stream", () => {
    beforeEach(() => create(TOY_STREAM));

    it("hands all that there is room for to the protocol at once", () => {
      const data = pattern(5000);
      expect(net.sendit(so, null, data, null, 0)).toBe(2000);
      expect(sent.length).toBe(1);
      expect(chainText(net, sent[0])).toBe(data.slice(0, 2000));
      expect(net.sendit(so, null, net.string_bytes(data).subarray(100), null, 0)).toBe(2000);
      expect(chainText(net, sent[1])).toBe(data.slice(100, 2100));
    });

    it("cuts short data at the room there is", () => {
      so.so_snd.sb_lowat = 1;
      net.sbreserve(so.so_snd, 5);
      expect(net.sendit(so, null, "abcdefgh", null, 0)).toBe(5);
      expect(net.sendit(so, null, net.string_bytes("abcdefgh"), null, 0)).toBe(5);
      expect(sent.map((m) => chainText(net, m))).toEqual(["abcde", "abcde"]);
    });

    it("is EAGAIN below the low water mark, unless everything fits", () => {
      net.sbappend(so.so_snd, packetOf(net, arenaMbuf(net, "x".repeat(100)), arenaMbuf(net, "x".repeat(400))));
      expect(net.sendit(so, null, "y".repeat(1501), null, 0)).toBe(-net.EAGAIN);
      expect(net.sendit(so, null, "y".repeat(1500), null, 0)).toBe(1500);
    });

    it("of no bytes asks the protocol nothing", () => {
      toy.asked = [];
      const zero = net.sendit(so, null, "", null, 0);
      expect(Object.is(zero, 0)).toBe(true);
      expect(toy.asked).toEqual([]);
    });

    it("sends a part when the pool gives out, a small one without clusters, and is ENOBUFS when it gives nothing", () => {
      net.sbappend(so.so_snd, packetOf(net, arenaMbuf(net, "x")));
      const restore = exhaustClusters(net, 4);
      expect(net.sendit(so, null, "x".repeat(2000), null, 0)).toBe(net.MCLBYTES);
      expect(net.sendit(so, null, "x".repeat(2000), null, 0)).toBe(net.MINCLSIZE);
      const restoreMbufs = exhaustMbufs(net, net.MRESERVE);
      expect(net.sendit(so, null, "x".repeat(2000), null, 0)).toBe(-net.ENOBUFS);
      restoreMbufs();
      restore();
    });

    it("may have of the reserve for what is the first in its buffer", () => {
      const reserve = net.NMBCLUSTERS >> 2;
      const restore = exhaustClusters(net, reserve);
      expect(net.sendit(so, null, "x".repeat(2000), null, 0)).toBe(2000);
      expect(net.mbstat().m_clfree).toBe(1);
      net.sbappend(so.so_snd, packetOf(net, arenaMbuf(net, "x")));
      expect(net.sendit(so, null, "x".repeat(2000), null, 0)).toBe(net.MINCLSIZE);
      restore();
    });

    it("is ENOTCONN before it is connected", () => {
      so.so_state = 0;
      expect(net.sendit(so, null, "x", null, 0)).toBe(-net.ENOTCONN);
      net.soisconnecting(so);
      expect(net.sendit(so, null, "x", null, 0)).toBe(-net.ENOTCONN);
    });

    it("sends urgent data by PRU_SENDOOB, a little beyond the buffer", () => {
      toy.asked = [];
      net.sbreserve(so.so_snd, 3);
      expect(net.sendit(so, null, "urgent", null, net.MSG_OOB)).toBe(6);
      expect(toy.asked).toEqual(["sendoob[urgent]"]);
    });

    it("takes no notice of MSG_DONTROUTE", () => {
      toy.onSend = (socket, m) => {
        expect(socket.so_options & net.SO_DONTROUTE).toBe(0);
        net.m_freem(m);
      };
      expect(net.sendit(so, null, "x", null, net.MSG_DONTROUTE)).toBe(1);
    });

    it("marks the end of a record", () => {
      net.sendit(so, null, "x", null, net.MSG_EOR);
      expect(sent[0].m_flags & net.M_EOR).toBe(net.M_EOR);
    });
  });

  it("of urgent data is EOPNOTSUPP where the protocol has none, and loses no mbuf", () => {
    create(TOY_BARE);
    expect(net.sendit(so, null, "x", null, net.MSG_OOB)).toBe(-net.EOPNOTSUPP);
  });

  it("with control but no data on a stream is EINVAL, and frees the control", () => {
    create(TOY_STREAM);
    expect(net.sendit(so, null, "", arenaMbuf(net, "c"), 0)).toBe(-net.EINVAL);
  });
});
