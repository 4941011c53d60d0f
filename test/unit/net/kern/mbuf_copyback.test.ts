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

describe("m_copyback", () => {
  let kernel: SocketKernel;
  let net: Net;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
  });

  afterEach(() => kernel.expectPoolsRestored());

  it("overwrites any part of a chain, which grows with zeros as needed", () => {
    const random = new Random(3);
    for (let i = 0; i < 500; i++) {
      const a = pattern(random.below(100), i);
      const b = pattern(random.below(300), 2 * i);
      const c = pattern(random.below(100), 3 * i);
      const m = packetOf(net, arenaMbuf(net, a, random.below(28)), clusterMbuf(net, b), arenaMbuf(net, c));
      const old = a + b + c;
      const off = random.below(old.length + 50);
      const put = pattern(random.below(300), 4 * i);
      expect(net.m_copyback(m, off, put.length, net.string_bytes(`??${put}`), 2)).toBe(true);
      const padded = old.padEnd(off + put.length, "\0");
      expect(chainText(net, m)).toBe(padded.slice(0, off) + put + padded.slice(off + put.length));
      expect(m.m_pktlen).toBe(padded.length);
      net.m_freem(m);
      kernel.expectPoolsRestored();
    }
  });

  it("never writes into a cluster: who shares it sees no change", () => {
    const m = packetOf(net, clusterMbuf(net, pattern(600)));
    const copy = net.m_copym(m, 0, net.M_COPYALL, net.M_DONTWAIT);
    expect(net.m_copyback(m, 100, 300, net.string_bytes("x".repeat(300)), 0)).toBe(true);
    expect(chainText(net, copy)).toBe(pattern(600));
    expect(chainText(net, m)).toBe(pattern(100) + "x".repeat(300) + pattern(200, 400));
    net.m_freem(m);
    net.m_freem(copy);
  });

  it("says so when the pool is empty, and loses no mbuf", () => {
    for (let left = 0; left < 4; left++) {
      const m = packetOf(net, clusterMbuf(net, pattern(600)));
      const restore = exhaustMbufs(net, left);
      expect(net.m_copyback(m, 100, 500, net.string_bytes("x".repeat(500)), 0)).toBe(false);
      expect(net.m_length(m)).toBe(600);
      net.m_freem(m);
      restore();
      kernel.expectPoolsRestored();
    }
    const m = packetOf(net, arenaMbuf(net, "abc"));
    const restore = exhaustMbufs(net, 1);
    expect(net.m_copyback(m, 300, 9, net.string_bytes("x".repeat(9)), 0)).toBe(false);
    expect(m.m_pktlen).toBe(net.m_length(m));
    net.m_freem(m);
    restore();
  });
});
