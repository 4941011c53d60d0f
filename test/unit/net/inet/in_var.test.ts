import { BROADCAST, Host, NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../lib/host";
import { ipNumber, macText } from "../../../lib/packets";

describe("Internet addresses", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  it("of 224.0.0.0/4 are groups", () => {
    for (const ip of ["224.0.0.0", "224.0.0.1", "239.255.255.255"])
      expect(host.net.IN_MULTICAST(ipNumber(ip))).toBe(true);
    for (const ip of ["223.255.255.255", "240.0.0.0", BROADCAST, "0.0.0.0"])
      expect(host.net.IN_MULTICAST(ipNumber(ip))).toBe(false);
  });

  it("of networks 1 to 223 but 127 are of hosts", () => {
    for (const ip of ["1.0.0.0", "126.255.255.255", "128.0.0.0", "223.255.255.255", US.ip])
      expect(host.net.in_canhost(ipNumber(ip)))
        .withContext(ip)
        .toBe(true);
    for (const ip of ["0.0.0.0", "0.255.255.255", "127.0.0.0", "127.255.255.255", "224.0.0.0", "240.0.0.0", BROADCAST])
      expect(host.net.in_canhost(ipNumber(ip)))
        .withContext(ip)
        .toBe(false);
  });

  it("are broadcasts as seen from an interface", () => {
    const { net, en0 } = host;
    for (const ip of [BROADCAST, SUBNET_BROADCAST]) expect(net.in_broadcast(ipNumber(ip), en0.ac)).toBe(true);
    for (const ip of ["0.0.0.0", US.ip, "198.51.100.255"]) expect(net.in_broadcast(ipNumber(ip), en0.ac)).toBe(false);
    expect(net.in_broadcast(ipNumber(SUBNET_BROADCAST), net.loif)).toBe(false);
  });

  it("are broadcasts as seen from any interface", () => {
    for (const ip of [BROADCAST, SUBNET_BROADCAST]) expect(host.net.in_isbroadcast(ipNumber(ip))).toBe(true);
    for (const ip of ["0.0.0.0", US.ip, "127.255.255.255"])
      expect(host.net.in_isbroadcast(ipNumber(ip)))
        .withContext(ip)
        .toBe(false);
  });

  it("are found by interface and by address", () => {
    const { net, en0 } = host;
    const ia = net.in_ifaddr_of(en0.ac)!;
    expect(ia.ia_addr).toBe(ipNumber(US.ip));
    expect(net.in_ifaddr_with(ipNumber(US.ip))).toBe(ia);
    expect(net.in_ifaddr_with(ipNumber(NEIGHBOUR.ip))).toBeNull();
    expect(net.in_ifaddr_with(net.INADDR_LOOPBACK)!.ifa_ifp).toBe(net.loif);
  });

  it("are neighbours' when they are in our subnet and not ourselves", () => {
    const { net, en0 } = host;
    expect(net.in_neighbour(ipNumber(NEIGHBOUR.ip))).toBe(net.in_ifaddr_of(en0.ac));
    expect(net.in_neighbour(ipNumber(US.ip))).toBeNull();
    expect(net.in_neighbour(ipNumber("198.51.100.1"))).toBeNull();
  });

  it("of groups have hardware addresses (RFC 1112 6.4)", () => {
    for (const [ip, mac] of [
      ["224.0.0.1", "01:00:5e:00:00:01"],
      ["239.255.255.255", "01:00:5e:7f:ff:ff"],
      ["224.129.3.4", "01:00:5e:01:03:04"],
    ]) {
      const bytes = new Uint8Array(8);
      host.net.ether_map_ip_multicast(ipNumber(ip), bytes, 2);
      expect(macText(bytes.subarray(2))).toBe(mac);
    }
  });
});
