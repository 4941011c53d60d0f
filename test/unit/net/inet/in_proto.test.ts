import { BROADCAST, FAR_AWAY, GATEWAY, Host, NEIGHBOUR } from "../../../lib/host";
import { EVERYBODY, PROTOCOL_UNREACHABLE, parseIpv4Header, pattern, UNREACHABLE } from "../../../lib/packets";

describe("The Internet suite", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
  });
  afterEach(() => host.expectPoolsRestored());

  it("tells the sender of a protocol that it has not (RFC 1122 3.2.2.1)", () => {
    const counts = host.counted(() => host.hearsIp({ protocol: 253, payload: pattern(20) }, FAR_AWAY));
    expect(counts).toEqual({
      IPS_TOTAL: 1,
      IPS_DELIVERED: 1,
      IPS_NOPROTO: 1,
      ICPS_ERROR: 1,
      ICMP_OUT_3: 1,
      IPS_LOCALOUT: 1,
    });
    const { ethernet, ip, icmp } = host.saidOnce();
    expect([ethernet.to, ip!.to]).toEqual([GATEWAY.mac, FAR_AWAY.ip]);
    expect([icmp!.type, icmp!.code]).toEqual([UNREACHABLE, PROTOCOL_UNREACHABLE]);
    expect(parseIpv4Header(icmp!.payload as Uint8Array).protocol).toBe(253);
  });

  it("tells nobody of it after a broadcast", () => {
    const counts = host.counted(() => host.hearsIp({ protocol: 253, to: BROADCAST }, NEIGHBOUR, EVERYBODY));
    expect([counts["IPS_NOPROTO"], counts["ICPS_OLDIP"]]).toEqual([1, 1]);
    expect(host.said()).toEqual([]);
  });

  it("has UDP for datagram sockets", () => {
    const { net } = host;
    const fds = [net.net.socket(net.AF_INET, net.SOCK_DGRAM, 0), net.net.socket(net.AF_INET, net.SOCK_DGRAM, 17)];
    for (const fd of fds) {
      expect(fd).toBeGreaterThanOrEqual(0);
      expect(net.net.close(fd)).toBe(0);
    }
  });

  it("has no other protocol for datagram sockets: EPROTONOSUPPORT", () => {
    const { net } = host;
    expect(net.net.socket(net.AF_INET, net.SOCK_DGRAM, 99)).toBe(-net.EPROTONOSUPPORT);
  });
});
