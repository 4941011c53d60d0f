import { FakeEthernet } from "../../../../lib/fake_ethernet";
import { Host, NEIGHBOUR, OTHER_NEIGHBOUR, type Station, US } from "../../../../lib/host";
import * as packets from "../../../../lib/packets";
import { ipNumber, joined, pattern } from "../../../../lib/packets";

/** The other network, of which we are the router too. */
const THERE: Station = { mac: "02:00:00:00:01:01", ip: "198.51.100.1" };
const PEER: Station = { mac: "02:00:00:00:01:02", ip: "198.51.100.2" };
const BEYOND: Station = { mac: PEER.mac, ip: "203.0.113.5" };

describe("Forwarding", () => {
  let host: Host;
  let en1: FakeEthernet;

  beforeEach(() => {
    host = new Host();
    const { net } = host;
    en1 = new FakeEthernet(net, "en1", THERE.mac);
    net.in_ifinit(en1.ac, ipNumber(THERE.ip), ipNumber("255.255.255.0"));
    host.wait(3000);
    en1.said();
    host.said();
    for (const station of [NEIGHBOUR, OTHER_NEIGHBOUR]) host.knows(station);
    net.arp_set(en1.ac, ipNumber(PEER.ip), packets.enaddr(PEER.mac));
    for (const ac of [host.en0.ac, en1.ac]) net.if_setflags(ac, net.IFF_FORWARD, 0);
  });

  afterEach(() => {
    host.net.in_ifscrub(en1.ac);
    host.net.if_detach(en1.ac);
    host.expectPoolsRestored();
  });

  /** A packet of a neighbour's for somebody else. */
  const hears = (fields: Partial<packets.Ipv4Fields> = {}, from = NEIGHBOUR) =>
    host.hearsIp({ to: PEER.ip, ...fields }, from);
  const passed = () => en1.said().map(({ ethernet, ip }) => [ethernet.to, ip!.to]);
  const fate = (fields: Partial<packets.Ipv4Fields>, from?: Station) =>
    Object.keys(host.counted(() => hears(fields, from))).filter((name) => /^IPS_(?!TOTAL|LOCALOUT)/.test(name));

  /** Type and code of the one error that the sender is told. */
  function told(): number[] {
    const { icmp } = host.saidOnce();
    return [icmp!.type, icmp!.code];
  }

  it("takes a packet from one network to the other, with a hop less to live", () => {
    const counts = host.counted(() => hears({ ttl: 9, tos: 4, id: 7, payload: pattern(1200) }));
    expect(counts).toEqual({ IPS_TOTAL: 1, IPS_FORWARD: 1 });
    const [{ ethernet, ip }] = en1.said();
    expect([ethernet.from, ethernet.to]).toEqual([THERE.mac, PEER.mac]);
    expect([ip!.from, ip!.to, ip!.ttl, ip!.tos, ip!.id]).toEqual([NEIGHBOUR.ip, PEER.ip, 8, 4, 7]);
    expect([...ip!.payload]).toEqual(pattern(1200));
    expect(host.said()).toEqual([]);
  });

  it("has the right checksum for every time to live (RFC 1624)", () => {
    for (let id = 0; id < 65536; id += 251) {
      hears({ ttl: 2 + (id % 254), id });
      expect(en1.said().length).toBe(1); // taken apart, sums and all
    }
  });

  it("goes by the routing table", () => {
    const { net } = host;
    expect(net.in_rtrequest(net.RTM_ADD, ipNumber("203.0.113.0"), -256, ipNumber(PEER.ip), 0)).toBe(0);
    hears({ to: BEYOND.ip });
    expect(passed()).toEqual([[PEER.mac, BEYOND.ip]]);
  });

  it("asks for a neighbour's address, and sends what waited", () => {
    host.net.arp_delete(ipNumber(PEER.ip));
    hears();
    expect(en1.said().map(({ arp }) => arp?.targetIp)).toEqual([PEER.ip]);
    const payload = packets.arp({
      op: packets.ARP_REPLY,
      senderMac: PEER.mac,
      senderIp: PEER.ip,
      targetMac: THERE.mac,
      targetIp: THERE.ip,
    });
    en1.hears(packets.ethernet({ to: THERE.mac, from: PEER.mac, type: packets.TYPE_ARP, payload }));
    expect(passed()).toEqual([[PEER.mac, PEER.ip]]);
  });

  it("answers at both its addresses, to whichever side", () => {
    host.hearsIcmp(packets.echo(packets.ECHO_REQUEST, 1, 2), { to: THERE.ip });
    const { ip, icmp } = host.saidOnce();
    expect([ip!.from, icmp!.type]).toEqual([THERE.ip, packets.ECHO_REPLY]);
  });

  it("passes options on as they are", () => {
    hears({ options: [0x94, 4, 0, 0] });
    expect([...en1.said()[0].ip!.options]).toEqual([0x94, 4, 0, 0]);
  });

  describe("tells the sender", () => {
    it("that its packet has lived too long", () => {
      for (const ttl of [0, 1]) {
        hears({ ttl });
        expect(told()).toEqual([packets.TIME_EXCEEDED, 0]);
      }
      expect(passed()).toEqual([]);
    });

    it("from the address that it knows us by, with what it sent", () => {
      hears({ ttl: 1, id: 99, protocol: packets.UDP, payload: pattern(30) });
      const { ip, icmp } = host.saidOnce();
      const returned = packets.parseIpv4Header(Uint8Array.from(icmp!.payload));
      expect([ip!.from, ip!.to, returned.to, returned.id]).toEqual([US.ip, NEIGHBOUR.ip, PEER.ip, 99]);
    });

    it("that there is no way to the network", () => {
      expect(fate({ to: BEYOND.ip })).toEqual(["IPS_NOROUTE"]);
      expect(told()).toEqual([packets.UNREACHABLE, 0]);
    });

    it("that the host is not reached, where a route says so", () => {
      const { net } = host;
      net.rtadd(ipNumber(BEYOND.ip), -1, 0, net.RTF_REJECT, net.in_ifaddr_of(en1.ac)!, en1.ac);
      hears({ to: BEYOND.ip });
      expect(told()).toEqual([packets.UNREACHABLE, 1]);
    });

    it("that the host does not answer ARP", () => {
      hears({ to: "198.51.100.77", payload: pattern(20) });
      host.wait(6000);
      expect(told()).toEqual([packets.UNREACHABLE, 1]);
      en1.said();
    });

    it("how long a packet may be that must not be cut (RFC 1191)", () => {
      en1.ac.if_mtu = 1006;
      hears({ dontFragment: true, payload: pattern(1000) });
      const { icmp } = host.saidOnce();
      expect([icmp!.type, icmp!.code, ...icmp!.rest]).toEqual([3, packets.NEEDS_FRAGMENTATION, 0, 0, 3, 238]);
      expect(passed()).toEqual([]);
      hears({ dontFragment: true, payload: pattern(986) });
      expect(passed().length).toBe(1);
    });

    it("of a better way, and takes the packet there all the same", () => {
      const { net } = host;
      net.in_rtrequest(net.RTM_ADD, ipNumber("203.0.113.0"), -256, ipNumber(OTHER_NEIGHBOUR.ip), 0);
      const counts = host.counted(() => hears({ to: BEYOND.ip }));
      expect([counts["IPS_FORWARD"], counts["IPS_REDIRECTSENT"]]).toEqual([1, 1]);
      const [redirect, packet] = host.said();
      expect([redirect.icmp!.type, redirect.icmp!.code, ...redirect.icmp!.rest]).toEqual([
        packets.REDIRECT,
        1,
        ...packets.ipBytes(OTHER_NEIGHBOUR.ip),
      ]);
      expect(redirect.ip!.to).toBe(NEIGHBOUR.ip);
      expect([packet.ethernet.to, packet.ip!.to]).toEqual([OTHER_NEIGHBOUR.mac, BEYOND.ip]);
    });

    it("no more often than ICMP errors may be sent", () => {
      for (let i = 0; i < 100; i++) hears({ ttl: 1 });
      expect(host.said().length).toBe(host.net.ICMP_BURST);
    });

    it("nothing about ICMP errors", () => {
      hears({ ttl: 1, protocol: packets.ICMP, payload: packets.icmp({ type: packets.UNREACHABLE }) });
      expect(host.said()).toEqual([]);
    });
  });

  it("cuts what is too long for the other network, fragments too", () => {
    en1.ac.if_mtu = 576;
    hears({ payload: pattern(1400), id: 5 });
    const said = en1.said().map(({ ip }) => ip!);
    expect(said.map(({ payload }) => payload.length)).toEqual([552, 552, 296]);
    expect(joined(said)).toEqual(pattern(1400));
    hears({ payload: pattern(800), offset: 100, moreFragments: true, id: 6 });
    expect(en1.said().map(({ ip }) => [ip!.offset, ip!.moreFragments])).toEqual([
      [100, true],
      [169, true],
    ]);
  });

  describe("takes nothing on", () => {
    it("where an interface is not to, and says so of the way out", () => {
      const { net } = host;
      net.if_setflags(host.en0.ac, 0, net.IFF_FORWARD);
      expect(fate({})).toEqual(["IPS_CANTFORWARD"]);
      expect(host.said()).toEqual([]);
      net.if_setflags(host.en0.ac, net.IFF_FORWARD, 0);
      net.if_setflags(en1.ac, 0, net.IFF_FORWARD);
      hears();
      expect(told()).toEqual([packets.UNREACHABLE, 13]);
      expect(passed()).toEqual([]);
    });

    it("that goes to all of a network (RFC 2644), to groups, or to addresses that no host has", () => {
      for (const to of ["198.51.100.255", "198.51.100.0", "224.0.0.9", "240.0.0.1", "127.0.0.5", "0.0.0.7"])
        expect(fate({ to })).withContext(to).toEqual(["IPS_CANTFORWARD"]);
      expect([...host.said(), ...en1.said()]).toEqual([]);
    });

    it("that came to everybody's hardware", () => {
      host.hearsIp({ to: PEER.ip }, NEIGHBOUR, packets.EVERYBODY);
      expect(passed()).toEqual([]);
    });

    it("from whom nobody can be, from ourselves, or from where its sender is not (RFC 3704)", () => {
      for (const from of ["127.0.0.1", "0.0.0.0", "224.0.0.1", "192.0.2.255", US.ip, THERE.ip, PEER.ip, BEYOND.ip])
        expect(fate({ from })).withContext(from).toEqual(["IPS_BADSRC"]);
      expect([...host.said(), ...en1.said()]).toEqual([]);
    });

    it("with a source route, or with options that make no sense", () => {
      for (const options of [
        [131, 7, 4, 1, 2, 3, 4],
        [1, 137, 7, 4, 1, 2, 3, 4],
        [7, 1, 0, 0],
        [1, 1, 1, 7],
      ])
        expect(fate({ options })).toEqual(["IPS_BADOPTIONS"]);
      expect(passed()).toEqual([]);
    });

    it("in a build that does not forward", () => {
      const other = new Host({ config: { INET_FORWARD: false } });
      expect(other.counted(() => other.hearsIp({ to: PEER.ip }))).toEqual({ IPS_TOTAL: 1, IPS_CANTFORWARD: 1 });
      other.expectPoolsRestored();
    });
  });

  it("drops, and loses nothing, when there is no memory or no room", () => {
    for (let left = 0; left < 6; left++) host.withMbufsLeft(left + 2, () => hears({ payload: pattern(left * 30) }));
    en1.hold();
    for (let i = 0; i < 100; i++) hears({ payload: pattern(700) });
    en1.release();
    expect(passed().length).toBeGreaterThan(0);
  });
});
