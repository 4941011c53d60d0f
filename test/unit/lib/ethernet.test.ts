import type { Ethernet } from "../../../firmware/lib/ethernet";
import { GATEWAY, Host, US } from "../../lib/host";
import { bootKernel } from "../../lib/kernel";
import { ARP_REQUEST } from "../../lib/packets";
import { equipRealm, type Realm } from "../../lib/realm";

describe("What a program gets from connect()", () => {
  let host: Host;
  let realm: Realm;
  let eth: Ethernet;
  let detached: number;

  beforeEach(() => {
    host = new Host({ unconfigured: true });
    realm = equipRealm(host.net);
    detached = 0;
    host.en0.ac.if_flags |= host.net.IFF_RUNNING;
    eth = host.net.ethernet(host.en0.ac, () => detached++);
  });
  afterEach(() => {
    host.wait(3000);
    host.said();
    host.expectPoolsRestored();
  });

  const OPTIONS = { ip: US.ip, subnet: "255.255.0.0", gateway: GATEWAY.ip };

  it("has no address at first", () => {
    expect(eth.getIP()).toEqual({ ip: "0.0.0.0", subnet: "0.0.0.0", gateway: "0.0.0.0", mac: US.mac });
    expect(eth.getStatus()).toBe("disconnected");
  });

  it("takes an address by hand, and tells it", () => {
    eth.setIP(OPTIONS);
    expect(eth.getIP()).toEqual({ ip: US.ip, subnet: "255.255.0.0", gateway: GATEWAY.ip, mac: US.mac });
    expect(eth.getStatus()).toBe("connected");
  });

  it("answers by callback as well, as Espruino's own Ethernet does", () => {
    const answers: unknown[] = [];
    eth.setIP(OPTIONS, (error) => answers.push(error));
    eth.getStatus((status) => answers.push(status));
    eth.getIP((error, info) => answers.push(error, info.ip));
    expect(answers).toEqual([null, "connected", null, US.ip]);
  });

  it("takes 255.255.255.0 where no mask is given, and no gateway where none is", () => {
    eth.setIP(OPTIONS);
    eth.setIP({ ip: "192.0.2.7" });
    expect(eth.getIP()).toEqual({ ip: "192.0.2.7", subnet: "255.255.255.0", gateway: "0.0.0.0", mac: US.mac });
  });

  const faults: [object, string][] = [
    [{}, "ip: not an address: undefined"],
    [{ ip: "192.0.2" }, "ip: not an address: 192.0.2"],
    [{ ip: US.ip, gateway: "here" }, "gateway: not an address: here"],
    [{ ip: "192.0.2.255" }, "ip 192.0.2.255 cannot be a host's in subnet 255.255.255.0"],
    [{ ip: "127.0.0.1", subnet: "255.0.0.0" }, "ip 127.0.0.1 cannot be a host's in subnet 255.0.0.0"],
    [{ ip: US.ip, subnet: "255.0.255.0" }, "ip 192.0.2.1 cannot be a host's in subnet 255.0.255.0"],
    [{ ip: US.ip, gateway: "198.51.100.1" }, "gateway 198.51.100.1 is not in the subnet"],
  ];
  for (const [options, message] of faults)
    it(`says what is wrong: ${message}`, () => {
      const answers: unknown[] = [];
      expect(() => eth.setIP(options as typeof OPTIONS)).toThrowError(message);
      eth.setIP(options as typeof OPTIONS, (error) => answers.push(error));
      expect(answers).toEqual([message]);
    });

  it("emits when the cable comes and goes, if it has an address", () => {
    eth.setIP(OPTIONS);
    host.net.if_link(host.en0.ac, false);
    expect(eth.getStatus()).toBe("disconnected");
    host.net.if_link(host.en0.ac, true);
    expect(eth.getStatus()).toBe("connected");
    expect(realm.events).toEqual(["disconnected", `connected ${US.ip}`]);
  });

  it("emits nothing of a cable that brings no address", () => {
    host.net.if_link(host.en0.ac, false);
    host.net.if_link(host.en0.ac, true);
    expect(realm.events).toEqual(["disconnected"]);
  });

  it("announces itself anew where the cable leads now (RFC 5227 2.3)", () => {
    eth.setIP(OPTIONS);
    host.wait(3000);
    host.said();
    host.net.if_link(host.en0.ac, false);
    host.net.if_link(host.en0.ac, true);
    expect(host.saidOnce().arp).toEqual(
      jasmine.objectContaining({ op: ARP_REQUEST, senderIp: US.ip, targetIp: US.ip }),
    );
  });

  it("is off while the chip does not answer", () => {
    eth.setIP(OPTIONS);
    host.en0.ac.if_flags &= ~host.net.IFF_RUNNING;
    expect(eth.getStatus()).toBe("off");
  });

  it("ends: no address, interface down, chip let go", () => {
    eth.setIP(OPTIONS);
    eth.end();
    expect(eth.getIP().ip).toBe("0.0.0.0");
    expect(host.en0.ac.if_flags & host.net.IFF_UP).toBe(0);
    expect(detached).toBe(1);
  });

  it("has the sockets API", () => {
    const fd = eth.net.socket(eth.net.AF_INET, eth.net.SOCK_DGRAM, 0);
    expect(fd).toBe(0);
    expect(eth.net.close(fd)).toBe(0);
  });
});

describe("The hardware address of a board whose chip has none", () => {
  function madeFor(serial: string): string {
    const { net } = bootKernel();
    equipRealm(net, serial);
    return net.ether_default();
  }

  it("is a host's, of those for local use, and always the same", () => {
    const enaddr = madeFor("12345678-9abcdef0-0badcafe");
    expect(enaddr.length).toBe(6);
    expect(enaddr.charCodeAt(0)).toBe(2);
    expect(madeFor("12345678-9abcdef0-0badcafe")).toBe(enaddr);
  });

  it("differs between boards whose serial numbers differ by little", () => {
    const { net } = bootKernel();
    const made = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      equipRealm(net, `30313030-30303030-0000${i.toString(16).padStart(4, "0")}`);
      made.add(net.ether_default());
    }
    expect(made.size).toBe(2000);
  });
});
