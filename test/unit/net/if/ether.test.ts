import { arpcom } from "../../../lib/arpcom";
import { Host, NEIGHBOUR, OTHER_NEIGHBOUR, US } from "../../../lib/host";
import {
  ARP_REPLY,
  arp,
  EVERYBODY,
  enaddr,
  ethernet,
  icmp,
  ipNumber,
  ipv4,
  macText,
  NOBODY,
  pattern,
  TYPE_ARP,
  TYPE_IP,
  unpadded,
} from "../../../lib/packets";
import { arenaMbuf, clusterMbuf, packetOf } from "../../../lib/pools";

const GROUP = "01:00:5e:00:00:05";

describe("Ethernet", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
  });
  afterEach(() => host.expectPoolsRestored());

  /** An IP packet of an unknown kind in a frame to the hardware address `to`. */
  function frameTo(to: string, length = 0): Buffer {
    const payload = ipv4({ from: NEIGHBOUR.ip, to: "192.0.2.77", protocol: 253, payload: pattern(length) });
    return ethernet({ to, from: NEIGHBOUR.mac, type: TYPE_IP, payload });
  }

  /** Sends `length` bytes of IP packet to the neighbour; the errno. */
  function sendIp(length = 28): number {
    const { net } = host;
    const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
    m.m_data += 56;
    m.m_len = m.m_pktlen = length;
    return host.en0.ac.if_output(host.en0.ac, m, ipNumber(NEIGHBOUR.ip));
  }

  describe("input", () => {
    it("counts frames and bytes, padding included", () => {
      expect(host.interfaceCounted(() => host.hears(frameTo(US.mac)))).toEqual({ if_ipackets: 1, if_ibytes: 60 });
      expect(host.interfaceCounted(() => host.hears(frameTo(US.mac, 1000)))).toEqual({
        if_ipackets: 1,
        if_ibytes: 1034,
      });
    });

    /** The same with IEEE 802.1Q's tag behind the addresses. */
    function tagged(frame: Buffer, tag: number): Buffer {
      return Buffer.concat([frame.subarray(0, 12), Buffer.from([0x81, 0, tag >> 8, tag & 255]), frame.subarray(12)]);
    }

    for (const length of [0, 30, 1000])
      it(`takes a tag that tells but a priority for none, before ${length} bytes of data`, () => {
        for (const tag of [0, 0xa000, 0xf000]) {
          const counts = host.counted(() => host.hears(tagged(frameTo(US.mac, length), tag)));
          expect(counts).withContext(`tag ${tag}`).toEqual({ IPS_TOTAL: 1, IPS_CANTFORWARD: 1 });
        }
        host.hearsIcmp(icmp({ type: 8, rest: [0, 1, 0, 1] }));
        const plain = host.said().map(({ ethernet: frame }) => frame.to);
        const echo = ipv4({
          from: NEIGHBOUR.ip,
          to: US.ip,
          protocol: 1,
          payload: icmp({ type: 8, rest: [0, 1, 0, 1] }),
        });
        host.hears(tagged(ethernet({ to: US.mac, from: NEIGHBOUR.mac, type: TYPE_IP, payload: echo }), 0xe000));
        expect(host.said().map(({ ethernet: frame }) => frame.to)).toEqual(plain);
      });

    it("hands tagged ARP on, to everybody as well", () => {
      const request = arp({
        op: 1,
        senderMac: NEIGHBOUR.mac,
        senderIp: NEIGHBOUR.ip,
        targetMac: NOBODY,
        targetIp: US.ip,
      });
      host.hears(tagged(ethernet({ to: EVERYBODY, from: NEIGHBOUR.mac, type: TYPE_ARP, payload: request }), 0xe000));
      expect(host.saidOnce().arp!.op).toBe(ARP_REPLY);
    });

    it("drops what belongs to a VLAN, has two tags, or ends in one", () => {
      const frame = frameTo(US.mac);
      for (const odd of [tagged(frame, 10), tagged(tagged(frame, 0), 0), tagged(frame, 0).subarray(0, 17)])
        expect(host.interfaceCounted(() => host.hears(odd))["if_noproto"]).toBe(1);
    });

    it("hands IP packets to IP", () => {
      expect(host.counted(() => host.hears(frameTo(US.mac)))["IPS_TOTAL"]).toBe(1);
    });

    it("hands ARP packets to ARP", () => {
      expect(host.counted(() => host.hearsArp({}))["ARPS_RCVD"]).toBe(1);
      host.said();
    });

    for (const type of [0x86dd, 0x8100, 0x05dc, 0])
      it(`counts and drops type 0x${type.toString(16)}, which nobody takes`, () => {
        const frame = ethernet({ to: US.mac, from: NEIGHBOUR.mac, type, payload: pattern(46) });
        expect(host.counted(() => host.hears(frame))).toEqual({});
        expect(host.interfaceCounted(() => host.hears(frame))["if_noproto"]).toBe(1);
      });

    it("counts frames to everybody and to groups as such", () => {
      expect(host.interfaceCounted(() => host.hears(frameTo(EVERYBODY)))["if_imcasts"]).toBe(1);
      expect(host.interfaceCounted(() => host.hears(frameTo(GROUP)))["if_imcasts"]).toBe(1);
    });

    it("tells the protocol whether a frame went to everybody or to a group", () => {
      const { net } = host;
      const flags: number[] = [];
      net.netisr_register(net.NETISR_IP, (m) => {
        flags.push(m.m_flags & (net.M_BCAST | net.M_MCAST));
        net.m_freem(m);
      });
      for (const to of [US.mac, EVERYBODY, GROUP]) host.hears(frameTo(to));
      expect(flags).toEqual([0, net.M_BCAST, net.M_MCAST]);
    });

    it("gives the protocol the packet without the Ethernet header, and the interface", () => {
      const { net } = host;
      let seen = {};
      net.netisr_register(net.NETISR_IP, (m) => {
        seen = { length: m.m_pktlen, chain: net.m_length(m), aligned: m.m_data % 4, by: m.m_rcvif === host.en0.ac };
        net.m_freem(m);
      });
      host.hears(frameTo(US.mac, 1480));
      expect(seen).toEqual({ length: 1500, chain: 1500, aligned: 0, by: true });
    });

    it("while promiscuous, leaves what is meant for others to others", () => {
      host.en0.ac.if_flags |= host.net.IFF_PROMISC;
      expect(host.counted(() => host.hears(frameTo(OTHER_NEIGHBOUR.mac)))).toEqual({});
      expect(host.counted(() => host.hears(frameTo(US.mac)))["IPS_TOTAL"]).toBe(1);
      expect(host.counted(() => host.hears(frameTo(EVERYBODY)))["IPS_TOTAL"]).toBe(1);
    });

    it("survives frames that are shorter than any may be", () => {
      for (let length = 14; length < 60; length++) host.hears(frameTo(US.mac).subarray(0, length));
      expect(host.said()).toEqual([]);
    });
  });

  describe("output", () => {
    it("puts its header in front and counts", () => {
      expect(host.interfaceCounted(() => expect(sendIp()).toBe(0))).toEqual({ if_opackets: 1, if_obytes: 42 });
      const header = unpadded({ to: NEIGHBOUR.mac, from: US.mac, type: TYPE_IP, payload: [] });
      expect(host.en0.takeFrames()[0].subarray(0, 14)).toEqual(header);
    });

    it("fails with ENETDOWN while the interface is down", () => {
      host.net.if_setflags(host.en0.ac, 0, host.net.IFF_UP);
      expect(sendIp()).toBe(host.net.ENETDOWN);
      expect(host.said()).toEqual([]);
    });

    it("fails with ENETDOWN while the chip is not running", () => {
      host.en0.ac.if_flags &= ~host.net.IFF_RUNNING;
      expect(sendIp()).toBe(host.net.ENETDOWN);
    });

    it("queues while the chip is busy, in order, and fails with ENOBUFS when the queue is full", () => {
      host.en0.hold();
      for (let i = 0; i < host.net.IFQ_SNDMAX; i++) expect(sendIp(28 + i)).toBe(0);
      expect(sendIp()).toBe(host.net.ENOBUFS);
      expect(host.en0.ac.if_snd.ifq_drops).toBe(1);
      expect(host.en0.takeFrames()).toEqual([]);
      host.en0.release();
      const lengths = host.en0.takeFrames().map((frame) => frame.length);
      expect(lengths).toEqual(Array.from({ length: host.net.IFQ_SNDMAX }, (_, i) => 42 + i));
    });

    it("refuses long packets while it has room for short ones, which cost more when they are dropped", () => {
      host.en0.hold();
      for (let i = 0; i < host.net.IFQ_LARGE; i++) expect(sendIp(28)).toBe(0);
      const long = packetOf(
        host.net,
        arenaMbuf(host.net, "\0".repeat(28), 56),
        clusterMbuf(host.net, "x".repeat(1000)),
      );
      expect(host.en0.ac.if_output(host.en0.ac, long, ipNumber(NEIGHBOUR.ip))).toBe(host.net.ENOBUFS);
      expect(sendIp(28)).toBe(0);
      expect(host.en0.ac.if_snd.ifq_drops).toBe(1);
      host.en0.release();
      host.en0.takeFrames();
    });

    it("drops what waits when the interface goes down", () => {
      host.en0.hold();
      sendIp();
      host.net.if_setflags(host.en0.ac, 0, host.net.IFF_UP);
      host.en0.release();
      expect(host.en0.takeFrames()).toEqual([]);
    });

    it("fails with ENOBUFS when no mbuf is left for its header", () => {
      const { net } = host;
      const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
      m.m_len = m.m_pktlen = 28; // at the start of the mbuf: no room in front
      host.withMbufsLeft(0, () => {
        expect(host.en0.ac.if_output(host.en0.ac, m, ipNumber(NEIGHBOUR.ip))).toBe(net.ENOBUFS);
      });
    });

    it("counts what goes to everybody and to groups", () => {
      const { net } = host;
      for (const flag of [net.M_BCAST, net.M_MCAST]) {
        const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
        m.m_flags |= flag;
        m.m_data += 56;
        m.m_len = m.m_pktlen = 28;
        expect(host.interfaceCounted(() => net.ether_transmit(host.en0.ac, m))["if_omcasts"]).toBe(1);
      }
      expect(host.en0.takeFrames().length).toBe(2);
    });
  });

  describe("groups", () => {
    const SECOND = "01:00:5e:00:00:06";
    const first = enaddr(GROUP);
    const second = enaddr(SECOND);

    /** The groups that the driver is to receive besides that of all hosts. */
    function groups(): string[] {
      const list = [];
      for (let enm = host.en0.ac.ac_multiaddrs; enm; enm = enm.enm_next) list.push(macText(enm.enm_addr));
      return list.slice(0, -1);
    }

    it("are told to the driver once, however often they are joined", () => {
      const before = host.en0.ioctls.length;
      host.net.ether_addmulti(host.en0.ac, first);
      host.net.ether_addmulti(host.en0.ac, first);
      expect(host.en0.ioctls.slice(before)).toEqual([host.net.SIOCADDMULTI]);
      expect(groups()).toEqual([GROUP]);
      host.net.ether_delmulti(host.en0.ac, first);
      expect(groups()).toEqual([GROUP]);
      host.net.ether_delmulti(host.en0.ac, first);
      expect(groups()).toEqual([]);
    });

    it("may be left in any order", () => {
      host.net.ether_addmulti(host.en0.ac, first);
      host.net.ether_addmulti(host.en0.ac, second);
      expect(host.en0.ac.ac_multicnt).toBe(3);
      host.net.ether_delmulti(host.en0.ac, first);
      expect(groups()).toEqual([SECOND]);
      host.net.ether_delmulti(host.en0.ac, second);
      expect(groups()).toEqual([]);
      expect(host.en0.ac.ac_multicnt).toBe(1);
    });

    it("that were never joined may be left without harm", () => {
      expect(host.net.ether_delmulti(host.en0.ac, second)).toBe(0);
    });
  });

  it("of an interface that is not set up answers errors", () => {
    const { net } = host;
    const bare = arpcom(net, "en9", enaddr(US.mac));
    const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
    m.m_data += 56;
    expect(bare.if_output(bare, m, 0)).toBe(net.ENETDOWN);
    expect(bare.if_ioctl(bare, net.SIOCSIFFLAGS)).toBe(net.EIO);
    bare.if_start(bare);
  });
});
