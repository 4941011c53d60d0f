import type { Mbuf } from "../../../../firmware/net/kern/mbuf";
import type { Sockbuf } from "../../../../firmware/net/kern/socketvar";
import { Random } from "../../../../host-sim/random";
import type { Net } from "../../../lib/kernel";
import {
  arenaMbuf,
  bootSockets,
  chainText,
  clusterMbuf,
  exhaustClusters,
  exhaustMbufs,
  packetOf,
  pattern,
  type SocketKernel,
} from "../../../lib/pools";

describe("socket buffers", () => {
  let kernel: SocketKernel;
  let net: Net;
  let sb: Sockbuf;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
    sb = net.sb_new();
    net.sbreserve(sb, 4096);
  });

  afterEach(() => {
    net.sbrelease(sb);
    expect(sb).toEqual({ ...net.sb_new(), sb_lowat: sb.sb_lowat });
    kernel.expectPoolsRestored();
  });

  /** The records as text, after checking that the buffer's own accounts are true. */
  function records(): string[] {
    const found: string[] = [];
    let cc = 0;
    let mbcnt = 0;
    let last: Mbuf | null = null;
    let tail: Mbuf | null = null;
    for (let record = sb.sb_mb; record; record = record.m_nextpkt) {
      last = record;
      for (let m: Mbuf | null = record; m; m = m.m_next) {
        tail = m;
        cc += m.m_len;
        mbcnt += net.MSIZE + (m.m_ext ? net.MCLBYTES : 0);
      }
      found.push(chainText(net, record));
    }
    expect(sb.sb_lastrecord).toBe(last);
    expect(sb.sb_mbtail).toBe(tail);
    expect([sb.sb_cc, sb.sb_mbcnt]).toEqual([cc, mbcnt]);
    return found;
  }

  function mbufs(): number {
    let n = 0;
    for (let record = sb.sb_mb; record; record = record.m_nextpkt)
      for (let m: Mbuf | null = record; m; m = m.m_next) n++;
    return n;
  }

  it("keep records and bytes as a list of strings would, whatever is put in and taken out", () => {
    const random = new Random(11);
    const model: string[] = [];
    for (let i = 0; i < 3000; i++) {
      const s = pattern(random.below(90), i);
      const m = random.chance(0.3) ? clusterMbuf(net, s) : arenaMbuf(net, s, random.below(30));
      const packet = random.chance(0.3) ? packetOf(net, m, arenaMbuf(net, "+")) : m;
      const whole = packet === m && !m.m_next ? s : `${s}+`;
      const choice = random.below(4);
      if (choice === 0) {
        net.sbappendrecord(sb, packet);
        model.push(whole);
      } else if (choice === 1) {
        net.sbappend(sb, packet);
        if (model.length) model.push(model.pop() + whole);
        else if (whole) model.push(whole);
      } else net.m_freem(packet);
      if (choice === 2) {
        net.sbdroprecord(sb);
        model.shift();
      }
      if (choice === 3 || sb.sb_mbcnt > 5 * net.MCLBYTES || net.mbstat().m_mfree < 8) {
        const n = random.below(sb.sb_cc + 1);
        net.sbdrop(sb, n);
        dropBytes(model, n);
      }
      expect(records().filter(Boolean)).toEqual(model.filter(Boolean));
    }
  });

  function dropBytes(model: string[], n: number): void {
    let left = n;
    while (model.length && left >= model[0].length) left -= (model.shift() as string).length;
    if (model.length) model[0] = model[0].slice(left);
  }

  it("pack small pieces of a stream into few mbufs", () => {
    let sent = "";
    for (let i = 0; i < 100; i++) {
      net.sbappend(sb, arenaMbuf(net, pattern(10, i)));
      sent += pattern(10, i);
    }
    expect(records()).toEqual([sent]);
    expect(mbufs()).toBeLessThan(10);
  });

  it("free a cluster whose few bytes fit the mbuf before it", () => {
    net.sbappend(sb, arenaMbuf(net, "arena"));
    net.sbappend(sb, clusterMbuf(net, "cluster"));
    expect(mbufs()).toBe(1);
    expect(records()).toEqual(["arenacluster"]);
  });

  it("never write into a cluster", () => {
    net.sbappend(sb, clusterMbuf(net, "cluster"));
    net.sbappend(sb, arenaMbuf(net, "a"));
    expect(mbufs()).toBe(2);
    expect(records()).toEqual(["clustera"]);
  });

  it("do not pack a stream beyond the end of a record", () => {
    const m = arenaMbuf(net, "one");
    m.m_flags |= net.M_EOR;
    net.sbappend(sb, m);
    net.sbappend(sb, arenaMbuf(net, "two"));
    net.sbappend(sb, arenaMbuf(net, "more"));
    expect(records()).toEqual(["one", "twomore"]);
  });

  it("keep the end of a record that has come alone", () => {
    const data = arenaMbuf(net, "one");
    net.sbappend(sb, data);
    const end = arenaMbuf(net, "");
    end.m_flags |= net.M_EOR;
    net.sbappend(sb, end);
    net.sbappend(sb, arenaMbuf(net, "two"));
    expect(records()).toEqual(["one", "two"]);
  });

  it("keep the end of a record apart from control that came before it", () => {
    const control = arenaMbuf(net, "c");
    control.m_type = net.MT_RIGHTS;
    net.sbappendrecord(sb, control);
    const end = arenaMbuf(net, "");
    end.m_flags |= net.M_EOR;
    net.sbappend(sb, end);
    net.sbappend(sb, arenaMbuf(net, "two"));
    expect(records()).toEqual(["c", "two"]);
    expect(mbufs()).toBe(3);
  });

  it("tell the space by bytes, or by storage when that is nearer its end", () => {
    expect(net.sbspace(sb)).toBe(4096);
    net.sbappend(sb, arenaMbuf(net, "x".repeat(96)));
    expect(net.sbspace(sb)).toBe(4000);
    for (let i = 0; i < 4; i++) net.sbappend(sb, clusterMbuf(net, "y".repeat(40)));
    expect(net.sbspace(sb)).toBe(8192 - 5 * net.MSIZE - 4 * net.MCLBYTES);
  });

  it("are refused a size beyond SB_MAX, and keep their own", () => {
    expect(net.sbreserve(sb, net.SB_MAX + 1)).toBe(false);
    expect(net.sbreserve(sb, Number.NaN)).toBe(false);
    expect(sb.sb_hiwat).toBe(4096);
    expect(net.sbreserve(sb, net.SB_MAX)).toBe(true);
  });

  it("lower the low water mark with the size", () => {
    sb.sb_lowat = 2000;
    net.sbreserve(sb, 1000);
    expect(sb.sb_lowat).toBe(1000);
  });

  describe("sbappendaddr", () => {
    const datagram = () => packetOf(net, arenaMbuf(net, "\x04adrdata", 60));

    it("makes a record of an address with its data", () => {
      expect(net.sbappendaddr(sb, datagram(), null)).toBe(true);
      expect(net.sbappendaddr(sb, datagram(), null)).toBe(true);
      expect(records()).toEqual(["\x04adrdata", "\x04adrdata"]);
    });

    it("puts control in front", () => {
      const control = arenaMbuf(net, "\x01");
      control.m_type = net.MT_RIGHTS;
      expect(net.sbappendaddr(sb, datagram(), control)).toBe(true);
      expect(records()).toEqual(["\x01\x04adrdata"]);
      expect(sb.sb_mb).toBe(control);
    });

    it("refuses what is more than the buffer holds, and leaves it to the caller", () => {
      net.sbreserve(sb, 15);
      expect(net.sbappendaddr(sb, datagram(), null)).toBe(true);
      const m = datagram();
      expect(net.sbappendaddr(sb, m, null)).toBe(false);
      expect(chainText(net, m)).toBe("\x04adrdata");
      net.m_freem(m);
    });

    it("counts control and address as bytes of the record, to the last one", () => {
      for (const [hiwat, fits] of [
        [10, true],
        [9, false],
      ] as [number, boolean][]) {
        net.sbflush(sb);
        net.sbreserve(sb, hiwat);
        const m = datagram();
        const control = arenaMbuf(net, "\x01\x02");
        control.m_type = net.MT_RIGHTS;
        expect(net.sbappendaddr(sb, m, control)).toBe(fits);
        if (fits) continue;
        net.m_freem(m);
        net.m_freem(control);
      }
    });

    it("refuses when the pool has come down to its reserve", () => {
      const m = datagram();
      const restore = exhaustMbufs(net, net.MRESERVE - 1);
      expect(net.sbappendaddr(sb, m, null)).toBe(false);
      restore();
      expect(net.sbappendaddr(sb, m, null)).toBe(true);
    });

    it("refuses what lies in a cluster when fewer are left than the reserve, and takes what does not", () => {
      const m = packetOf(net, arenaMbuf(net, "\x04adr"), clusterMbuf(net, "data"));
      const restore = exhaustClusters(net, 2);
      expect(net.sbappendaddr(sb, m, null)).toBe(false);
      expect(net.sbappendaddr(sb, datagram(), null)).toBe(true);
      restore();
      const restoreMore = exhaustClusters(net, 3);
      expect(net.sbappendaddr(sb, m, null)).toBe(true);
      restoreMore();
    });

    it("does not let a flood of small datagrams empty the pool", () => {
      net.sbreserve(sb, net.SB_MAX);
      let m = datagram();
      while (net.sbappendaddr(sb, m, null)) m = datagram();
      net.m_freem(m);
      expect(net.mbstat().m_mfree).toBeGreaterThanOrEqual(net.MRESERVE);
    });
  });

  it("sbappendcontrol makes a record that begins with control", () => {
    const control = arenaMbuf(net, "\x02");
    control.m_type = net.MT_RIGHTS;
    net.sbappend(sb, arenaMbuf(net, "before"));
    expect(net.sbappendcontrol(sb, arenaMbuf(net, "data"), control)).toBe(true);
    net.sbappend(sb, arenaMbuf(net, "more"));
    expect(records()).toEqual(["before", "\x02datamore"]);
    const data = arenaMbuf(net, "123");
    const more = arenaMbuf(net, "45");
    net.sbflush(sb);
    for (let i = 0; i < 3; i++) net.sbappend(sb, arenaMbuf(net, "x".repeat(100)));
    net.sbreserve(sb, sb.sb_cc + 4);
    expect(net.sbappendcontrol(sb, data, more)).toBe(false);
    net.sbreserve(sb, sb.sb_cc + 5);
    expect(net.sbappendcontrol(sb, data, more)).toBe(true);
  });

  it("sbdetach takes the first mbuf and leaves the rest of its record first", () => {
    net.sbappendaddr(sb, packetOf(net, arenaMbuf(net, "a"), clusterMbuf(net, "b")), null);
    net.sbappendaddr(sb, packetOf(net, arenaMbuf(net, "c")), null);
    for (const left of [["b", "c"], ["c"], []]) {
      net.m_free(net.sbdetach(sb));
      expect(records()).toEqual(left);
    }
  });
});
