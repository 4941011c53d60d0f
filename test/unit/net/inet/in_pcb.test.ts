import type { Inpcb } from "../../../../firmware/net/inet/in_pcb";
import {
  BROADCAST,
  FAR_AWAY,
  GATEWAY,
  Host,
  NEIGHBOUR,
  OTHER_NEIGHBOUR,
  SUBNET_BROADCAST,
  US,
} from "../../../lib/host";
import { javascriptOnly } from "../../../lib/javascript_only";
import { ipNumber } from "../../../lib/packets";
import { UdpSocket } from "../../../lib/udp_socket";

const GROUP = "224.0.0.251";

describe("Binding a socket", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    socket = new UdpSocket(host);
  });
  afterEach(() => host.expectPoolsRestored());

  it("gives it the address and port that were asked for", () => {
    for (const ip of ["0.0.0.0", US.ip, "127.0.0.1", GROUP, BROADCAST, SUBNET_BROADCAST]) {
      const other = new UdpSocket(host);
      expect(other.bind(700, ip)).withContext(ip).toBe(0);
      expect(other.localName()).toEqual({ ip, port: 700 });
      other.close();
    }
  });

  it("is done once: EINVAL", () => {
    socket.bind(700);
    expect(socket.bind(701)).toBe(-host.net.EINVAL);
    expect(socket.localName().port).toBe(700);
  });

  it("fails for an address that is not ours: EADDRNOTAVAIL", () => {
    for (const ip of [NEIGHBOUR.ip, FAR_AWAY.ip, "127.0.0.2"])
      expect(socket.bind(700, ip)).toBe(-host.net.EADDRNOTAVAIL);
    expect(socket.bind(700)).toBe(0);
  });

  it("fails for another family", () => {
    const { net, EAFNOSUPPORT } = host.net;
    expect(net.bind(socket.fd, { sin_family: 1, sin_addr: 0, sin_port: 7 } as never)).toBe(-EAFNOSUPPORT);
    expect(net.bind(socket.fd, {} as never)).toBe(-EAFNOSUPPORT);
  });

  it("fails for what is no address", () => {
    javascriptOnly("the gate looks at what a program gives: test/native/shell.test.ts");
    const { net, EINVAL } = host.net;
    const bind = (name: object) => net.bind(socket.fd, name);
    expect(bind({ sin_family: 2, sin_addr: "192.0.2.1", sin_port: 7 })).toBe(-EINVAL);
    for (const port of [-1, 65536, 7.5, Number.NaN, "7", undefined])
      expect(bind({ sin_family: 2, sin_addr: 0, sin_port: port })).toBe(-EINVAL);
  });

  describe("to a port that is taken", () => {
    /** What the second bind answers; each is of "ip" or "ip option option". */
    function bindBoth(first: string, second: string): number {
      const open = (what: string) => {
        const [ip, ...options] = what.split(" ");
        const one = new UdpSocket(host);
        for (const option of options) one.set(option === "reuseaddr" ? host.net.SO_REUSEADDR : host.net.SO_REUSEPORT);
        return one.bind(700, ip);
      };
      expect(open(first)).toBe(0);
      return -open(second);
    }

    const free = [
      [US.ip, "127.0.0.1"],
      ["0.0.0.0", `${US.ip} reuseaddr`],
      [US.ip, "0.0.0.0 reuseaddr"],
      ["0.0.0.0 reuseport", "0.0.0.0 reuseport"],
      [`${US.ip} reuseport`, `${US.ip} reuseport`],
      ["0.0.0.0 reuseport", `${US.ip} reuseport`],
      [`${GROUP} reuseaddr`, `${GROUP} reuseaddr`],
      [`${GROUP} reuseport`, `${GROUP} reuseaddr`],
      [`${BROADCAST} reuseaddr`, `${BROADCAST} reuseaddr`],
      [`${GROUP}`, "224.0.0.252"],
    ];
    for (const [first, second] of free)
      it(`goes: ${first}, then ${second}`, () => expect(bindBoth(first, second)).toBe(0));

    const taken = [
      ["0.0.0.0", "0.0.0.0"],
      [US.ip, US.ip],
      ["0.0.0.0", US.ip],
      [US.ip, "0.0.0.0"],
      ["0.0.0.0 reuseaddr", US.ip],
      ["0.0.0.0 reuseaddr", "0.0.0.0 reuseaddr"],
      [`${US.ip} reuseaddr`, `${US.ip} reuseaddr`],
      ["0.0.0.0 reuseport", "0.0.0.0"],
      ["0.0.0.0", "0.0.0.0 reuseport"],
      [GROUP, `${GROUP} reuseaddr`],
      [`${GROUP} reuseaddr`, GROUP],
    ];
    for (const [first, second] of taken)
      it(`fails: ${first}, then ${second}: EADDRINUSE`, () =>
        expect(bindBoth(first, second)).toBe(host.net.EADDRINUSE));

    it("goes again once that is closed", () => {
      socket.bind(700);
      const other = new UdpSocket(host);
      expect(other.bind(700)).toBe(-host.net.EADDRINUSE);
      socket.close();
      expect(other.bind(700)).toBe(0);
    });
  });

  describe("to any port", () => {
    it("takes one of the dynamic range, at random (RFC 6056)", () => {
      const { IPPORT_HIFIRST, IPPORT_HILAST } = host.net;
      const ports: number[] = [];
      for (let i = 0; i < 300; i++) {
        const one = new UdpSocket(host);
        expect(one.bind(0)).toBe(0);
        ports.push(one.localName().port);
        one.close();
      }
      expect(Math.min(...ports)).toBeGreaterThanOrEqual(IPPORT_HIFIRST);
      expect(Math.max(...ports)).toBeLessThanOrEqual(IPPORT_HILAST);
      expect(new Set(ports).size).toBeGreaterThan(285);
      expect(new Set(ports.map((port) => (port - IPPORT_HIFIRST) >> 10)).size).toBe(16); // all over the range
      expect(ports.filter((port, i) => i && Math.abs(port - ports[i - 1]) < 100).length).toBeLessThan(20);
    });

    it("differs from one board to the next", () => {
      const other = new Host({ seed: 4711 });
      const theirs = new UdpSocket(other);
      theirs.bind(0);
      socket.bind(0);
      expect(theirs.localName().port).not.toBe(socket.localName().port);
      other.expectPoolsRestored();
    });

    it("takes the next that is free when the one it thought of is not, round the end", () => {
      javascriptOnly("more PCBs than machine code has memory for");
      const { net } = host;
      const taken = everyPortBut(net.IPPORT_HIFIRST + 5);
      expect(socket.bind(0)).toBe(0);
      expect(socket.localName().port).toBe(net.IPPORT_HIFIRST + 5);
      net.udb.inp_first = taken;
    });

    it("fails with EADDRNOTAVAIL when all are taken", () => {
      javascriptOnly("more PCBs than machine code has memory for");
      everyPortBut(0);
      expect(socket.bind(0)).toBe(-host.net.EADDRNOTAVAIL);
      expect(socket.bind(0, US.ip)).toBe(-host.net.EADDRNOTAVAIL);
      expect(socket.localName()).toEqual({ ip: "0.0.0.0", port: 0 });
    });

    /** Fills the list with PCBs for every port of the range but one; the list as it was. */
    function everyPortBut(free: number): Inpcb | null {
      const { net } = host;
      const before = net.udb.inp_first!;
      for (let port = net.IPPORT_HILAST; port >= net.IPPORT_HIFIRST; port--)
        if (port !== free) net.udb.inp_first = { ...before, inp_next: net.udb.inp_first, inp_lport: port };
      return before;
    }
  });
});

describe("Connecting a socket", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    socket = new UdpSocket(host);
  });
  afterEach(() => host.expectPoolsRestored());

  it("chooses the address that the route says, and a port", () => {
    expect(socket.connect(FAR_AWAY.ip, 7)).toBe(0);
    expect(socket.localName().ip).toBe(US.ip);
    expect(socket.localName().port).toBeGreaterThanOrEqual(host.net.IPPORT_HIFIRST);
    const other = new UdpSocket(host);
    other.connect("127.0.0.1", 7);
    expect(other.localName().ip).toBe("127.0.0.1");
  });

  it("to ourselves is from ourselves", () => {
    socket.connect(US.ip, 7);
    expect(socket.localName().ip).toBe(US.ip);
  });

  it("to 0.0.0.0 is to the loopback address", () => {
    expect(socket.connect("0.0.0.0", 7)).toBe(0);
    const name = { sin_addr: 0 };
    host.net.net.getpeername(socket.fd, name);
    expect(name.sin_addr).toBe(ipNumber("127.0.0.1"));
  });

  it("keeps the port that it was bound to", () => {
    socket.bind(700);
    socket.connect(NEIGHBOUR.ip, 7);
    expect(socket.localName()).toEqual({ ip: US.ip, port: 700 });
  });

  it("fails without a port: EADDRNOTAVAIL", () => {
    expect(socket.connect(NEIGHBOUR.ip, 0)).toBe(-host.net.EADDRNOTAVAIL);
  });

  it("fails without a way: ENETUNREACH", () => {
    host.net.in_setgateway(0);
    expect(socket.connect(FAR_AWAY.ip, 7)).toBe(-host.net.ENETUNREACH);
  });

  it("fails when another is connected in the same way: EADDRINUSE", () => {
    const other = new UdpSocket(host);
    for (const one of [socket, other]) {
      one.set(host.net.SO_REUSEPORT);
      expect(one.bind(700)).toBe(0);
    }
    expect(socket.connect(NEIGHBOUR.ip, 7)).toBe(0);
    expect(other.connect(NEIGHBOUR.ip, 7)).toBe(-host.net.EADDRINUSE);
    expect(other.connect(NEIGHBOUR.ip, 8)).toBe(0);
  });

  it("may be done again, to another", () => {
    socket.connect(NEIGHBOUR.ip, 7);
    const { port } = socket.localName();
    expect(socket.connect(OTHER_NEIGHBOUR.ip, 8)).toBe(0);
    expect(socket.localName().port).toBe(port);
  });

  it("the gateway is a neighbour like any other", () => {
    expect(socket.connect(GATEWAY.ip, 7)).toBe(0);
  });
});
