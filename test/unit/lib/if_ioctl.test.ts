import type { FilesApi } from "../../../firmware/lib/files";
import type { SocketsApi } from "../../../firmware/lib/sockets";
import { GATEWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, US } from "../../lib/host";
import { ipNumber } from "../../lib/packets";

const [EBADF, ENXIO, EINVAL, EOPNOTSUPP, EAFNOSUPPORT, EADDRNOTAVAIL, ENETUNREACH] = [-9, -6, -22, -95, -97, -99, -101];
const sin = (ip: string) => ({ sin_family: 2, sin_addr: ipNumber(ip), sin_port: 0 });

describe("ioctl on a socket", () => {
  let host: Host;
  let net: SocketsApi & FilesApi;
  let fd: number;

  beforeEach(() => {
    host = new Host();
    net = host.net.net as SocketsApi & FilesApi;
    fd = host.closesAtEnd(net.socket(net.AF_INET, net.SOCK_DGRAM, 0));
  });
  afterEach(() => host.expectPoolsRestored());

  const ask = (request: number, more: object = {}, name = "en0"): unknown => {
    const ifr = { ifr_name: name, ...more };
    const error = net.ioctl(fd, request, ifr);
    return error || ifr;
  };

  it("tells what interfaces there are, and all of each", () => {
    const ifc: { ifc_req?: object[] } = {};
    expect(net.ioctl(fd, net.SIOCGIFCONF, ifc)).toBe(0);
    expect(ifc.ifc_req).toEqual([
      { ifr_name: "en0", ifr_addr: sin(US.ip) },
      { ifr_name: "lo0", ifr_addr: sin("127.0.0.1") },
    ]);
    const en0 = { ifr_name: "en0" };
    expect(ask(net.SIOCGIFADDR)).toEqual({ ...en0, ifr_addr: sin(US.ip) });
    expect(ask(net.SIOCGIFNETMASK)).toEqual({ ...en0, ifr_addr: sin("255.255.255.0") });
    expect(ask(net.SIOCGIFBRDADDR)).toEqual({ ...en0, ifr_addr: sin("192.0.2.255") });
    expect(ask(net.SIOCGIFMTU)).toEqual({ ...en0, ifr_mtu: 1500 });
    expect(ask(net.SIOCGIFHWADDR)).toEqual({ ...en0, ifr_hwaddr: US.mac });
    expect((ask(net.SIOCGIFFLAGS) as { ifr_flags: number }).ifr_flags & 0x8003).toBe(0x8003);
    expect(ask(net.SIOCGIFNETMASK, {}, "lo0")).toEqual({ ifr_name: "lo0", ifr_addr: sin("255.0.0.0") });
    expect([ask(net.SIOCGIFBRDADDR, {}, "lo0"), ask(net.SIOCGIFHWADDR, {}, "lo0")]).toEqual([EINVAL, EINVAL]);
  });

  it("gives an interface another address, and another mask", () => {
    ask(net.SIOCSIFADDR, { ifr_addr: sin("192.0.2.77") });
    expect(ask(net.SIOCGIFADDR)).toEqual({ ifr_name: "en0", ifr_addr: sin("192.0.2.77") });
    expect(ask(net.SIOCGIFNETMASK)).toEqual({ ifr_name: "en0", ifr_addr: sin("255.255.255.0") });
    ask(net.SIOCSIFNETMASK, { ifr_addr: sin("255.255.0.0") });
    expect(ask(net.SIOCGIFBRDADDR)).toEqual({ ifr_name: "en0", ifr_addr: sin("192.0.255.255") });
    expect(ask(net.SIOCSIFNETMASK, { ifr_addr: sin("255.0.255.0") })).toBe(EINVAL);
    expect(ask(net.SIOCSIFADDR, { ifr_addr: sin("224.0.0.1") })).toBe(EINVAL);
    expect(ask(net.SIOCSIFADDR, { ifr_addr: sin("127.0.0.2") }, "lo0")).toBe(EOPNOTSUPP);
    host.net.in_ifscrub(host.en0.ac);
    expect([ask(net.SIOCGIFADDR), ask(net.SIOCSIFNETMASK, { ifr_addr: sin("255.0.0.0") })]).toEqual([
      EADDRNOTAVAIL,
      EADDRNOTAVAIL,
    ]);
    ask(net.SIOCSIFADDR, { ifr_addr: sin("10.1.2.3") });
    expect(ask(net.SIOCGIFNETMASK)).toEqual({ ifr_name: "en0", ifr_addr: sin("255.0.0.0") });
    host.wait(3000);
    host.said();
  });

  it("sets flags, and sizes from which on packets are cut", () => {
    ask(net.SIOCSIFFLAGS, { ifr_flags: 0x103 });
    expect((ask(net.SIOCGIFFLAGS) as { ifr_flags: number }).ifr_flags & 0x301).toBe(0x101);
    ask(net.SIOCSIFFLAGS, { ifr_flags: 0 });
    expect((ask(net.SIOCGIFFLAGS) as { ifr_flags: number }).ifr_flags & 0x301).toBe(0);
    ask(net.SIOCSIFFLAGS, { ifr_flags: 1 });
    expect([575, 1501, undefined].map((mtu) => ask(net.SIOCSIFMTU, { ifr_mtu: mtu }))).toEqual([
      EINVAL,
      EINVAL,
      EINVAL,
    ]);
    ask(net.SIOCSIFMTU, { ifr_mtu: 600 });
    host.knows(NEIGHBOUR);
    net.sendto(fd, "x".repeat(900), 0, { ...sin(NEIGHBOUR.ip), sin_port: 9 });
    host.wait(1);
    expect(host.said().length).toBe(2);
  });

  it("tells, learns and forgets hardware addresses", () => {
    const arp = (request: number, ip: string, more: object = {}) => {
      const req = { arp_pa: sin(ip), ...more };
      return net.ioctl(fd, request, req) || req;
    };
    expect(arp(net.SIOCGARP, NEIGHBOUR.ip)).toBe(ENXIO);
    expect(typeof arp(net.SIOCSARP, NEIGHBOUR.ip, { arp_ha: NEIGHBOUR.mac, arp_flags: 4 })).toBe("object");
    expect(typeof arp(net.SIOCSARP, OTHER_NEIGHBOUR.ip, { arp_ha: OTHER_NEIGHBOUR.mac })).toBe("object");
    expect(arp(net.SIOCGARP, NEIGHBOUR.ip)).toEqual(jasmine.objectContaining({ arp_ha: NEIGHBOUR.mac, arp_flags: 6 }));
    expect(arp(net.SIOCGARP, OTHER_NEIGHBOUR.ip)).toEqual(jasmine.objectContaining({ arp_flags: 2 }));
    net.sendto(fd, "at once", 0, { ...sin(OTHER_NEIGHBOUR.ip), sin_port: 9 });
    host.wait(1);
    expect(host.saidOnce().udp).toBeDefined();
    expect(typeof arp(net.SIOCDARP, NEIGHBOUR.ip)).toBe("object");
    expect([arp(net.SIOCDARP, NEIGHBOUR.ip), arp(net.SIOCGARP, NEIGHBOUR.ip)]).toEqual([ENXIO, ENXIO]);
    expect(arp(net.SIOCSARP, "203.0.113.1", { arp_ha: NEIGHBOUR.mac })).toBe(ENETUNREACH);
    expect(arp(net.SIOCSARP, NEIGHBOUR.ip, { arp_ha: "melted" })).toBe(EINVAL);
    expect(arp(net.SIOCSARP, NEIGHBOUR.ip, { arp_ha: "01:00:5e:00:00:01" })).toBe(EINVAL);
  });

  it("adds routes and deletes them", () => {
    const rt = (request: number, more: object) => net.ioctl(fd, request, more);
    const route = { rt_dst: sin("198.51.100.0"), rt_genmask: sin("255.255.255.0"), rt_gateway: sin(GATEWAY.ip) };
    expect(rt(net.SIOCADDRT, route)).toBe(0);
    expect(rt(net.SIOCADDRT, route)).toBe(-17);
    expect(rt(net.SIOCADDRT, { ...route, rt_metric: 3 })).toBe(0);
    expect(host.net.rtlookup(ipNumber("198.51.100.9"))?.rt_gateway).toBe(ipNumber(GATEWAY.ip));
    expect(rt(net.SIOCDELRT, { ...route, rt_metric: 3 })).toBe(0);
    expect(rt(net.SIOCDELRT, { rt_dst: route.rt_dst, rt_genmask: route.rt_genmask })).toBe(0);
    expect(rt(net.SIOCDELRT, route)).toBe(ENETUNREACH);
    expect(rt(net.SIOCADDRT, { ...route, rt_gateway: sin("10.9.9.9") })).toBe(ENETUNREACH);
    expect(rt(net.SIOCADDRT, { ...route, rt_metric: 0.5 })).toBe(EINVAL);
    expect(rt(net.SIOCADDRT, { rt_dst: route.rt_dst })).toBe(EAFNOSUPPORT);
  });

  it("says what is wrong with the rest", () => {
    expect(net.ioctl(99, net.SIOCGIFADDR, { ifr_name: "en0" })).toBe(EBADF);
    const fds: number[] = [];
    net.pipe(fds);
    expect(net.ioctl(fds[0], net.SIOCGIFADDR, { ifr_name: "en0" })).toBe(-88);
    for (const each of fds) net.close(each);
    expect(ask(net.SIOCGIFADDR, {}, "en7")).toBe(ENXIO);
    expect([undefined, 7, "en0"].map((value) => net.ioctl(fd, net.SIOCGIFADDR, value as never))).toEqual([
      EINVAL,
      EINVAL,
      EINVAL,
    ]);
    expect(ask(0x8930)).toBe(EINVAL);
    expect(ask(net.SIOCSIFADDR, { ifr_addr: { sin_family: 1 } })).toBe(EAFNOSUPPORT);
  });
});
