import { GATEWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, type Station, US } from "../../../../lib/host";
import { ARP_REQUEST, chars, decode, EVERYBODY, ipNumber, NOBODY, type Packet } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("The ARP cache", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    socket = new UdpSocket(host);
  });
  afterEach(() => host.expectPoolsRestored());

  /** Sends a datagram, and tells what became of it: "asked for 192.0.2.2", "sent to 02:...", "" for nothing. */
  function send(ip: string, data = "x"): string {
    expect(socket.sendTo(ip, 9, data)).toBe(data.length);
    return host.said().map(describePacket).join(", ");
  }

  function describePacket({ ethernet, arp }: Packet): string {
    if (!arp) return `sent to ${ethernet.to}`;
    expect(arp.op).toBe(ARP_REQUEST);
    return ethernet.to === EVERYBODY ? `asked for ${arp.targetIp}` : `asked ${ethernet.to} for ${arp.targetIp}`;
  }

  function saidIn(ms: number): string[] {
    host.wait(ms);
    return host.said().map(describePacket);
  }

  function entry(who: Station) {
    return host.net.arptab_look(ipNumber(who.ip));
  }

  function entries(): number {
    let n = 0;
    for (let at = host.net.arptab; at; at = at.at_next) n++;
    return n;
  }

  it("asks everybody for an address that it does not know, in our name", () => {
    socket.sendTo(NEIGHBOUR.ip, 9, "x");
    const { ethernet, arp } = host.saidOnce();
    expect([ethernet.to, ethernet.from]).toEqual([EVERYBODY, US.mac]);
    expect(arp).toEqual({
      op: ARP_REQUEST,
      senderMac: US.mac,
      senderIp: US.ip,
      targetMac: NOBODY,
      targetIp: NEIGHBOUR.ip,
    });
  });

  it("sends the packet that waited once the answer comes, and the next at once", () => {
    send(NEIGHBOUR.ip, "first");
    host.hearsArpReply(NEIGHBOUR);
    const { ethernet, udp } = host.saidOnce();
    expect(ethernet.to).toBe(NEIGHBOUR.mac);
    expect([...udp!.payload]).toEqual(chars("first"));
    expect(send(NEIGHBOUR.ip)).toBe(`sent to ${NEIGHBOUR.mac}`);
  });

  /** The data of the datagrams that were said. */
  function dataSaid(): string[] {
    return host.said().flatMap(({ udp }) => (udp ? [String.fromCharCode(...udp.payload)] : []));
  }

  it("holds what is sent meanwhile, and sends it in order once the answer comes (RFC 1122 2.3.2.2)", () => {
    const words = ["one", "two", "three", "four", "five"];
    const counts = host.counted(() => {
      for (const data of words) socket.sendTo(NEIGHBOUR.ip, 9, data);
    });
    expect(counts["ARPS_DROPPED"]).toBeUndefined();
    expect(counts["ARPS_SENT"]).toBe(1);
    host.said();
    host.hearsArpReply(NEIGHBOUR);
    expect(dataSaid()).toEqual(words);
  });

  it("holds so many and no more, the latest, and counts the others as dropped", () => {
    const words = Array.from({ length: host.net.ARP_MAXHOLD + 3 }, (_, i) => `datagram ${i}`);
    const counts = host.counted(() => {
      for (const data of words) socket.sendTo(NEIGHBOUR.ip, 9, data);
    });
    expect(counts["ARPS_DROPPED"]).toBe(3);
    host.said();
    host.hearsArpReply(NEIGHBOUR);
    expect(dataSaid()).toEqual(words.slice(3));
  });

  it("holds one when memory is scarce", () => {
    const { net } = host;
    host.withMbufsLeft(net.MRESERVE + 3, () => {
      for (const data of ["one", "two", "three", "four"]) socket.sendTo(NEIGHBOUR.ip, 9, data);
      expect(net.mbstat().m_mfree).toBeGreaterThanOrEqual(net.MRESERVE);
    });
    host.said();
    host.hearsArpReply(NEIGHBOUR);
    const held = dataSaid();
    expect(held.length).toBeGreaterThanOrEqual(1);
    expect(held.at(-1)).toBe("four");
  });

  it("leaves clusters to others", () => {
    const { net } = host;
    const long = "x".repeat(1000);
    for (let i = 0; i < 12; i++) socket.sendTo(`192.0.2.${100 + (i & 1)}`, 9, long);
    expect(net.mbstat().m_clfree).toBeGreaterThanOrEqual(net.NMBCLUSTERS >> 2);
    host.wait(6000);
    host.said();
  });

  it("tells each of the sockets whose packets waited of a host that is down", () => {
    const sockets = [1, 2, 3].map(() => new UdpSocket(host));
    for (const one of sockets) {
      one.connect(NEIGHBOUR.ip, 9);
      one.send("anybody there?");
    }
    host.wait(6000);
    for (const one of sockets) expect(one.receive()).toBe(-host.net.EHOSTDOWN);
    host.said();
  });

  it("asks for the gateway on the way to a host far away", () => {
    expect(send("198.51.100.9")).toBe(`asked for ${GATEWAY.ip}`);
    host.hearsArpReply(GATEWAY);
    const { ethernet, ip } = host.saidOnce();
    expect([ethernet.to, ip!.to]).toEqual([GATEWAY.mac, "198.51.100.9"]);
  });

  it("asks once a second, however many packets are to be sent", () => {
    expect(send(NEIGHBOUR.ip)).toBe(`asked for ${NEIGHBOUR.ip}`);
    for (let tenths = 1; tenths < 10; tenths++) {
      host.wait(100);
      expect(send(NEIGHBOUR.ip)).toBe("");
    }
    expect(saidIn(101)).toEqual([`asked for ${NEIGHBOUR.ip}`]);
  });

  it("gives up after five requests: the packet is dropped, the host down, and packets to it fail with EHOSTDOWN", () => {
    const { net } = host;
    send(NEIGHBOUR.ip);
    expect(saidIn(4 * SECOND + 10).length).toBe(net.ARP_MAXTRIES - 1);
    expect(host.counted(() => expect(saidIn(SECOND)).toEqual([]))).toEqual({ ARPS_DOWN: 1 });
    expect(net.mbstat().m_mfree).toBe(net.NMBUFS);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, "x")).toBe(-net.EHOSTDOWN);
    expect(saidIn(0)).toEqual([]);
  });

  it("tells a connected socket of a host that is down, and none that is not connected", () => {
    const connected = new UdpSocket(host);
    connected.connect(NEIGHBOUR.ip, 9);
    connected.send("anybody there?");
    host.wait(6 * SECOND);
    expect(connected.receive()).toBe(-host.net.EHOSTDOWN);
    expect(connected.receive()).toBe(-host.net.EAGAIN); // told once
    socket.sendTo(OTHER_NEIGHBOUR.ip, 9, "and you?");
    host.wait(6 * SECOND);
    expect(socket.error()).toBe(0);
    host.said();
  });

  it("tries again when a host has been down for a while", () => {
    send(NEIGHBOUR.ip);
    host.wait(5 * SECOND + host.net.ARPT_DOWN + 100);
    host.said();
    expect(send(NEIGHBOUR.ip)).toBe(`asked for ${NEIGHBOUR.ip}`);
  });

  it("knows a host that was down as soon as it is heard", () => {
    send(NEIGHBOUR.ip);
    host.wait(6 * SECOND);
    host.said();
    host.hearsArpReply(NEIGHBOUR);
    expect(send(NEIGHBOUR.ip)).toBe(`sent to ${NEIGHBOUR.mac}`);
  });

  it("forgets an entry that nobody uses", () => {
    host.hearsArp({});
    host.said();
    expect(entry(NEIGHBOUR)).not.toBeNull();
    expect(saidIn(host.net.ARPT_KEEP)).toEqual([]);
    expect(entry(NEIGHBOUR)).toBeNull();
  });

  /** Sends a datagram every second for so long; when it is asked for, and to whom the datagrams go, as changes. */
  function stream(seconds: number): string[] {
    const changes: string[] = [];
    for (let s = 0; s < seconds; s++) {
      socket.sendTo(NEIGHBOUR.ip, 9, "x");
      host.wait(1000);
      for (const line of host.said().map(describePacket)) if (changes.at(-1) !== line) changes.push(line);
    }
    return changes;
  }

  it("asks a host that is sent to itself when it was not heard for half a minute, and lives on when it answers", () => {
    host.hearsArp({});
    host.said();
    send(NEIGHBOUR.ip);
    expect(saidIn(host.net.ARPT_REACHABLE - 10)).toEqual([]);
    expect(saidIn(20)).toEqual([`asked ${NEIGHBOUR.mac} for ${NEIGHBOUR.ip}`]);
    host.hearsArpReply(NEIGHBOUR);
    expect(saidIn(MINUTE)).toEqual([]);
    expect(send(NEIGHBOUR.ip)).toBe(`sent to ${NEIGHBOUR.mac}`);
  });

  it("finds a host that has moved to another hardware address without a word, and loses no packet after that", () => {
    const moved = "02:00:00:00:00:99";
    host.hearsArp({});
    host.said();
    host.en0.onFrame = (frame) => {
      const { ethernet, arp } = decode(frame);
      if (arp?.targetIp === NEIGHBOUR.ip && [EVERYBODY, moved].includes(ethernet.to))
        host.kernel.clock.defer(() => host.hearsArpReply({ ...NEIGHBOUR, mac: moved }));
    };
    expect(stream(40)).toEqual([
      `sent to ${NEIGHBOUR.mac}`,
      `asked ${NEIGHBOUR.mac} for ${NEIGHBOUR.ip}`,
      `sent to ${NEIGHBOUR.mac}`,
      `asked ${NEIGHBOUR.mac} for ${NEIGHBOUR.ip}`,
      `sent to ${NEIGHBOUR.mac}`,
      `asked for ${NEIGHBOUR.ip}`,
      `sent to ${moved}`,
    ]);
    expect(host.counted(() => stream(40))["ARPS_DROPPED"]).toBeUndefined();
  });

  it("asks a host that was silent and unused for long a second after it is sent to, unless it is heard", () => {
    host.hearsArp({});
    host.said();
    expect(saidIn(10 * MINUTE)).toEqual([]);
    expect(send(NEIGHBOUR.ip)).toBe(`sent to ${NEIGHBOUR.mac}`);
    expect(saidIn(900)).toEqual([]);
    expect(saidIn(200)).toEqual([`asked ${NEIGHBOUR.mac} for ${NEIGHBOUR.ip}`]);
    host.hearsArpReply(NEIGHBOUR);
    saidIn(10 * MINUTE);
    send(NEIGHBOUR.ip);
    host.hearsArp({});
    host.said();
    expect(saidIn(5 * SECOND)).toEqual([]);
  });

  it("forgets a host that was in use and does not answer, asked itself twice and everybody twice", () => {
    host.hearsArp({});
    host.said();
    send(NEIGHBOUR.ip);
    const alone = `asked ${NEIGHBOUR.mac} for ${NEIGHBOUR.ip}`;
    const all = `asked for ${NEIGHBOUR.ip}`;
    expect(saidIn(host.net.ARPT_REACHABLE + 5 * SECOND)).toEqual([alone, alone, all, all]);
    expect(entry(NEIGHBOUR)).toBeNull();
    expect(send(NEIGHBOUR.ip)).toBe(`asked for ${NEIGHBOUR.ip}`);
  });

  it("asks a host itself when a protocol doubts that it is there, once, and forgets it when it does not answer", () => {
    host.hearsArp({});
    host.said();
    host.net.arp_losing(ipNumber(NEIGHBOUR.ip));
    host.net.arp_losing(ipNumber(NEIGHBOUR.ip));
    expect(host.said().map(describePacket)).toEqual([`asked ${NEIGHBOUR.mac} for ${NEIGHBOUR.ip}`]);
    host.wait(10 * SECOND);
    host.said();
    expect(entry(NEIGHBOUR)).toBeNull();
  });

  it("keeps a host that was doubted and answers", () => {
    host.hearsArp({});
    host.net.arp_losing(ipNumber(NEIGHBOUR.ip));
    host.hearsArpReply(NEIGHBOUR);
    host.wait(10 * SECOND);
    host.said();
    expect(entry(NEIGHBOUR)).not.toBeNull();
  });

  it("forgets a host that was in use once and no more, after it was confirmed", () => {
    host.hearsArp({});
    host.said();
    send(NEIGHBOUR.ip);
    host.wait(host.net.ARPT_REACHABLE + 10);
    host.hearsArpReply(NEIGHBOUR);
    host.said();
    expect(saidIn(host.net.ARPT_KEEP - 1)).toEqual([]);
    expect(entry(NEIGHBOUR)).not.toBeNull();
    host.wait(1);
    expect(entry(NEIGHBOUR)).toBeNull();
  });

  it("takes over a host's new hardware address", () => {
    host.hearsArpReply(NEIGHBOUR); // says nothing to us: no entry
    host.hearsArp({});
    host.said();
    host.hearsArpReply({ ...NEIGHBOUR, mac: "02:00:00:00:00:99" });
    expect(send(NEIGHBOUR.ip)).toBe("sent to 02:00:00:00:00:99");
  });

  it("has so many entries and no more; the oldest that nobody uses goes", () => {
    const { net } = host;
    const stations = Array.from({ length: net.ARPTAB_SIZE + 1 }, (_, i) => ({
      mac: `02:00:00:00:01:${String(i + 10)}`,
      ip: `192.0.2.${100 + i}`,
    }));
    for (const station of stations.slice(0, -1))
      host.hearsArp({ senderMac: station.mac, senderIp: station.ip, targetIp: US.ip });
    host.said();
    send(stations[0].ip); // the oldest of all is in use
    host.hearsArp({ senderMac: stations[net.ARPTAB_SIZE].mac, senderIp: stations[net.ARPTAB_SIZE].ip });
    expect(entries()).toBe(net.ARPTAB_SIZE);
    expect(entry(stations[0])).not.toBeNull();
    expect(entry(stations[1])).toBeNull();
    expect(entry(stations[net.ARPTAB_SIZE])).not.toBeNull();
    host.said();
  });

  it("drops the packets of entries that have to make room", () => {
    const { net } = host;
    for (let i = 0; i < 20; i++) send(`192.0.2.${100 + i}`);
    expect(entries()).toBe(net.ARPTAB_SIZE);
    expect(net.arpstat[net.ARPS_DROPPED]).toBe(20 - net.ARPTAB_SIZE);
    expect(net.mbstat().m_mfree).toBe(net.NMBUFS - net.ARPTAB_SIZE);
  });

  it("is left with nothing when the interface loses its address", () => {
    send(NEIGHBOUR.ip);
    host.net.in_ifscrub(host.en0.ac);
    expect(entries()).toBe(0);
    expect(saidIn(10 * SECOND)).toEqual([]);
  });

  it("lets an idle board sleep", () => {
    const { clock } = host.kernel;
    host.hearsArp({});
    host.said();
    host.wait(host.net.ARPT_KEEP + 5000); // a while after the last callout, too
    expect((clock.nextEventTime() as number) - clock.now()).toBeGreaterThan(60e9); // ns
  });
});
