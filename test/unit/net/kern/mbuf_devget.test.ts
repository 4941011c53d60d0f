import type { Mbuf } from "../../../../firmware/net/kern/mbuf";
import { javascriptOnly } from "../../../lib/javascript_only";
import type { Net } from "../../../lib/kernel";
import { bootSockets, chainText, exhaustClusters, exhaustMbufs, pattern, type SocketKernel } from "../../../lib/pools";

describe("m_devget", () => {
  let kernel: SocketKernel;
  let net: Net;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
  });

  afterEach(() => kernel.expectPoolsRestored());

  it("copies a short frame into one mbuf, its network header aligned, with room for a reply", () => {
    const frame = pattern(14 + 46);
    const m = net.m_devget(net.string_bytes(frame), frame.length, 14, kernel) as Mbuf;
    expect(chainText(net, m)).toBe(frame);
    expect(m.m_next).toBeNull();
    expect(m.m_data + 14 - m.m_dat).toBe(net.MAX_LINKHDR);
    expect(m.m_pktlen).toBe(60);
    expect(m.m_rcvif).toBe(kernel);
    net.m_freem(m);
  });

  it("leaves all but the headers of a long frame in the device's array", () => {
    javascriptOnly("the array is JavaScript's; a cluster of machine code is its own memory");
    const frame = pattern(1514);
    const array = net.string_bytes(frame);
    const m = net.m_devget(array, frame.length, 14, null) as Mbuf;
    expect(chainText(net, m)).toBe(frame);
    expect(m.m_len).toBe(54);
    expect(m.m_next?.m_ext?.ext_buf).toBe(array);
    expect(m.m_pktlen).toBe(1514);
    net.m_freem(m);
  });

  it("fits a frame of any length", () => {
    javascriptOnly("the array is JavaScript's; a cluster of machine code is its own memory");
    for (let len = 1; len < 300; len++) {
      const m = net.m_devget(net.string_bytes(pattern(len)), len, 14, null) as Mbuf;
      expect(chainText(net, m)).toBe(pattern(len));
      net.m_freem(m);
    }
  });

  it("drops the frame when there is no mbuf or no cluster", () => {
    const array = net.string_bytes(pattern(500));
    for (const left of [0, 1]) {
      const restore = exhaustMbufs(net, left);
      expect(net.m_devget(array, 500, 14, null)).toBeNull();
      expect(net.mbstat().m_mfree).toBe(left);
      restore();
    }
    const restore = exhaustClusters(net, 0);
    const before = net.mbstat().m_mfree;
    expect(net.m_devget(array, 500, 14, null)).toBeNull();
    expect(net.mbstat().m_mfree).toBe(before);
    restore();
  });
});
