import { BROADCAST, FAR_AWAY, GATEWAY, Host, NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../../lib/host";
import {
  ECHO_REQUEST,
  EVERYBODY,
  echo,
  icmp,
  ipv4,
  PARAMETER_PROBLEM,
  PORT_UNREACHABLE,
  pattern,
  REDIRECT,
  SOURCE_QUENCH,
  TCP,
  TIME_EXCEEDED,
  UDP,
  UNREACHABLE,
  udp,
} from "../../../../lib/packets";

describe("An ICMP error of ours", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
  });
  afterEach(() => host.expectPoolsRestored());

  /** A datagram for a port on which nobody is. */
  function toNobody(length = 0, from = NEIGHBOUR.ip, to = US.ip): number[] {
    return udp({ from, to, fromPort: 2000, toPort: 9, payload: pattern(length) });
  }

  it("returns the header and the first eight bytes behind it", () => {
    const fields = { from: NEIGHBOUR.ip, to: US.ip, protocol: UDP, id: 99, tos: 8, ttl: 3, payload: toNobody(100) };
    host.hearsIp(fields);
    const { ip, icmp: error } = host.saidOnce();
    expect([ip!.from, ip!.to, ip!.ttl, ip!.tos]).toEqual([US.ip, NEIGHBOUR.ip, 64, 0]);
    expect([error!.type, error!.code, ...error!.rest]).toEqual([UNREACHABLE, PORT_UNREACHABLE, 0, 0, 0, 0]);
    expect([...error!.payload]).toEqual(ipv4(fields).slice(0, 28));
  });

  it("returns less when there was less", () => {
    host.hearsIp({ protocol: 253, payload: [1, 2, 3] });
    expect(host.saidOnce().icmp!.payload.length).toBe(23);
    host.hearsIp({ protocol: 253 });
    expect(host.saidOnce().icmp!.payload.length).toBe(20);
  });

  it("returns options as they came", () => {
    for (const words of [1, 5, 10]) {
      host.hearsIp({ protocol: UDP, payload: toNobody(50), options: Array(4 * words).fill(1) });
      const { payload } = host.saidOnce().icmp!;
      expect(payload.length).toBe(20 + 4 * words + 8);
      expect([...payload.slice(20 + 4 * words)]).toEqual(toNobody(50).slice(0, 8));
    }
  });

  it("goes to a host far away by the gateway", () => {
    host.hearsIp({ protocol: UDP, payload: toNobody(0, FAR_AWAY.ip) }, FAR_AWAY);
    const { ethernet, ip } = host.saidOnce();
    expect([ethernet.to, ip!.to]).toEqual([GATEWAY.mac, FAR_AWAY.ip]);
  });

  it("waits for the hardware address of who made the mistake, as any packet does", () => {
    host.hearsIp({ from: "192.0.2.77", protocol: UDP, payload: toNobody(0, "192.0.2.77") });
    expect(host.saidOnce().arp!.targetIp).toBe("192.0.2.77");
    host.hearsArpReply({ mac: "02:00:00:00:00:77", ip: "192.0.2.77" });
    expect(host.saidOnce().icmp!.type).toBe(UNREACHABLE);
  });

  it("is lost, and nothing else, when there is no mbuf for it", () => {
    host.withMbufsLeft(1, () => host.hearsIp({ protocol: UDP, payload: toNobody() }));
    expect(host.said()).toEqual([]);
  });

  describe("is never sent (RFC 1122 3.2.2)", () => {
    /** Nothing must be said; the counter that tells why. */
    function refusal(action: () => void): string {
      const counts = host.counted(action);
      expect(host.said()).toEqual([]);
      return ["ICPS_OLDIP", "ICPS_OLDICMP", "ICPS_LIMITED"].filter((name) => counts[name]).join();
    }

    for (const to of [BROADCAST, SUBNET_BROADCAST, "224.0.0.1"])
      it(`about a packet to ${to}`, () => {
        expect(refusal(() => host.hearsIp({ to, protocol: 253 }, NEIGHBOUR, EVERYBODY))).toBe("ICPS_OLDIP");
        expect(refusal(() => host.hearsIp({ to, protocol: 253 }))).toBe("ICPS_OLDIP"); // in a frame to us alone
      });

    it("about a datagram to many", () => {
      const payload = toNobody(0, NEIGHBOUR.ip, BROADCAST);
      const counts = host.counted(() => host.hearsIp({ to: BROADCAST, protocol: UDP, payload }, NEIGHBOUR, EVERYBODY));
      expect(counts["UDPS_NOPORTBCAST"]).toBe(1);
      expect(host.said()).toEqual([]);
    });

    it("to nobody in particular", () => {
      expect(refusal(() => host.hearsIp({ from: "0.0.0.0", to: BROADCAST, protocol: 253 }, NEIGHBOUR, EVERYBODY))).toBe(
        "ICPS_OLDIP",
      );
      const counts = host.counted(() => host.hearsIp({ from: "0.0.0.0", protocol: 253 })); // which IP does not take
      expect(counts["IPS_BADSRC"]).toBe(1);
      expect(host.said()).toEqual([]);
    });

    for (const type of [UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM])
      it(`about an ICMP error, of type ${type}`, () => {
        // options that are wrong are all that an ICMP error can be told of
        const message = icmp({ type, payload: ipv4({ from: US.ip, to: NEIGHBOUR.ip, protocol: UDP }) });
        expect(refusal(() => host.hearsIcmp(message, { options: [200, 0, 0, 0] }))).toBe("ICPS_OLDICMP");
      });

    it("about a fragment that is not the first", () => {
      const options = [200, 0, 0, 0];
      expect(refusal(() => host.hearsIp({ protocol: UDP, offset: 1, options }))).toBe("ICPS_OLDIP");
      expect(refusal(() => host.hearsIp({ protocol: TCP, offset: 1, moreFragments: true, options }))).toBe(
        "ICPS_OLDIP",
      );
    });
  });

  it("is sent about an ICMP request", () => {
    host.hearsIcmp(echo(ECHO_REQUEST, 1, 1), { options: [200, 0, 0, 0] });
    expect(host.said().length).toBe(1);
  });

  it("is sent about a first fragment", () => {
    host.hearsIp({ protocol: UDP, moreFragments: true, payload: pattern(16), options: [200, 0, 0, 0] });
    expect(host.said().length).toBe(1);
  });

  describe("comes at a limited rate", () => {
    function provoke(times: number): number {
      for (let i = 0; i < times; i++) host.hearsIp({ protocol: UDP, payload: toNobody() });
      return host.said().length;
    }

    it("of so many at once, then so many a second (RFC 1812 4.3.2.8)", () => {
      const { ICMP_BURST, ICMP_RATE } = host.net;
      const counts = host.counted(() => expect(provoke(100)).toBe(ICMP_BURST));
      expect(counts["ICPS_LIMITED"]).toBe(100 - ICMP_BURST);
      host.wait(1000);
      expect(provoke(100)).toBe(ICMP_RATE);
      host.wait(250);
      expect(provoke(100)).toBe(Math.floor(ICMP_RATE / 4));
    });

    it("and no more at once after a long silence", () => {
      host.wait(3600000);
      expect(provoke(100)).toBe(host.net.ICMP_BURST);
    });

    it("which answers to requests do not come under", () => {
      provoke(100);
      for (let i = 0; i < 100; i++) host.hearsIcmp(echo(ECHO_REQUEST, 1, i));
      expect(host.said().length).toBe(100);
    });
  });
});
