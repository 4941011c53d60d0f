import { FAR_AWAY, GATEWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, type Station, US } from "../../../lib/host";
import * as packets from "../../../lib/packets";
import { ipNumber } from "../../../lib/packets";
import { UdpSocket } from "../../../lib/udp_socket";

const RTM_ADD = 1;
const RTM_DELETE = 2;
const RTM_CHANGE = 3;
const MASK16 = "255.255.0.0";
const HOST = "255.255.255.255";

describe("Routes", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    for (const station of [NEIGHBOUR, OTHER_NEIGHBOUR, GATEWAY]) host.knows(station);
    socket = new UdpSocket(host);
  });
  afterEach(() => host.expectPoolsRestored());

  const request = (req: number, to: string, mask: string, gateway: string, metric = 0) =>
    host.net.in_rtrequest(req, ipNumber(to), ipNumber(mask), ipNumber(gateway), metric);

  /** Whose hardware gets what goes to `to`. */
  function way(to: string): string {
    const sent = socket.sendTo(to, 9, "x");
    return sent < 0 ? `errno ${-sent}` : host.saidOnce().ethernet.to;
  }

  describe("of programs", () => {
    it("lead to a net, a host, or everywhere by a neighbour", () => {
      expect(request(RTM_ADD, "10.1.0.0", MASK16, NEIGHBOUR.ip)).toBe(0);
      expect(request(RTM_ADD, "10.1.2.3", HOST, OTHER_NEIGHBOUR.ip)).toBe(0);
      expect(["10.1.9.9", "10.1.2.3", "10.2.0.1"].map(way)).toEqual([NEIGHBOUR.mac, OTHER_NEIGHBOUR.mac, GATEWAY.mac]);
      expect(request(RTM_DELETE, "0.0.0.0", "0.0.0.0", "0.0.0.0")).toBe(0);
      expect(way("10.2.0.1")).toBe(`errno ${host.net.ENETUNREACH}`);
      expect(request(RTM_ADD, "0.0.0.0", "0.0.0.0", NEIGHBOUR.ip)).toBe(0);
      expect(way("10.2.0.1")).toBe(NEIGHBOUR.mac);
    });

    it("lead out of an interface itself, where the gateway is its own address", () => {
      expect(request(RTM_ADD, "10.1.0.0", MASK16, US.ip)).toBe(0);
      expect(socket.sendTo("10.1.0.7", 9, "x")).toBe(1);
      expect(host.saidOnce().arp!.targetIp).toBe("10.1.0.7");
    });

    it("have metrics: the least is taken, and the next when it goes", () => {
      expect(request(RTM_ADD, "10.1.0.0", MASK16, OTHER_NEIGHBOUR.ip, 7)).toBe(0);
      expect(request(RTM_ADD, "10.1.0.0", MASK16, NEIGHBOUR.ip, 3)).toBe(0);
      expect(request(RTM_ADD, "10.1.0.0", MASK16, GATEWAY.ip, 3)).toBe(host.net.EEXIST);
      expect(way("10.1.0.1")).toBe(NEIGHBOUR.mac);
      expect(request(RTM_DELETE, "10.1.0.0", MASK16, "0.0.0.0", 3)).toBe(0);
      expect(way("10.1.0.1")).toBe(OTHER_NEIGHBOUR.mac);
      expect(request(RTM_DELETE, "10.1.0.0", MASK16, "0.0.0.0", 3)).toBe(host.net.ENETUNREACH);
    });

    it("are also what ARP knows of a host: deleted, it is asked for anew; then there is none", () => {
      expect(request(RTM_DELETE, NEIGHBOUR.ip, HOST, US.ip)).toBe(0);
      expect(socket.sendTo(NEIGHBOUR.ip, 9, "x")).toBe(1);
      expect(host.saidOnce().arp!.targetIp).toBe(NEIGHBOUR.ip);
      host.net.arp_delete(ipNumber(NEIGHBOUR.ip));
      expect(request(RTM_DELETE, NEIGHBOUR.ip, HOST, US.ip)).toBe(host.net.ENETUNREACH);
      expect(request(RTM_DELETE, "192.0.2.0", "255.255.255.0", US.ip)).toBe(host.net.ENETUNREACH); // the net's own stays
    });

    it("change while a connection lives, which goes on over the new one", () => {
      request(RTM_ADD, "10.1.0.0", MASK16, NEIGHBOUR.ip);
      expect(socket.connect("10.1.0.1", 9)).toBe(0);
      const next = () => {
        expect(socket.send("x")).toBe(1);
        return host.saidOnce().ethernet.to;
      };
      expect(next()).toBe(NEIGHBOUR.mac);
      expect(request(RTM_CHANGE, "10.1.0.0", MASK16, OTHER_NEIGHBOUR.ip)).toBe(0);
      expect(next()).toBe(OTHER_NEIGHBOUR.mac);
      expect(request(RTM_CHANGE, "10.1.0.0", MASK16, GATEWAY.ip, 5)).toBe(0);
      expect(next()).toBe(GATEWAY.mac);
      expect(request(RTM_CHANGE, "10.1.0.0", MASK16, FAR_AWAY.ip, 5)).toBe(host.net.ENETUNREACH);
      expect(next()).toBe(GATEWAY.mac);
    });

    it("cannot be what makes no sense", () => {
      const { EINVAL, ENETUNREACH } = host.net;
      expect(request(RTM_ADD, "10.1.0.1", MASK16, NEIGHBOUR.ip)).toBe(EINVAL);
      expect(request(RTM_ADD, "10.1.0.0", "255.0.255.0", NEIGHBOUR.ip)).toBe(EINVAL);
      expect(request(RTM_ADD, "10.1.0.0", MASK16, NEIGHBOUR.ip, 16)).toBe(EINVAL);
      expect(request(RTM_ADD, "10.1.0.0", MASK16, NEIGHBOUR.ip, -1)).toBe(EINVAL);
      expect(request(RTM_ADD, "0.0.0.0", MASK16, NEIGHBOUR.ip)).toBe(EINVAL);
      for (const net of ["224.0.0.0", "240.0.0.0", "127.0.0.0"])
        expect(request(RTM_ADD, net, "255.0.0.0", NEIGHBOUR.ip)).toBe(EINVAL);
      for (const gateway of [FAR_AWAY.ip, "127.0.0.1", "192.0.2.255", "192.0.2.0", "0.0.0.0"])
        expect(request(RTM_ADD, "10.1.0.0", MASK16, gateway))
          .withContext(gateway)
          .toBe(ENETUNREACH);
      expect(request(7, "0.0.0.0", "0.0.0.0", NEIGHBOUR.ip)).toBe(EINVAL);
    });

    it("do not take an interface's own away", () => {
      expect(request(RTM_DELETE, "192.0.2.0", "255.255.255.0", "0.0.0.0")).toBe(host.net.ENETUNREACH);
      expect(request(RTM_CHANGE, US.ip, HOST, NEIGHBOUR.ip)).toBe(host.net.ENETUNREACH);
    });

    it("are as many as the table holds: ENOBUFS; and go with the address", () => {
      let n = 0;
      while (!request(RTM_ADD, `10.${n}.0.0`, MASK16, NEIGHBOUR.ip)) n++;
      expect(request(RTM_ADD, "10.99.0.0", MASK16, NEIGHBOUR.ip)).toBe(host.net.ENOBUFS);
      expect(n).toBe(host.net.NROUTE - 4); // loopback's, the subnet's, our own, and the default route
      host.net.in_ifscrub(host.en0.ac);
      expect(host.net.rt_first()!.rt_next).toBeNull();
    });
  });

  describe("of redirects", () => {
    /** A redirect by `from`: what we send to FAR_AWAY had better go by `gateway`. */
    function redirected(
      gateway: string,
      from: Station,
      fields: { code?: number; to?: string; by?: string } = {},
    ): void {
      const returned = packets.ipv4({
        from: fields.by ?? US.ip,
        to: fields.to ?? FAR_AWAY.ip,
        protocol: packets.UDP,
        payload: packets.udp({ from: US.ip, to: FAR_AWAY.ip, fromPort: 1, toPort: 2, payload: [] }),
      });
      const rest = packets.ipBytes(gateway);
      host.hearsIcmp(
        packets.icmp({ type: packets.REDIRECT, code: fields.code ?? 1, rest, payload: returned }),
        {},
        from,
      );
    }
    const counted = () => Array.from(host.net.rtstat);

    it("are followed when the gateway that is used says so, for one host", () => {
      redirected(NEIGHBOUR.ip, GATEWAY);
      expect([FAR_AWAY.ip, "198.51.100.10"].map(way)).toEqual([NEIGHBOUR.mac, GATEWAY.mac]);
      expect(host.net.rtlookup(ipNumber(FAR_AWAY.ip))!.rt_flags & host.net.RTF_DYNAMIC).not.toBe(0);
      redirected(OTHER_NEIGHBOUR.ip, NEIGHBOUR);
      expect(way(FAR_AWAY.ip)).toBe(OTHER_NEIGHBOUR.mac);
      expect(counted()).toEqual([0, 1, 1]);
    });

    it("of a net are of one host, too (RFC 1122 3.2.2.2)", () => {
      redirected(NEIGHBOUR.ip, GATEWAY, { code: 0 });
      expect([FAR_AWAY.ip, "198.51.100.10"].map(way)).toEqual([NEIGHBOUR.mac, GATEWAY.mac]);
    });

    it("are not believed from anybody else, nor to anywhere else", () => {
      redirected(NEIGHBOUR.ip, OTHER_NEIGHBOUR);
      redirected(FAR_AWAY.ip, GATEWAY);
      redirected(US.ip, GATEWAY);
      redirected(GATEWAY.ip, GATEWAY);
      redirected("192.0.2.255", GATEWAY);
      redirected("127.0.0.1", GATEWAY);
      redirected(NEIGHBOUR.ip, GATEWAY, { code: 4 });
      redirected(NEIGHBOUR.ip, GATEWAY, { by: NEIGHBOUR.ip });
      redirected(NEIGHBOUR.ip, GATEWAY, { to: OTHER_NEIGHBOUR.ip });
      redirected(NEIGHBOUR.ip, GATEWAY, { to: "224.0.0.5" });
      expect(counted()).toEqual([10, 0, 0]);
      host.hearsIcmp(
        packets.icmp({ type: packets.REDIRECT, code: 1, rest: packets.ipBytes(NEIGHBOUR.ip) }),
        {},
        GATEWAY,
      );
      expect(counted()).toEqual([11, 0, 0]);
      expect(way(FAR_AWAY.ip)).toBe(GATEWAY.mac);
    });

    it("do not change what a program said of a host", () => {
      request(RTM_ADD, FAR_AWAY.ip, HOST, GATEWAY.ip);
      redirected(NEIGHBOUR.ip, GATEWAY);
      expect(way(FAR_AWAY.ip)).toBe(GATEWAY.mac);
    });

    it("are nothing to a router (RFC 1812 5.2.7.2)", () => {
      host.net.if_setflags(host.en0.ac, host.net.IFF_FORWARD, 0);
      redirected(NEIGHBOUR.ip, GATEWAY);
      expect(way(FAR_AWAY.ip)).toBe(GATEWAY.mac);
    });

    it("are forgotten when their gateway does not answer (RFC 1122 3.3.1.4)", () => {
      host.net.arp_delete(ipNumber(NEIGHBOUR.ip));
      redirected(NEIGHBOUR.ip, GATEWAY);
      expect(socket.sendTo(FAR_AWAY.ip, 9, "x")).toBe(1);
      host.wait(6000);
      host.said();
      expect(way(FAR_AWAY.ip)).toBe(GATEWAY.mac);
    });

    it("never keep a program's out, however many there are", () => {
      for (let i = 1; i < 60; i++) redirected(NEIGHBOUR.ip, GATEWAY, { to: `198.51.100.${i}` });
      expect(request(RTM_ADD, "10.1.0.0", MASK16, OTHER_NEIGHBOUR.ip)).toBe(0);
      expect(way("10.1.0.1")).toBe(OTHER_NEIGHBOUR.mac);
      expect(way("198.51.100.59")).toBe(NEIGHBOUR.mac);
    });
  });
});
