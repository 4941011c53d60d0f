import { BROADCAST, GATEWAY, Host, SUBNET, SUBNET_BROADCAST, US } from "../../../lib/host";
import { ipNumber, ipText, long, macText } from "../../../lib/packets";

const ALL_HOSTS = "224.0.0.1";
const GROUP = "224.0.0.251";
const GROUP_MAC = "01:00:5e:00:00:fb";

/** Destination/mask and interface of every route. */
function routesOf(host: Host): string[] {
  const list = [];
  for (let rt = host.net.rt_first(); rt; rt = rt.rt_next)
    list.push(`${ipText(long(rt.rt_dst))}/${ipText(long(rt.rt_mask))} ${rt.rt_ifp.if_name}`);
  return list;
}

describe("An address of an interface", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host({ unconfigured: true });
  });
  afterEach(() => {
    host.wait(3000);
    host.said();
    host.expectPoolsRestored();
  });

  const routes = () => routesOf(host);

  it("brings up the interface, with a route to the subnet and one to ourselves", () => {
    expect(routes()).toEqual(["127.0.0.0/255.0.0.0 lo0"]);
    expect(host.configure(US.ip, SUBNET)).toBe(0);
    expect(host.en0.ac.if_flags & host.net.IFF_UP).toBe(host.net.IFF_UP);
    expect(routes()).toEqual([
      "192.0.2.1/255.255.255.255 lo0",
      "192.0.2.0/255.255.255.0 en0",
      "127.0.0.0/255.0.0.0 lo0",
    ]);
  });

  it("knows its subnet and the broadcast address of that", () => {
    host.configure(US.ip, SUBNET);
    const ia = host.net.in_ifaddr_of(host.en0.ac)!;
    expect([ia.ia_addr, ia.ia_subnet, ia.ia_subnetmask, ia.ia_broadaddr].map((n) => ipText(long(n)))).toEqual([
      US.ip,
      "192.0.2.0",
      SUBNET,
      SUBNET_BROADCAST,
    ]);
    expect(host.en0.ac.if_addrlist).toBe(ia);
  });

  for (const [ip, mask] of [
    ["0.0.0.0", SUBNET],
    ["0.1.2.3", SUBNET],
    ["127.0.0.1", "255.0.0.0"],
    ["224.0.0.1", SUBNET],
    ["240.0.0.1", SUBNET],
    ["255.255.255.255", "255.255.255.255"],
    ["192.0.2.0", SUBNET],
    ["192.0.2.255", SUBNET],
    ["192.0.2.1", "255.0.255.0"],
    ["192.0.2.1", "0.255.255.255"],
  ])
    it(`cannot be ${ip} with mask ${mask}: EINVAL`, () => {
      expect(host.configure(ip, mask)).toBe(host.net.EINVAL);
      expect(routes()).toEqual(["127.0.0.0/255.0.0.0 lo0"]);
    });

  it("may be either of the two in a subnet of 31 bits (RFC 3021), which has no broadcast address", () => {
    for (const ip of ["192.0.2.0", "192.0.2.1"]) {
      expect(host.configure(ip, "255.255.255.254")).toBe(0);
      expect(host.net.in_ifaddr_of(host.en0.ac)!.ia_broadaddr).toBe(0);
    }
  });

  it("may be alone in its subnet", () => {
    expect(host.configure(US.ip, "255.255.255.255")).toBe(0);
    expect(routes()).toEqual(["192.0.2.1/255.255.255.255 lo0", "127.0.0.0/255.0.0.0 lo0"]);
  });

  it("takes the place of the one before it, with all that came from that", () => {
    host.configure(US.ip, SUBNET);
    host.net.in_setgateway(ipNumber(GATEWAY.ip));
    expect(host.configure("198.51.100.7", SUBNET)).toBe(0);
    expect(routes()).toEqual([
      "198.51.100.7/255.255.255.255 lo0",
      "198.51.100.0/255.255.255.0 en0",
      "127.0.0.0/255.0.0.0 lo0",
    ]);
    expect(host.net.in_ifaddr_with(ipNumber(US.ip))).toBeNull();
  });

  it("fails as the driver does, when the interface cannot be brought up", () => {
    host.en0.ioctlError = host.net.EIO;
    expect(host.configure(US.ip, SUBNET)).toBe(host.net.EIO);
  });

  it("joins the group of all hosts, and leaves it", () => {
    host.configure(US.ip, SUBNET);
    expect(host.net.in_lookup_multi(host.en0.ac, ipNumber(ALL_HOSTS))).not.toBeNull();
    expect(macText(host.en0.ac.ac_multiaddrs!.enm_addr)).toBe("01:00:5e:00:00:01");
    host.net.in_ifscrub(host.en0.ac);
    expect(host.net.in_lookup_multi(host.en0.ac, ipNumber(ALL_HOSTS))).toBeNull();
    expect(host.en0.ac.ac_multiaddrs).toBeNull();
  });

  it("may be taken away twice", () => {
    host.configure(US.ip, SUBNET);
    host.net.in_ifscrub(host.en0.ac);
    host.net.in_ifscrub(host.en0.ac);
    expect(routes()).toEqual(["127.0.0.0/255.0.0.0 lo0"]);
  });

  it("of the loopback interface may be taken away and given back", () => {
    host.net.in_ifscrub(host.net.loif);
    expect(routes()).toEqual([]);
    host.net.in_loopattach();
    expect(routes()).toEqual(["127.0.0.0/255.0.0.0 lo0"]);
  });
});

describe("The default route", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  function gateway(): string {
    const rt = host.net.rtlookup(ipNumber("203.0.113.1"));
    return rt ? ipText(long(rt.rt_gateway)) : "none";
  }

  it("leads by a neighbour", () => {
    expect(host.net.in_setgateway(ipNumber(GATEWAY.ip))).toBe(0);
    expect(gateway()).toBe(GATEWAY.ip);
  });

  it("is one: the last one set", () => {
    host.net.in_setgateway(ipNumber("192.0.2.100"));
    expect(host.net.in_setgateway(ipNumber(GATEWAY.ip))).toBe(0);
    expect(gateway()).toBe(GATEWAY.ip);
  });

  it("cannot lead by ourselves or by who is no neighbour: EINVAL", () => {
    for (const ip of [US.ip, "198.51.100.1", "0.0.0.5", "224.0.0.1"])
      expect(host.net.in_setgateway(ipNumber(ip)))
        .withContext(ip)
        .toBe(host.net.EINVAL);
  });

  it("cannot lead by everybody, or by the subnet as such: EINVAL", () => {
    for (const ip of [SUBNET_BROADCAST, "192.0.2.0"])
      expect(host.net.in_setgateway(ipNumber(ip)))
        .withContext(ip)
        .toBe(host.net.EINVAL);
  });

  it("cannot lead by the loopback interface: EINVAL", () => {
    expect(host.net.in_setgateway(ipNumber("127.0.0.2"))).toBe(host.net.EINVAL);
  });

  it("may be anybody for a host that is alone in its subnet, and has a route of its own then, one at a time", () => {
    host.configure(US.ip, "255.255.255.255");
    for (let i = 1; i < 40; i++) {
      expect(host.net.in_setgateway(ipNumber(`198.51.100.${i}`))).toBe(0);
      expect(gateway()).toBe(`198.51.100.${i}`);
    }
    expect(routesOf(host)).toEqual([
      `${US.ip}/255.255.255.255 lo0`,
      "198.51.100.39/255.255.255.255 en0",
      "127.0.0.0/255.0.0.0 lo0",
      "0.0.0.0/0.0.0.0 en0",
    ]);
    for (const ip of [US.ip, "127.0.0.2", "224.0.0.1", BROADCAST])
      expect(host.net.in_setgateway(ipNumber(ip)))
        .withContext(ip)
        .toBe(host.net.EINVAL);
    host.net.in_setgateway(0);
    expect(routesOf(host).length).toBe(2);
    host.wait(3000);
    host.said();
  });

  it("stays as it is when it cannot be set anew", () => {
    host.net.in_setgateway(ipNumber(GATEWAY.ip));
    host.net.in_setgateway(ipNumber("198.51.100.1"));
    expect(gateway()).toBe(GATEWAY.ip);
  });

  it("is deleted by 0, and goes with the address", () => {
    host.net.in_setgateway(ipNumber(GATEWAY.ip));
    expect(host.net.in_setgateway(0)).toBe(0);
    expect(gateway()).toBe("none");
    host.net.in_setgateway(ipNumber(GATEWAY.ip));
    host.net.in_ifscrub(host.en0.ac);
    expect(gateway()).toBe("none");
  });
});

describe("A group", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  function join(): number {
    return host.net.in_addmulti(host.en0.ac, ipNumber(GROUP));
  }

  function leave(): number {
    return host.net.in_delmulti(host.en0.ac, ipNumber(GROUP));
  }

  it("is joined once and left once by all who want it", () => {
    expect([join(), join()]).toEqual([0, 0]);
    expect(macText(host.en0.ac.ac_multiaddrs!.enm_addr)).toBe(GROUP_MAC);
    expect(leave()).toBe(0);
    expect(host.net.in_lookup_multi(host.en0.ac, ipNumber(GROUP))).not.toBeNull();
    expect(leave()).toBe(0);
    expect(host.net.in_lookup_multi(host.en0.ac, ipNumber(GROUP))).toBeNull();
    expect(leave()).toBe(host.net.EADDRNOTAVAIL);
  });

  it("shares its hardware address with another", () => {
    const other = ipNumber("225.0.0.251"); // the same last 23 bits
    join();
    host.net.in_addmulti(host.en0.ac, other);
    expect(host.en0.ac.ac_multicnt).toBe(2);
    leave();
    expect(host.en0.ac.ac_multicnt).toBe(2);
    host.net.in_delmulti(host.en0.ac, other);
    expect(host.en0.ac.ac_multicnt).toBe(1);
  });

  it("cannot be a host: EINVAL", () => {
    expect(host.net.in_addmulti(host.en0.ac, ipNumber(US.ip))).toBe(host.net.EINVAL);
  });

  it("is not joined when the driver fails: ENOBUFS", () => {
    host.en0.ioctlError = host.net.EIO;
    expect(join()).toBe(host.net.ENOBUFS);
    expect(host.net.in_lookup_multi(host.en0.ac, ipNumber(GROUP))).toBeNull();
    host.en0.ioctlError = 0;
    expect(host.en0.ac.ac_multicnt).toBe(1);
  });
});
