import type { Ifaddr } from "../../../../firmware/net/if/ifnet";
import { GATEWAY, Host, US } from "../../../lib/host";
import { ipNumber, ipText, long } from "../../../lib/packets";

describe("The routing table", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  function address(): Ifaddr {
    return host.net.in_ifaddr_of(host.en0.ac)!;
  }

  function add(net: string, mask: string, gateway = "0.0.0.0"): number {
    const flags = gateway === "0.0.0.0" ? 0 : host.net.RTF_GATEWAY;
    return host.net.rtadd(ipNumber(net), ipNumber(mask), ipNumber(gateway), flags, address(), host.en0.ac);
  }

  /** The gateway on the way to `dst`; "none" when there is no way. */
  function gatewayTo(dst: string): string {
    const rt = host.net.rtlookup(ipNumber(dst));
    return rt ? ipText(long(rt.rt_gateway)) : "none";
  }

  function lengthOfTable(): number {
    let length = 0;
    for (let rt = host.net.rt_first(); rt; rt = rt.rt_next) length++;
    return length;
  }

  it("takes the longest mask that matches, in whatever order the routes came", () => {
    const routes = [
      ["0.0.0.0", "0.0.0.0", "192.0.2.100"],
      ["10.0.0.0", "255.0.0.0", "192.0.2.108"],
      ["10.1.0.0", "255.255.0.0", "192.0.2.116"],
      ["10.1.2.0", "255.255.255.0", "192.0.2.124"],
      ["10.1.2.3", "255.255.255.255", "192.0.2.132"],
      ["128.0.0.0", "128.0.0.0", "192.0.2.101"],
    ];
    for (const order of [routes, [...routes].reverse(), [3, 0, 5, 1, 4, 2].map((i) => routes[i])]) {
      for (const [net, mask, gateway] of order) expect(add(net, mask, gateway)).toBe(0);
      expect(gatewayTo("10.1.2.3")).toBe("192.0.2.132");
      expect(gatewayTo("10.1.2.4")).toBe("192.0.2.124");
      expect(gatewayTo("10.1.3.4")).toBe("192.0.2.116");
      expect(gatewayTo("10.2.3.4")).toBe("192.0.2.108");
      expect(gatewayTo("11.2.3.4")).toBe("192.0.2.100");
      expect(gatewayTo("200.2.3.4")).toBe("192.0.2.101");
      for (const [net, mask] of order) expect(host.net.rtdelete(ipNumber(net), ipNumber(mask))).toBe(0);
    }
  });

  it("has no way to an address that nothing matches", () => {
    expect(gatewayTo("198.51.100.1")).toBe("none");
  });

  it("keeps only the network of a destination", () => {
    expect(add("10.1.2.3", "255.255.0.0", GATEWAY.ip)).toBe(0);
    expect(gatewayTo("10.1.99.99")).toBe(GATEWAY.ip);
    expect(host.net.rtdelete(ipNumber("10.1.77.77"), ipNumber("255.255.0.0"))).toBe(0);
  });

  it("refuses the same route twice: EEXIST", () => {
    add("10.0.0.0", "255.0.0.0");
    expect(add("10.0.0.0", "255.0.0.0", GATEWAY.ip)).toBe(host.net.EEXIST);
  });

  it("has so many places and no more: ENOBUFS", () => {
    const room = host.net.NROUTE - lengthOfTable();
    for (let i = 0; i < room; i++) expect(add(`10.${i}.0.0`, "255.255.0.0")).toBe(0);
    expect(add("10.99.0.0", "255.255.0.0")).toBe(host.net.ENOBUFS);
    host.net.rtdelete(ipNumber("10.0.0.0"), ipNumber("255.255.0.0"));
    expect(add("10.99.0.0", "255.255.0.0")).toBe(0);
  });

  it("tells of a route to delete that it has not: ENETUNREACH", () => {
    expect(host.net.rtdelete(ipNumber("10.0.0.0"), -1)).toBe(host.net.ENETUNREACH);
  });

  it("keeps nothing of an address that goes, and everything else", () => {
    add("10.0.0.0", "255.0.0.0", GATEWAY.ip);
    host.net.in_ifscrub(host.en0.ac);
    expect(lengthOfTable()).toBe(1); // 127/8
    expect(gatewayTo("127.0.0.1")).toBe("0.0.0.0");
    host.configure(US.ip, "255.255.255.0");
    host.wait(3000);
    host.said();
  });
});
