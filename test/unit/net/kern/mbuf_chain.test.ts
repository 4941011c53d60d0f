import type { Mbuf } from "../../../../firmware/net/kern/mbuf";
import { Random } from "../../../../host-sim/random";
import type { Net } from "../../../lib/kernel";
import {
  arenaMbuf,
  bootSockets,
  chainText,
  clusterMbuf,
  exhaustMbufs,
  packetOf,
  pattern,
  type SocketKernel,
} from "../../../lib/pools";

describe("chains of mbufs", () => {
  let kernel: SocketKernel;
  let net: Net;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
  });

  afterEach(() => kernel.expectPoolsRestored());

  /** A packet of `s` in pieces of random size, in the arena or in clusters. */
  function randomPacket(random: Random, s: string): Mbuf {
    const mbufs: Mbuf[] = [];
    for (let at = 0; at < s.length || !mbufs.length; ) {
      const piece = s.substr(at, random.below(60));
      const before = random.below(60);
      mbufs.push(random.chance(0.4) ? clusterMbuf(net, piece, before) : arenaMbuf(net, piece, before));
      at += piece.length;
      if (mbufs.length === 7) {
        mbufs.push(clusterMbuf(net, s.slice(at)));
        break;
      }
    }
    return packetOf(net, ...mbufs);
  }

  function eachRandomPacket(check: (m: Mbuf, s: string, random: Random) => void): void {
    const random = new Random(7);
    for (let i = 0; i < 400; i++) {
      const s = pattern(random.below(400), i);
      check(randomPacket(random, s), s, random);
      kernel.expectPoolsRestored();
    }
  }

  it("m_length counts the bytes", () => {
    eachRandomPacket((m, s) => {
      expect(net.m_length(m)).toBe(s.length);
      net.m_freem(m);
    });
    expect(net.m_length(null)).toBe(0);
  });

  it("m_copym copies any part, and sharing clusters leaves the original alone", () => {
    eachRandomPacket((m, s, random) => {
      const off = random.below(s.length + 1);
      const len = random.below(s.length + 1);
      const copy = net.m_copym(m, off, len, net.M_DONTWAIT);
      expect(chainText(net, copy)).toBe(s.substr(off, len));
      expect(chainText(net, m)).toBe(s);
      if (copy && !off) {
        expect(copy.m_flags & net.M_PKTHDR).toBe(net.M_PKTHDR);
        expect(copy.m_pktlen).toBe(Math.min(len, s.length));
      }
      net.m_freem(m);
      if (copy) expect(chainText(net, copy)).toBe(s.substr(off, len));
      net.m_freem(copy);
    });
  });

  it("m_copym to the end carries the packet header along", () => {
    const ifp = {};
    const m = packetOf(net, arenaMbuf(net, "head", 16), clusterMbuf(net, "tail"));
    m.m_flags |= net.M_BCAST;
    m.m_rcvif = ifp;
    const copy = net.m_copym(m, 0, net.M_COPYALL, net.M_DONTWAIT) as Mbuf;
    expect(chainText(net, copy)).toBe("headtail");
    expect(copy.m_pktlen).toBe(8);
    expect(copy.m_rcvif).toBe(ifp);
    expect(copy.m_flags & net.M_BCAST).toBe(net.M_BCAST);
    expect(net.m_leadingspace(copy)).toBe(16);
    expect(copy.m_next?.m_ext).toBe((m.m_next as Mbuf).m_ext);
    net.m_freem(m);
    net.m_freem(copy);
  });

  it("m_copym of nothing is null, and so is m_copym beyond the end", () => {
    const m = packetOf(net, arenaMbuf(net, "abc"));
    expect(net.m_copym(m, 0, 0, net.M_DONTWAIT)).toBeNull();
    expect(net.m_copym(m, 3, net.M_COPYALL, net.M_DONTWAIT)).toBeNull();
    expect(net.m_copym(m, 99, 1, net.M_DONTWAIT)).toBeNull();
    net.m_freem(m);
  });

  it("m_copym marks its share of a string's cluster as read-only too", () => {
    const m = clusterMbuf(net, "string");
    m.m_flags |= net.M_RDONLY;
    const copy = net.m_copym(m, 2, 3, net.M_DONTWAIT) as Mbuf;
    expect(copy.m_flags & net.M_RDONLY).toBe(net.M_RDONLY);
    net.m_freem(m);
    net.m_freem(copy);
  });

  it("m_copym gives up without a trace when the pool is empty", () => {
    const m = packetOf(net, arenaMbuf(net, "a"), arenaMbuf(net, "b"), clusterMbuf(net, "c"));
    for (let left = 0; left < 3; left++) {
      const restore = exhaustMbufs(net, left);
      expect(net.m_copym(m, 0, net.M_COPYALL, net.M_DONTWAIT)).toBeNull();
      expect(net.mbstat().m_mfree).toBe(left);
      restore();
    }
    expect(chainText(net, m)).toBe("abc");
    net.m_freem(m);
  });

  it("m_copydata copies any part to an offset, and no byte besides", () => {
    eachRandomPacket((m, s, random) => {
      const off = random.below(s.length + 1);
      const len = random.below(s.length + 20);
      const to = new (net.arena.constructor as Uint8ArrayConstructor)(500).fill(1);
      net.m_copydata(m, off, len, to, 33);
      const part = s.substr(off, len);
      const got = Buffer.from(to).toString("latin1");
      expect(got).toBe("\x01".repeat(33) + part + "\x01".repeat(500 - 33 - part.length));
      net.m_freem(m);
    });
  });

  it("m_adj trims head or tail as slice does, and keeps m_pktlen true", () => {
    eachRandomPacket((m, s, random) => {
      const n = random.below(s.length + 10) * (random.chance(0.5) ? 1 : -1);
      net.m_adj(m, n);
      const left = n >= 0 ? s.slice(n) : s.slice(0, Math.max(0, s.length + n));
      expect(chainText(net, m)).toBe(left);
      expect(m.m_pktlen).toBe(left.length);
      net.m_freem(m);
    });
  });

  it("m_pullup puts the first bytes in the arena, or frees a chain that is too short", () => {
    eachRandomPacket((m, s, random) => {
      const n = random.below(140);
      m.m_rcvif = kernel;
      const up = net.m_pullup(m, n);
      expect(up !== null).toBe(n <= s.length && n <= net.MSIZE);
      if (!up) return;
      expect(chainText(net, up)).toBe(s);
      expect(up.m_flags & (net.M_EXT | net.M_PKTHDR)).toBe(net.M_PKTHDR);
      expect(up.m_len).toBeGreaterThanOrEqual(n);
      expect(up.m_data + up.m_len).toBeLessThanOrEqual(up.m_dat + net.MSIZE);
      expect(up.m_pktlen).toBe(s.length);
      expect(up.m_rcvif).toBe(kernel);
      net.m_freem(up);
    });
  });

  it("m_pullup takes no more of a cluster than it is asked for, and leaves room in front", () => {
    const up = net.m_pullup(packetOf(net, clusterMbuf(net, pattern(300), 5)), 28) as Mbuf;
    expect(up.m_len).toBe(28);
    expect(net.m_leadingspace(up)).toBe(net.MAX_LINKHDR);
    expect(up.m_next?.m_len).toBe(272);
    net.m_freem(up);
  });

  it("m_pullup frees the chain when the pool is empty", () => {
    const m = packetOf(net, clusterMbuf(net, "abcdef"));
    const restore = exhaustMbufs(net, 0);
    expect(net.m_pullup(m, 3)).toBeNull();
    expect(net.mbstat().m_mfree).toBe(1);
    restore();
  });

  it("m_prepend makes room in the mbuf, or in a new one, for any length", () => {
    eachRandomPacket((m, s, random) => {
      const n = 1 + random.below(net.MSIZE);
      const p = net.m_prepend(m, n, net.M_DONTWAIT) as Mbuf;
      expect(p.m_flags & (net.M_EXT | net.M_PKTHDR)).toBe(net.M_PKTHDR);
      expect(p.m_pktlen).toBe(s.length + n);
      expect(p.m_data).toBeGreaterThanOrEqual(p.m_dat);
      expect(p.m_data + n).toBeLessThanOrEqual(p.m_dat + net.MSIZE);
      expect(chainText(net, p).slice(n)).toBe(s);
      net.m_freem(p);
    });
  });

  it("m_prepend adds no mbuf where there is room, and frees the packet when there is neither", () => {
    let m = packetOf(net, arenaMbuf(net, "data", 20));
    const restore = exhaustMbufs(net, 0);
    expect(net.m_prepend(m, 20, net.M_DONTWAIT)).toBe(m);
    expect(net.m_prepend(m, 1, net.M_DONTWAIT)).toBeNull();
    expect(net.mbstat().m_mfree).toBe(1);
    restore();
    m = packetOf(net, arenaMbuf(net, "data", 20));
    const again = exhaustMbufs(net, net.MRESERVE);
    expect(net.m_prepend(m, 21, net.M_WAIT)).toBeNull();
    again();
  });

  it("m_cat joins, copying nothing", () => {
    const m = arenaMbuf(net, "one");
    const n = arenaMbuf(net, "two");
    net.m_cat(m, n);
    expect(chainText(net, m)).toBe("onetwo");
    expect(m.m_next).toBe(n);
    net.m_freem(m);
  });

  it("m_split cuts a packet anywhere into two packets", () => {
    eachRandomPacket((m, s, random) => {
      const at = random.below(s.length + 5);
      const tail = net.m_split(m, at, net.M_DONTWAIT);
      if (at > s.length) expect(tail).toBeNull();
      expect(chainText(net, m)).toBe(s.slice(0, at));
      expect(chainText(net, tail)).toBe(s.slice(at));
      if (tail) {
        expect(m.m_pktlen).toBe(at);
        expect(tail.m_pktlen).toBe(s.length - at);
        expect(tail.m_flags & net.M_PKTHDR).toBe(net.M_PKTHDR);
      }
      net.m_freem(m);
      net.m_freem(tail);
    });
  });

  it("m_split leaves the chain as it was when the pool is empty", () => {
    const m = packetOf(net, arenaMbuf(net, "abcdef"), clusterMbuf(net, "ghi"));
    const restore = exhaustMbufs(net, 0);
    expect(net.m_split(m, 3, net.M_DONTWAIT)).toBeNull();
    expect(net.m_split(m, 7, net.M_DONTWAIT)).toBeNull();
    expect(chainText(net, m)).toBe("abcdefghi");
    expect(m.m_pktlen).toBe(9);
    restore();
    net.m_freem(m);
  });
});
