import type { FilesApi, Message } from "../../../../../firmware/lib/files";
import { FAR_AWAY, GATEWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../../lib/host";
import {
  ECHO_REPLY,
  ECHO_REQUEST,
  echo,
  icmp,
  ipNumber,
  ipText,
  ipv4,
  long,
  PORT_UNREACHABLE,
  parseIpv4,
  pattern,
  TIME_EXCEEDED,
  UNREACHABLE,
} from "../../../../lib/packets";

const ICMP = 1;
/** a protocol for experiments, which nobody has (RFC 3692) */
const OURS = 253;

interface Name {
  sin_family: number;
  sin_addr: number;
  sin_port: number;
}

describe("A raw socket", () => {
  let host: Host;
  let sys: Host["net"]["net"];

  beforeEach(() => {
    host = new Host({ gateway: true });
    sys = host.net.net;
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
  });
  afterEach(() => host.expectPoolsRestored());

  function open(protocol: number): number {
    return host.closesAtEnd(sys.socket(sys.AF_INET, sys.SOCK_RAW, protocol));
  }

  function name(ip: string): Name {
    return { sin_family: sys.AF_INET, sin_addr: ipNumber(ip), sin_port: 0 };
  }

  /** What the socket has received: from whom, and the packet. */
  function receive(fd: number): { from: string; ip: ReturnType<typeof parseIpv4> } {
    const from = name("0.0.0.0");
    const data = sys.recvfrom(fd, 2000, 0, from);
    if (typeof data === "number") throw new Error(`recvfrom: errno ${-data}`);
    expect([from.sin_family, from.sin_port]).toEqual([sys.AF_INET, 0]);
    return { from: ipText(long(from.sin_addr)), ip: parseIpv4(Uint8Array.from(data)) };
  }

  function hasNothing(fd: number): boolean {
    return sys.recv(fd, 2000, 0) === -host.net.EAGAIN;
  }

  it("of ICMP hears an echo reply, IP header and all, and who has sent it", () => {
    const fd = open(ICMP);
    for (const length of [0, 1, 56, 90, 1472]) {
      host.hearsIcmp(echo(ECHO_REPLY, 7, 1, pattern(length)), { ttl: 61, tos: 8 });
      const { from, ip } = receive(fd);
      expect([from, ip.from, ip.to, ip.ttl, ip.tos]).toEqual([NEIGHBOUR.ip, NEIGHBOUR.ip, US.ip, 61, 8]);
      expect([...ip.payload]).toEqual(echo(ECHO_REPLY, 7, 1, pattern(length)));
    }
  });

  it("hears the options of the header too", () => {
    const fd = open(ICMP);
    host.hearsIcmp(echo(ECHO_REPLY, 7, 1), { options: [1, 1, 1, 1] });
    expect([...receive(fd).ip.options]).toEqual([1, 1, 1, 1]);
  });

  it("of ICMP hears errors, which the protocol concerned hears as well, and types that the stack does not know", () => {
    const fd = open(ICMP);
    const udp = host.closesAtEnd(sys.socket(sys.AF_INET, sys.SOCK_DGRAM, 0));
    sys.bind(udp, { ...name("0.0.0.0"), sin_port: 5000 });
    sys.connect(udp, { ...name(NEIGHBOUR.ip), sin_port: 7 });
    const returned = ipv4({ from: US.ip, to: NEIGHBOUR.ip, protocol: 17, payload: [0x13, 0x88, 0, 7, 0, 8, 0, 0] });
    host.hearsIcmp(icmp({ type: UNREACHABLE, code: PORT_UNREACHABLE, payload: returned }));
    expect([...receive(fd).ip.payload.slice(0, 2)]).toEqual([UNREACHABLE, PORT_UNREACHABLE]);
    expect(sys.getsockopt(udp, sys.SOL_SOCKET, sys.SO_ERROR)).toBe(host.net.ECONNREFUSED);
    for (const type of [TIME_EXCEEDED, 10, 42]) {
      host.hearsIcmp(icmp({ type, payload: returned }));
      expect(receive(fd).ip.payload[0]).toBe(type);
    }
  });

  it("does not hear the echo requests that the stack answers itself, nor what is damaged", () => {
    const fd = open(ICMP);
    host.hearsIcmp(echo(ECHO_REQUEST, 1, 1));
    host.saidOnce();
    host.hearsIcmp(icmp({ type: ECHO_REPLY, checksum: 0xbad }));
    host.hearsIcmp(icmp({ type: UNREACHABLE, code: 77, payload: pattern(28) }));
    expect(hasNothing(fd)).toBe(true);
  });

  it("hears a protocol that the stack has not, and nobody is told that it is unreachable", () => {
    const fd = open(OURS);
    const counts = host.counted(() => host.hearsIp({ protocol: OURS, payload: pattern(20) }, FAR_AWAY));
    expect(counts).toEqual({ IPS_TOTAL: 1, IPS_DELIVERED: 1 });
    const { from, ip } = receive(fd);
    expect([from, [...ip.payload].join()]).toEqual([FAR_AWAY.ip, pattern(20).join()]);
    expect(host.said()).toEqual([]);
    host.hearsIp({ protocol: OURS - 1 }, FAR_AWAY);
    expect(host.saidOnce().icmp!.type).toBe(UNREACHABLE);
  });

  it("shares a packet with every other socket that it fits: by protocol, local and foreign address", () => {
    const [any, bound, elsewhere, connected, stranger] = [OURS, OURS, OURS, OURS, OURS].map(open);
    expect(sys.bind(bound, name(US.ip))).toBe(0);
    expect(sys.bind(elsewhere, name("224.0.0.1"))).toBe(0);
    expect(sys.connect(connected, name(NEIGHBOUR.ip))).toBe(0);
    expect(sys.connect(stranger, name(OTHER_NEIGHBOUR.ip))).toBe(0);
    host.hearsIp({ protocol: OURS, payload: pattern(300) });
    for (const fd of [any, bound, connected]) expect([...receive(fd).ip.payload]).toEqual(pattern(300));
    expect([elsewhere, stranger].every(hasNothing)).toBe(true);
  });

  it("tells where a packet went to, for who wants to know", () => {
    const net = sys as typeof sys & FilesApi;
    const [knows, other] = [OURS, OURS].map(open);
    expect(net.setsockopt(knows, net.IPPROTO_IP, net.IP_RECVDSTADDR, 1)).toBe(0);
    const control = (fd: number) => {
      const msg: Message = {};
      expect(net.recvmsg(fd, msg, 2000, 0)).toBe(20 + 300);
      return msg.msg_control;
    };
    for (const to of [US.ip, SUBNET_BROADCAST]) {
      host.hearsIp({ protocol: OURS, payload: pattern(300), to });
      const cmsg_data = ipNumber(to);
      expect(control(knows)).toEqual([{ cmsg_level: net.IPPROTO_IP, cmsg_type: net.IP_RECVDSTADDR, cmsg_data }]);
      expect(control(other)).toEqual([]);
    }
  });

  it("wakes its program", () => {
    const fd = open(ICMP);
    let calls = 0;
    sys.setupcall(fd, () => calls++);
    host.hearsIcmp(echo(ECHO_REPLY, 7, 1));
    host.wait(0);
    expect(calls).toBe(1);
  });

  it("sends what it is given behind an IP header of its protocol", () => {
    for (const length of [0, 1, 64, 72, 73, 500, 1472]) {
      const fd = sys.socket(sys.AF_INET, sys.SOCK_RAW, ICMP);
      const message = echo(ECHO_REQUEST, 1, length, pattern(length));
      expect(sys.sendto(fd, Uint8Array.from(message), 0, name(NEIGHBOUR.ip))).toBe(message.length);
      const { ip } = host.saidOnce();
      expect([ip!.from, ip!.to, ip!.protocol, ip!.ttl, ip!.tos]).toEqual([US.ip, NEIGHBOUR.ip, ICMP, 64, 0]);
      expect([...ip!.payload]).toEqual(message);
      sys.close(fd);
    }
  });

  it("sends with its time to live and type of service", () => {
    const fd = open(OURS);
    expect(sys.setsockopt(fd, sys.IPPROTO_IP, sys.IP_TTL, 1)).toBe(0);
    expect(sys.setsockopt(fd, sys.IPPROTO_IP, sys.IP_TOS, 0x10)).toBe(0);
    sys.sendto(fd, "x", 0, name(FAR_AWAY.ip));
    const { ip } = host.saidOnce();
    expect([ip!.protocol, ip!.ttl, ip!.tos]).toEqual([OURS, 1, 0x10]);
  });

  it("that is connected sends to its peer, until it is disconnected", () => {
    const fd = open(OURS);
    expect(sys.send(fd, "x", 0)).toBe(-host.net.EDESTADDRREQ);
    expect(sys.connect(fd, name(FAR_AWAY.ip))).toBe(0);
    const peer = name("0.0.0.0");
    expect([sys.getpeername(fd, peer), ipText(long(peer.sin_addr))]).toEqual([0, FAR_AWAY.ip]);
    expect(sys.send(fd, "x", 0)).toBe(1);
    expect(host.saidOnce().ip!.to).toBe(FAR_AWAY.ip);
    expect(sys.sendto(fd, "x", 0, name(NEIGHBOUR.ip))).toBe(-host.net.EISCONN);
    expect(sys.connect(fd, name(NEIGHBOUR.ip))).toBe(0); // another peer
    expect(sys.send(fd, "x", 0)).toBe(1);
    expect(host.saidOnce().ip!.to).toBe(NEIGHBOUR.ip);
    expect(sys.shutdown(fd, 1)).toBe(0);
    expect(sys.send(fd, "x", 0)).toBe(-host.net.EPIPE);
  });

  it("asks for leave to broadcast: EACCES", () => {
    const fd = open(OURS);
    expect(sys.sendto(fd, "x", 0, name(SUBNET_BROADCAST))).toBe(-host.net.EACCES);
    sys.setsockopt(fd, sys.SOL_SOCKET, sys.SO_BROADCAST, 1);
    expect(sys.sendto(fd, "x", 0, name(SUBNET_BROADCAST))).toBe(1);
    expect(host.saidOnce().ip!.to).toBe(SUBNET_BROADCAST);
  });

  it("speaks to a raw socket of its own board over the loopback interface", () => {
    const fd = open(OURS);
    expect(sys.sendto(fd, "to myself", 0, name("127.0.0.1"))).toBe(9);
    host.wait(0);
    const { from, ip } = receive(fd);
    expect([from, Buffer.from(ip.payload as Uint8Array).toString()]).toEqual(["127.0.0.1", "to myself"]);
  });

  it("tells its protocol as the port of its name", () => {
    const fd = open(OURS);
    expect(sys.bind(fd, name(US.ip))).toBe(0);
    const local = name("0.0.0.0");
    expect([sys.getsockname(fd, local), ipText(long(local.sin_addr)), local.sin_port]).toEqual([0, US.ip, OURS]);
  });

  it("is of a protocol: EPROTONOSUPPORT without, or beyond 255", () => {
    for (const protocol of [0, -1, 256, Number.NaN])
      expect(sys.socket(sys.AF_INET, sys.SOCK_RAW, protocol)).toBe(-host.net.EPROTONOSUPPORT);
  });

  it("refuses addresses that are none, or not ours to bind to", () => {
    const fd = open(OURS);
    const unix = { sin_family: 1, sin_addr: 0, sin_port: 0 };
    expect(sys.bind(fd, name(NEIGHBOUR.ip))).toBe(-host.net.EADDRNOTAVAIL);
    for (const call of [sys.bind(fd, unix), sys.connect(fd, unix), sys.sendto(fd, "x", 0, unix)])
      expect(call).toBe(-host.net.EAFNOSUPPORT);
  });

  it("refuses a packet that may not be cut and is longer than the interface takes, and one beyond its buffer: EMSGSIZE", () => {
    const fd = open(OURS);
    sys.setsockopt(fd, sys.SOL_SOCKET, sys.SO_SNDBUF, 3000);
    sys.setsockopt(fd, 0, host.net.IP_MTU_DISCOVER, host.net.IP_PMTUDISC_DO);
    expect(sys.sendto(fd, "x".repeat(1481), 0, name(NEIGHBOUR.ip))).toBe(-host.net.EMSGSIZE);
    expect(sys.sendto(fd, "x".repeat(3001), 0, name(NEIGHBOUR.ip))).toBe(-host.net.EMSGSIZE);
    expect(sys.sendto(fd, "x".repeat(1480), 0, name(NEIGHBOUR.ip))).toBe(1480);
    expect(host.saidOnce().ip!.payload.length).toBe(1480);
  });

  it("that is not read keeps what fits its buffer and counts the rest, and never the last mbufs", () => {
    const fd = open(OURS);
    sys.setsockopt(fd, sys.SOL_SOCKET, sys.SO_RCVBUF, 100);
    const counts = host.counted(() => {
      for (let i = 0; i < 5; i++) host.hearsIp({ protocol: OURS, payload: pattern(20) });
    });
    expect(counts["IPS_FULLSOCK"]).toBe(3);
    sys.setsockopt(fd, sys.SOL_SOCKET, sys.SO_RCVBUF, 32768);
    for (let i = 0; i < 60; i++) host.hearsIp({ protocol: OURS, payload: pattern(20) });
    expect(host.net.mbstat().m_mfree).toBeGreaterThanOrEqual(host.net.MRESERVE);
  });

  it("loses a packet when no mbuf is left, and nothing else", () => {
    const fd = open(ICMP);
    host.withMbufsLeft(1, () => {
      host.hearsIcmp(echo(ECHO_REPLY, 7, 1, pattern(20)));
      expect(sys.sendto(fd, "x", 0, name(NEIGHBOUR.ip))).toBe(-host.net.ENOBUFS);
    });
    host.hearsIcmp(echo(ECHO_REPLY, 7, 2));
    expect(receive(fd).ip.payload[7]).toBe(2);
  });
});
