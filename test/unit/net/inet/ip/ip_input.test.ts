import {
  BROADCAST,
  FAR_AWAY,
  GATEWAY,
  Host,
  NEIGHBOUR,
  OTHER_NEIGHBOUR,
  type Station,
  SUBNET_BROADCAST,
  US,
} from "../../../../lib/host";
import { EVERYBODY, ethernet, type Ipv4Fields, ipv4, pattern, TYPE_IP, UDP, udp } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

const ALL_HOSTS = "224.0.0.1";
const ALL_HOSTS_MAC = "01:00:5e:00:00:01";

describe("IP input", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
    socket = new UdpSocket(host);
    socket.bind(7);
  });
  afterEach(() => host.expectPoolsRestored());

  const DELIVERED = { IPS_TOTAL: 1, IPS_DELIVERED: 1, UDPS_IPACKETS: 1, UDPS_CACHEMISS: 1, UDPS_DELIVERED: 1 };

  /** What is counted when a datagram comes in a packet like this. */
  function counted(fields: Partial<Ipv4Fields>, sender: Station = NEIGHBOUR, mac = US.mac) {
    const payload = udp({ from: fields.from ?? sender.ip, to: fields.to ?? US.ip, fromPort: 2000, toPort: 7 });
    return host.counted(() => host.hearsIp({ protocol: UDP, payload, ...fields }, sender, mac));
  }

  /** The same without UDP's: what became of it in IP. */
  function fate(fields: Partial<Ipv4Fields>, sender: Station = NEIGHBOUR, mac = US.mac): string {
    const names = Object.keys(counted(fields, sender, mac)).filter((name) => /^IPS_(?!TOTAL)/.test(name));
    return names.join(", ");
  }

  it("delivers what is right", () => {
    expect(counted({})).toEqual(DELIVERED);
  });

  describe("of a header", () => {
    it("drops a version that is not 4", () => {
      expect(fate({ version: 6 })).toBe("IPS_BADVERS");
      expect(fate({ version: 0 })).toBe("IPS_BADVERS");
    });

    it("drops a length that is less than a header's", () => {
      for (const headerWords of [0, 1, 4]) expect(fate({ headerWords })).toBe("IPS_BADHLEN");
    });

    it("drops a length that is more than the packet has", () => {
      const packet = ipv4({ from: NEIGHBOUR.ip, to: US.ip, protocol: UDP, headerWords: 15 });
      const frame = ethernet({ to: US.mac, from: NEIGHBOUR.mac, type: TYPE_IP, payload: packet });
      expect(host.counted(() => host.hears(frame))).toEqual({ IPS_TOTAL: 1, IPS_TOOSHORT: 1 });
    });

    it("drops a checksum that is wrong in any bit", () => {
      const right = ipv4({ from: NEIGHBOUR.ip, to: US.ip, protocol: UDP, payload: pattern(30) });
      for (let bit = 0; bit < 16; bit++) {
        const packet = [...right];
        packet[10 + (bit >> 3)] ^= 1 << (bit & 7);
        const frame = ethernet({ to: US.mac, from: NEIGHBOUR.mac, type: TYPE_IP, payload: packet });
        expect(host.counted(() => host.hears(frame))).toEqual({ IPS_TOTAL: 1, IPS_BADSUM: 1 });
      }
    });

    it("covers options by the checksum", () => {
      expect(fate({ options: [1, 1, 1, 1], checksum: 0x1234 })).toBe("IPS_BADSUM");
      expect(counted({ options: [1, 1, 1, 1] })).toEqual(DELIVERED);
    });

    it("drops a total length that is less than the header's", () => {
      expect(fate({ length: 19 })).toBe("IPS_BADLEN");
      expect(fate({ options: [1, 1, 1, 1], length: 23 })).toBe("IPS_BADLEN");
    });

    it("drops a total length that is more than came", () => {
      expect(fate({ length: 100 })).toBe("IPS_TRUNC");
      expect(fate({ length: 65535 })).toBe("IPS_TRUNC");
    });
  });

  it("drops a packet that is shorter than a header", () => {
    const frame = ethernet({ to: US.mac, from: NEIGHBOUR.mac, type: TYPE_IP, payload: [] });
    expect(host.counted(() => host.hears(frame.subarray(0, 33)))).toEqual({ IPS_TOTAL: 1, IPS_TOOSHORT: 1 });
  });

  it("cuts off what pads the frame", () => {
    const payload = udp({ from: NEIGHBOUR.ip, to: US.ip, fromPort: 1, toPort: 7, payload: [1, 2, 3] });
    const packet = ipv4({ from: NEIGHBOUR.ip, to: US.ip, protocol: UDP, payload });
    for (const padding of [[], pattern(100), pattern(1400)]) {
      host.hears(ethernet({ to: US.mac, from: NEIGHBOUR.mac, type: TYPE_IP, payload: [...packet, ...padding] }));
      expect(socket.receiveData()).toEqual([1, 2, 3]);
    }
  });

  describe("of a destination", () => {
    it("drops what is for others, when it came to us by mistake", () => {
      for (const to of [OTHER_NEIGHBOUR.ip, FAR_AWAY.ip, "0.0.0.0", "127.0.0.1", "192.0.2.0", "240.0.0.1"])
        expect(fate({ to })).toBe("IPS_CANTFORWARD");
    });

    it("takes broadcasts of the subnet and of everybody", () => {
      expect(fate({ to: SUBNET_BROADCAST }, NEIGHBOUR, EVERYBODY)).toBe("IPS_DELIVERED");
      expect(fate({ to: BROADCAST }, NEIGHBOUR, EVERYBODY)).toBe("IPS_DELIVERED");
    });

    it("drops broadcasts of other subnets", () => {
      expect(fate({ to: "198.51.100.255" }, NEIGHBOUR, EVERYBODY)).toBe("IPS_CANTFORWARD");
    });

    it("takes groups that we have joined and no others", () => {
      expect(fate({ to: ALL_HOSTS }, NEIGHBOUR, ALL_HOSTS_MAC)).toBe("IPS_DELIVERED");
      expect(fate({ to: "224.0.0.251" }, NEIGHBOUR, "01:00:5e:00:00:fb")).toBe("IPS_CANTFORWARD");
    });

    it("drops what goes to us alone in a frame to everybody or a group (RFC 1122 3.3.6)", () => {
      expect(fate({}, NEIGHBOUR, EVERYBODY)).toBe("IPS_CANTFORWARD");
      expect(fate({}, NEIGHBOUR, ALL_HOSTS_MAC)).toBe("IPS_CANTFORWARD");
    });
  });

  describe("of a source", () => {
    for (const from of ["127.0.0.1", "127.1.2.3", "224.0.0.1", "239.1.2.3", "240.0.0.1", BROADCAST, "0.1.2.3"])
      it(`drops ${from}, which no host has`, () => expect(fate({ from })).toBe("IPS_BADSRC"));

    it("drops the broadcast address of our own subnet", () => {
      expect(fate({ from: SUBNET_BROADCAST })).toBe("IPS_BADSRC");
    });

    it("drops our own address, which from the wire is a lie: an echo would talk to itself for ever", () => {
      expect(fate({ from: US.ip })).toBe("IPS_BADSRC");
      expect(fate({ from: US.ip, to: SUBNET_BROADCAST }, NEIGHBOUR, EVERYBODY)).toBe("IPS_BADSRC");
    });

    /** A datagram from 0.0.0.0, which the sender's port 7 would be answered at. */
    function fromNobody(to: string, mac: string, toPort: number): string {
      const from = "0.0.0.0";
      return fate({ from, to, payload: udp({ from, to, fromPort: 7, toPort }) }, NEIGHBOUR, mac);
    }

    it("takes 0.0.0.0, from a host that asks for its address", () => {
      expect(fromNobody(BROADCAST, EVERYBODY, 67)).toBe("IPS_DELIVERED");
    });

    it("drops 0.0.0.0 otherwise: what answers there answers itself, and an echo would talk to itself for ever", () => {
      expect(fromNobody(US.ip, US.mac, 7)).toBe("IPS_BADSRC");
      expect(fromNobody(US.ip, US.mac, 67)).toBe("IPS_BADSRC");
      expect(fromNobody(BROADCAST, EVERYBODY, 7)).toBe("IPS_BADSRC");
    });
  });

  it("counts and drops fragments, in a build that does not put them together", () => {
    host.expectPoolsRestored();
    host = new Host({ config: { INET_FRAG: false } });
    for (const fields of [{ moreFragments: true }, { offset: 1 }, { moreFragments: true, offset: 185 }])
      expect(counted(fields)).toEqual({ IPS_TOTAL: 1, IPS_FRAGMENTS: 1, IPS_FRAGDROPPED: 1 });
    expect(host.said()).toEqual([]);
  });

  it("takes DON'T FRAGMENT for what it is", () => {
    expect(counted({ dontFragment: true })).toEqual(DELIVERED);
  });

  it("does not mind a time to live that has come to its end", () => {
    expect(counted({ ttl: 1 })).toEqual(DELIVERED);
    expect(fate({ ttl: 0 })).toBe("IPS_DELIVERED");
  });

  it("takes a header that the driver has left in pieces, or in a cluster", () => {
    const { net } = host;
    const payload = udp({ from: NEIGHBOUR.ip, to: US.ip, fromPort: 1, toPort: 7, payload: pattern(40) });
    const packet = Uint8Array.from(ipv4({ from: NEIGHBOUR.ip, to: US.ip, protocol: UDP, payload, options: [1] }));
    for (const at of [0, 1, 7, 20, 23, 25, 32, 50]) {
      const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
      m.m_rcvif = host.en0.ac;
      m.m_pktlen = packet.length;
      m.m_next = net.m_get(net.M_DONTWAIT, net.MT_DATA)!;
      net.m_clget(m, packet.slice(0, at), at);
      net.m_clget(m.m_next, packet.slice(at), packet.length - at);
      net.netisr_dispatch(net.NETISR_IP, m);
      expect(socket.receiveData()).toEqual(pattern(40));
    }
  });

  it("counts as too short a header that there is no mbuf to pull up into", () => {
    const { net } = host;
    const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
    net.m_clget(m, new Uint8Array(40), 40);
    m.m_pktlen = 40;
    const counts = host.counted(() => host.withMbufsLeft(0, () => net.netisr_dispatch(net.NETISR_IP, m)));
    expect(counts).toEqual({ IPS_TOTAL: 1, IPS_TOOSHORT: 1 });
  });
});

describe("IP input while the interface has no address", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ unconfigured: true });
    host.net.if_setflags(host.en0.ac, host.net.IFF_UP, 0);
    socket = new UdpSocket(host);
    socket.bind(68);
  });
  afterEach(() => host.expectPoolsRestored());

  it("takes what is sent to its hardware address, as a DHCP server does (RFC 2131 4.1)", () => {
    host.hearsUdp({ to: "192.0.2.99", toPort: 68, payload: [1] });
    expect(socket.receiveData()).toEqual([1]);
  });

  it("takes what is sent to everybody", () => {
    host.hearsUdp({ to: BROADCAST, toPort: 68, payload: [2] });
    expect(socket.receiveData()).toEqual([2]);
  });

  it("takes nothing that could not be its address", () => {
    for (const to of ["127.0.0.1", "224.0.0.5", "0.0.0.0", "240.1.2.3"])
      expect(host.counted(() => host.hearsUdp({ to, toPort: 68 }))).toEqual({ IPS_TOTAL: 1, IPS_CANTFORWARD: 1 });
  });

  it("takes it also while it has a link-local address, and none but that", () => {
    host.configure("169.254.7.7", "255.255.0.0");
    host.wait(3000);
    host.said();
    host.hearsUdp({ to: "192.0.2.99", toPort: 68, payload: [1] });
    expect(socket.receiveData()).toEqual([1]);
    const dropped = { IPS_TOTAL: 1, IPS_CANTFORWARD: 1 };
    expect(host.counted(() => host.hearsUdp({ to: "192.0.2.99", toPort: 69 }))).toEqual(dropped);
    expect(host.counted(() => host.hearsIp({ to: "192.0.2.99", protocol: 6, payload: [0, 68, 0, 68] }))).toEqual(
      dropped,
    );
    host.configure(US.ip, "255.255.255.0");
    expect(host.counted(() => host.hearsUdp({ to: "192.0.2.99", toPort: 68 }))).toEqual(dropped);
    host.wait(3000);
    host.said();
  });

  it("has no way to tell anybody of an error", () => {
    host.hearsUdp({ to: "192.0.2.99", toPort: 9 });
    expect(host.said()).toEqual([]);
  });
});
