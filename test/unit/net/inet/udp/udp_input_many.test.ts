import { BROADCAST, Host, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../../lib/host";
import { EVERYBODY, ipNumber, pattern, UDP, udp } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

describe("A datagram for many", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
  });
  afterEach(() => host.expectPoolsRestored());

  /** Sockets on port 9 that share it, bound to those addresses. */
  function listeners(...ips: string[]): UdpSocket[] {
    return ips.map((ip) => {
      const one = new UdpSocket(host);
      one.set(host.net.SO_REUSEPORT);
      expect(one.bind(9, ip)).toBe(0);
      return one;
    });
  }

  function heard(sockets: UdpSocket[]): number[][] {
    return sockets.map((one) => {
      const received = one.receive();
      return typeof received === "number" ? [] : received.data;
    });
  }

  for (const to of [BROADCAST, SUBNET_BROADCAST])
    it(`goes to every socket on its port: ${to}`, () => {
      for (const length of [3, 600]) {
        const sockets = listeners("0.0.0.0", "0.0.0.0", to, US.ip);
        host.hearsUdp({ to, toPort: 9, payload: pattern(length) });
        expect(heard(sockets)).toEqual([pattern(length), pattern(length), pattern(length), pattern(length)]);
        for (const one of sockets) one.close();
      }
    });

  it("goes to none that has our address, in a build that does not forward", () => {
    host = new Host({ config: { INET_FORWARD: false, INET_NAT: false } });
    const sockets = listeners("0.0.0.0", US.ip);
    host.hearsUdp({ to: BROADCAST, toPort: 9, payload: [5] });
    expect(heard(sockets)).toEqual([[5], []]);
  });

  it("gives each socket the sender's address", () => {
    const sockets = listeners("0.0.0.0", "0.0.0.0");
    host.hearsUdp({ to: BROADCAST, toPort: 9, fromPort: 1234, payload: [5] });
    for (const one of sockets) expect(one.receive()).toEqual({ from: NEIGHBOUR.ip, port: 1234, data: [5] });
  });

  it("goes to none that is connected to somebody else", () => {
    const [first, second] = listeners("0.0.0.0", "0.0.0.0");
    first.connect(OTHER_NEIGHBOUR.ip, 2000);
    host.hearsUdp({ to: BROADCAST, toPort: 9, payload: [5] });
    expect(heard([first, second])).toEqual([[], [5]]);
  });

  it("goes to those of a group that we have joined", () => {
    const group = "224.0.0.251";
    const sockets = listeners("0.0.0.0", group, "224.0.0.252");
    host.net.in_addmulti(host.en0.ac, ipNumber(group));
    const payload = udp({ from: NEIGHBOUR.ip, to: group, fromPort: 5353, toPort: 9, payload: [6] });
    host.hearsIp({ to: group, protocol: UDP, payload }, NEIGHBOUR, "01:00:5e:00:00:fb");
    expect(heard(sockets)).toEqual([[6], [6], []]);
    host.net.in_delmulti(host.en0.ac, ipNumber(group));
  });

  it("goes to as many as there are mbufs for", () => {
    const sockets = listeners(...Array<string>(6).fill("0.0.0.0"));
    host.withMbufsLeft(host.net.MRESERVE + 3, () => {
      host.hearsIp(
        { to: BROADCAST, protocol: UDP, payload: udp({ from: NEIGHBOUR.ip, to: BROADCAST, fromPort: 1, toPort: 9 }) },
        NEIGHBOUR,
        EVERYBODY,
      );
    });
    const delivered = host.net.udpstat[host.net.UDPS_DELIVERED];
    expect(delivered).toBeGreaterThan(0);
    expect(delivered).toBeLessThan(6);
    expect(sockets.filter((one) => typeof one.receive() !== "number").length).toBe(delivered);
  });
});
