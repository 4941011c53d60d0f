import { FAR_AWAY, GATEWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, US } from "../../../../lib/host";
import {
  icmp,
  ipv4,
  NEEDS_FRAGMENTATION,
  NET_UNREACHABLE,
  PARAMETER_PROBLEM,
  PORT_UNREACHABLE,
  PROTOCOL_UNREACHABLE,
  pattern,
  REDIRECT,
  SOURCE_QUENCH,
  SOURCE_ROUTE_FAILED,
  TIME_EXCEEDED,
  UDP,
  UNREACHABLE,
  udp,
} from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

describe("An ICMP error about a datagram of ours", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
    socket = new UdpSocket(host);
    socket.bind(700);
    socket.connect(NEIGHBOUR.ip, 9);
  });
  afterEach(() => host.expectPoolsRestored());

  /** The datagram that comes back: of ours, unless told otherwise, and cut behind its UDP header. */
  function returned(
    fields: { from?: string; to?: string; fromPort?: number; toPort?: number; options?: number[] } = {},
  ) {
    const { from = US.ip, to = NEIGHBOUR.ip, fromPort = 700, toPort = 9, options = [] } = fields;
    const payload = udp({ from, to, fromPort, toPort, payload: pattern(100) });
    return ipv4({ from, to, protocol: UDP, payload, options }).slice(0, 28 + options.length);
  }

  function hears(type: number, code: number, payload = returned(), rest = [0, 0, 0, 0]): void {
    host.hearsIcmp(icmp({ type, code, rest, payload }));
  }

  it("of a port that nobody is on is ECONNREFUSED, told once by whatever call comes first", () => {
    hears(UNREACHABLE, PORT_UNREACHABLE);
    expect(socket.receive()).toBe(-host.net.ECONNREFUSED);
    expect(socket.receive()).toBe(-host.net.EAGAIN);
    hears(UNREACHABLE, PORT_UNREACHABLE);
    expect(socket.send("x")).toBe(-host.net.ECONNREFUSED);
    expect(socket.send("x")).toBe(1);
    host.said();
    hears(UNREACHABLE, PORT_UNREACHABLE);
    expect(socket.error()).toBe(host.net.ECONNREFUSED);
    expect(socket.error()).toBe(0);
  });

  it("is told behind what came before it", () => {
    host.hearsUdp({ fromPort: 9, toPort: 700, payload: [1] });
    hears(UNREACHABLE, PORT_UNREACHABLE);
    expect(socket.receiveData()).toEqual([1]);
    expect(socket.receive()).toBe(-host.net.ECONNREFUSED);
  });

  it("wakes whoever waits", () => {
    const woken: number[] = [];
    host.net.net.setupcall(socket.fd, (fd) => woken.push(fd));
    hears(UNREACHABLE, PORT_UNREACHABLE);
    expect(woken).toEqual([]);
    host.wait(0);
    expect(woken).toEqual([socket.fd]);
  });

  const errnos: [number, number, string][] = [
    [UNREACHABLE, NET_UNREACHABLE, "ENETUNREACH"],
    [UNREACHABLE, 1, "EHOSTUNREACH"],
    [UNREACHABLE, PROTOCOL_UNREACHABLE, "ECONNREFUSED"],
    [UNREACHABLE, PORT_UNREACHABLE, "ECONNREFUSED"],
    [UNREACHABLE, NEEDS_FRAGMENTATION, "EMSGSIZE"],
    [UNREACHABLE, SOURCE_ROUTE_FAILED, "EHOSTUNREACH"],
    [UNREACHABLE, 6, "ENETUNREACH"],
    [UNREACHABLE, 7, "EHOSTUNREACH"],
    [UNREACHABLE, 8, "EHOSTUNREACH"],
    [UNREACHABLE, 9, "ENETUNREACH"],
    [UNREACHABLE, 10, "EHOSTUNREACH"],
    [UNREACHABLE, 11, "ENETUNREACH"],
    [UNREACHABLE, 12, "EHOSTUNREACH"],
    [UNREACHABLE, 13, "EHOSTUNREACH"],
    [UNREACHABLE, 14, "EHOSTUNREACH"],
    [UNREACHABLE, 15, "EHOSTUNREACH"],
    [PARAMETER_PROBLEM, 0, "ENOPROTOOPT"],
    [PARAMETER_PROBLEM, 1, "ENOPROTOOPT"],
    [PARAMETER_PROBLEM, 2, "ENOPROTOOPT"],
  ];
  for (const [type, code, errno] of errnos)
    it(`of type ${type}, code ${code} is ${errno}`, () => {
      hears(type, code);
      expect(socket.error()).toBe((host.net as unknown as { [name: string]: number })[errno]);
    });

  for (const [type, code] of [
    [TIME_EXCEEDED, 0],
    [TIME_EXCEEDED, 1],
    [SOURCE_QUENCH, 0],
    [REDIRECT, 1],
  ])
    it(`of type ${type}, code ${code} is none to a socket`, () => {
      hears(type, code);
      expect(socket.error()).toBe(0);
    });

  for (const [type, code] of [
    [UNREACHABLE, 16],
    [UNREACHABLE, 255],
    [TIME_EXCEEDED, 2],
    [PARAMETER_PROBLEM, 3],
    [SOURCE_QUENCH, 1],
  ])
    it(`of type ${type}, code ${code} is unheard of: counted and dropped`, () => {
      expect(host.counted(() => hears(type, code))["ICPS_BADCODE"]).toBe(1);
      expect(socket.error()).toBe(0);
    });

  it("comes from anybody on the way", () => {
    host.hearsIcmp(icmp({ type: UNREACHABLE, code: 1, payload: returned() }), {}, FAR_AWAY);
    expect(socket.error()).toBe(host.net.EHOSTUNREACH);
  });

  it("may return a header with options", () => {
    for (const length of [4, 20, 24, 40]) {
      hears(UNREACHABLE, PORT_UNREACHABLE, returned({ options: pattern(length).fill(1) }));
      expect(socket.error()).toBe(host.net.ECONNREFUSED);
    }
  });

  it("may come in a header with options", () => {
    const payload = returned({ options: Array(12).fill(1) });
    host.hearsIcmp(icmp({ type: UNREACHABLE, code: PORT_UNREACHABLE, payload }), { options: Array(40).fill(1) });
    expect(socket.error()).toBe(host.net.ECONNREFUSED);
  });

  it("that returns all of a long datagram is understood as well (RFC 1812 4.3.2.3)", () => {
    for (let headLength = 60; headLength < 115; headLength++) {
      host.en0.headLength = headLength;
      hears(UNREACHABLE, PORT_UNREACHABLE, [...returned({ options: [1, 1, 1, 1] }), ...pattern(500)]);
      expect(socket.error()).toBe(host.net.ECONNREFUSED);
    }
  });

  it("with options within and without, too long for an mbuf, is dropped", () => {
    const payload = returned({ options: Array(40).fill(1) });
    host.hearsIcmp(icmp({ type: UNREACHABLE, code: PORT_UNREACHABLE, payload }), { options: Array(40).fill(1) });
    expect(socket.error()).toBe(0);
  });

  describe("is nothing to a socket", () => {
    function nobodyTold(): void {
      expect(socket.error()).toBe(0);
    }

    it("when it is about another address or port", () => {
      hears(UNREACHABLE, PORT_UNREACHABLE, returned({ to: OTHER_NEIGHBOUR.ip }));
      hears(UNREACHABLE, PORT_UNREACHABLE, returned({ toPort: 10 }));
      hears(UNREACHABLE, PORT_UNREACHABLE, returned({ fromPort: 701 }));
      hears(UNREACHABLE, PORT_UNREACHABLE, returned({ from: "127.0.0.1" }));
      nobodyTold();
    });

    it("that is not connected", () => {
      const other = new UdpSocket(host);
      other.bind(800);
      hears(UNREACHABLE, PORT_UNREACHABLE, returned({ fromPort: 800 }));
      expect(other.error()).toBe(0);
    });

    it("when it is about another protocol", () => {
      const payload = ipv4({ from: US.ip, to: NEIGHBOUR.ip, protocol: 253, payload: pattern(8) });
      hears(UNREACHABLE, PORT_UNREACHABLE, payload);
      nobodyTold();
    });

    it("when it returns less than the ports: counted", () => {
      const whole = returned();
      for (const length of [0, 1, 19, 20, 27]) {
        const counts = host.counted(() => hears(UNREACHABLE, PORT_UNREACHABLE, whole.slice(0, length)));
        expect(counts["ICPS_BADLEN"]).withContext(`${length} bytes`).toBe(1);
      }
      nobodyTold();
    });

    it("when the header that it returns is too short, or longer than what is returned: counted", () => {
      for (const words of [0, 4, 6, 15]) {
        const payload = returned();
        payload[0] = 0x40 | words;
        expect(host.counted(() => hears(UNREACHABLE, PORT_UNREACHABLE, payload))["ICPS_BADLEN"]).toBe(1);
      }
      nobodyTold();
    });

    it("when the checksum is wrong", () => {
      const message = icmp({ type: UNREACHABLE, code: PORT_UNREACHABLE, payload: returned(), checksum: 1 });
      expect(host.counted(() => host.hearsIcmp(message))["ICPS_CHECKSUM"]).toBe(1);
      nobodyTold();
    });

    it("once it is connected to another", () => {
      hears(UNREACHABLE, PORT_UNREACHABLE);
      socket.connect(OTHER_NEIGHBOUR.ip, 9);
      nobodyTold();
    });
  });
});
