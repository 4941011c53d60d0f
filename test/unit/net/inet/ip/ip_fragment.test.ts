import { BROADCAST, Host, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../../lib/host";
import * as packets from "../../../../lib/packets";
import { ipNumber, joined, pattern } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

const LOOPBACK = "127.0.0.1";
const IP_MTU_DISCOVER = 10;

describe("Fragmentation", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host();
    for (const station of [NEIGHBOUR, OTHER_NEIGHBOUR]) host.knows(station);
    socket = new UdpSocket(host);
  });
  afterEach(() => host.expectPoolsRestored());

  const setMtu = (mtu: number) => {
    host.en0.ac.if_mtu = mtu;
  };
  const saidIp = () => host.said().map(({ ip }) => ip!);
  const udpOf = (fragments: packets.Ipv4[]) =>
    packets.parseUdp(US.ip, NEIGHBOUR.ip, Uint8Array.from(joined(fragments)));

  it("cuts what an Ethernet frame does not take", () => {
    const counts = host.counted(() => expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(4000))).toBe(4000));
    expect(counts).toEqual({ IPS_LOCALOUT: 1, IPS_FRAGMENTED: 1, IPS_OFRAGMENTS: 3, UDPS_OPACKETS: 1 });
    const said = saidIp();
    expect(said.map(({ offset, moreFragments, payload }) => [offset * 8, moreFragments, payload.length])).toEqual([
      [0, true, 1480],
      [1480, true, 1480],
      [2960, false, 1048],
    ]);
    expect([...udpOf(said).payload]).toEqual(pattern(4000));
  });

  for (const kind of ["an array", "a string"])
    it(`sends datagrams of ${kind} of every length that the pool holds, over every MTU`, () => {
      for (const mtu of [1500, 1492, 1006, 576])
        for (const length of [mtu - 28, mtu - 27, mtu - 20, 1535, 1536, 1537, 3000, 3073].filter(
          (n) => n < 8 * mtu - 400,
        )) {
          setMtu(mtu);
          const data = kind === "a string" ? String.fromCharCode(...pattern(length)) : pattern(length);
          expect(socket.sendTo(NEIGHBOUR.ip, 9, data)).toBe(length);
          const said = saidIp();
          expect([...udpOf(said).payload])
            .withContext(`${length} bytes over ${mtu}`)
            .toEqual(pattern(length));
          for (const { payload } of said) expect(payload.length).not.toBeGreaterThan(mtu - 20);
        }
    });

  it("sends as much as there is by default, and refuses more: EMSGSIZE", () => {
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(9216))).toBe(9216);
    expect([...udpOf(saidIp()).payload]).toEqual(pattern(9216));
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(9217))).toBe(-host.net.EMSGSIZE);
  });

  it("does not cut what may not be cut: EMSGSIZE", () => {
    const { net } = host;
    expect(net.net.getsockopt(socket.fd, 0, IP_MTU_DISCOVER)).toBe(net.IP_PMTUDISC_DONT);
    expect(net.net.setsockopt(socket.fd, 0, IP_MTU_DISCOVER, net.IP_PMTUDISC_DO)).toBe(0);
    expect(net.net.getsockopt(socket.fd, 0, IP_MTU_DISCOVER)).toBe(net.IP_PMTUDISC_DO);
    const counts = host.counted(() => expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(1473))).toBe(-net.EMSGSIZE));
    expect(counts["IPS_CANTFRAG"]).toBe(1);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(1472))).toBe(1472);
    expect(host.saidOnce().ip!.dontFragment).toBeTrue();
    net.net.setsockopt(socket.fd, 0, IP_MTU_DISCOVER, net.IP_PMTUDISC_DONT);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(1473))).toBe(1473);
    expect(saidIp().map(({ dontFragment }) => dontFragment)).toEqual([false, false]);
    expect(net.net.setsockopt(socket.fd, 0, IP_MTU_DISCOVER, 7)).toBe(-net.EINVAL);
  });

  it("does not cut what goes to everybody: EMSGSIZE", () => {
    socket.set(host.net.SO_BROADCAST);
    for (const everybody of [BROADCAST, SUBNET_BROADCAST])
      expect(socket.sendTo(everybody, 9, pattern(2000))).toBe(-host.net.EMSGSIZE);
    expect(host.said()).toEqual([]);
  });

  it("cuts what goes to a group", () => {
    expect(socket.sendTo("224.0.0.251", 9, pattern(2000))).toBe(2000);
    expect(host.said().map(({ ethernet, ip }) => [ethernet.to, ip!.payload.length])).toEqual([
      ["01:00:5e:00:00:fb", 1480],
      ["01:00:5e:00:00:fb", 528],
    ]);
  });

  it("sends fragments to ourselves, and hears them", () => {
    const listener = new UdpSocket(host);
    listener.bind(7);
    for (const to of [LOOPBACK, US.ip]) {
      expect(socket.sendTo(to, 7, pattern(5000))).toBe(5000);
      const counts = host.counted(() => host.wait(0));
      expect(counts).toEqual(jasmine.objectContaining({ IPS_FRAGMENTS: 4, IPS_REASSEMBLED: 1 }));
      expect(listener.receive(6000)).toEqual(jasmine.objectContaining({ data: pattern(5000) }));
    }
  });

  it("sends nothing when there is no room in the queue for all: ENOBUFS", () => {
    host.en0.hold();
    for (let i = 0; i < 6; i++) expect(socket.sendTo(NEIGHBOUR.ip, 9, "x")).toBe(1);
    const counts = host.counted(() => expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(4000))).toBe(-host.net.ENOBUFS));
    expect(counts["IPS_ODROPPED"]).toBe(1);
    host.en0.release();
    expect(host.said().length).toBe(6);
  });

  it("sends nothing when there are not mbufs enough for all: ENOBUFS", () => {
    const { net } = host;
    for (let left = net.MRESERVE; left < 24; left++) {
      let answer = 0;
      host.withMbufsLeft(left, () => {
        answer = socket.sendTo(NEIGHBOUR.ip, 9, pattern(6000));
      });
      const said = saidIp();
      if (answer < 0) expect([answer, said.length]).withContext(`${left} mbufs`).toEqual([-net.ENOBUFS, 0]);
      else expect([...udpOf(said).payload]).toEqual(pattern(6000));
    }
  });

  it("gives up what would be too many fragments: EMSGSIZE", () => {
    setMtu(68);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(4000))).toBe(-host.net.EMSGSIZE);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(300))).toBe(300);
    expect([...udpOf(saidIp()).payload]).toEqual(pattern(300));
  });

  it("waits with all fragments until the neighbour is known", () => {
    host.net.arp_delete(ipNumber(NEIGHBOUR.ip));
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(8000))).toBe(8000);
    expect(host.said().map(({ arp }) => arp?.op)).toEqual([1]);
    host.hearsArpReply(NEIGHBOUR);
    expect([...udpOf(saidIp()).payload]).toEqual(pattern(8000));
  });

  it("copies into all fragments the options that say so, and no others", () => {
    const { net } = host;
    const COPIED = [0x82, 4, 1, 2]; // security (RFC 1108)
    const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
    const bytes = packets.ipv4({
      from: US.ip,
      to: NEIGHBOUR.ip,
      protocol: 253,
      options: [1, 0x44, 4, 5, 0, ...COPIED],
      payload: pattern(60),
      offset: 100,
      moreFragments: true,
    });
    net.bcopy(Uint8Array.from(bytes), 0, net.arena, m.m_data, bytes.length);
    m.m_len = m.m_pktlen = bytes.length;
    setMtu(32 + 32);
    expect(net.ip_fragment(host.en0.ac, m, ipNumber(NEIGHBOUR.ip))).toBe(0);
    const said = saidIp();
    expect(said.map(({ options }) => [...options])).toEqual([[1, 0x44, 4, 5, 0, ...COPIED, 0, 0, 0], COPIED]);
    expect(said.map(({ offset, moreFragments }) => [offset, moreFragments])).toEqual([
      [100, true],
      [104, true],
    ]);
    expect(said.flatMap(({ payload }) => [...payload])).toEqual(pattern(60));
  });

  it("numbers 65,536 datagrams without saying a number twice (RFC 6864), nor the next one", () => {
    const seen = new Set<number>();
    let neighbours = 0;
    let before = -9;
    for (let i = 0; i < 65536; i++) {
      const id = host.net.ip_newid();
      if (Math.abs(id - before) === 1) neighbours++;
      before = id;
      seen.add(id);
    }
    expect(seen.size).toBe(65536);
    expect(neighbours).toBeLessThan(20);
  });
});
