import type { Ethernet } from "../../../../firmware/lib/ethernet/ethernet";
import { GATEWAY, Host, NEIGHBOUR, US } from "../../../lib/host";
import { ARP_REQUEST, EVERYBODY, macText } from "../../../lib/packets";

describe("What a program gets from connect()", () => {
  let host: Host;
  let events: string[];
  let eth: Ethernet;
  let detached: number;

  beforeEach(() => {
    host = new Host({ unconfigured: true });
    events = host.kernel.events;
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
  const NOWHERE = { ip: "0.0.0.0", subnet: "0.0.0.0", gateway: "0.0.0.0", dns: "0.0.0.0", mac: US.mac };

  it("has no address at first", () => {
    expect(eth.getIP()).toEqual(NOWHERE);
    expect(eth.getStatus().state).toBe("connected");
  });

  it("takes an address by hand, and tells it", () => {
    expect(eth.setIP(OPTIONS)).toBeTrue();
    const { ip, subnet, gateway } = OPTIONS;
    expect(eth.getIP()).toEqual({ ip, subnet, gateway, dns: GATEWAY.ip, mac: US.mac });
    expect(eth.getStatus().state).toBe("online");
    expect(events).toEqual([`connected ${US.ip}`]);
  });

  it("answers by callback as well, as Espruino's own Ethernet does, in turns of their own", () => {
    const answers: unknown[] = [];
    eth.setIP(OPTIONS, (error) => answers.push(error));
    eth.getStatus((error, status) => answers.push(error, status.state));
    eth.getIP((error, info) => answers.push(error, info.ip));
    eth.setHostname("sensor1", (error) => answers.push(error));
    eth.getHostname((error, name) => answers.push(error, name));
    expect(answers).toEqual([]);
    host.wait(1);
    expect(answers).toEqual([null, null, "online", null, US.ip, null, null, "sensor1"]);
  });

  it("takes 255.255.255.0 where no mask is given, and no gateway where none is", () => {
    eth.setIP(OPTIONS);
    eth.setIP({ ip: "192.0.2.7" });
    expect(eth.getIP()).toEqual({ ...NOWHERE, ip: "192.0.2.7", subnet: "255.255.255.0" });
    expect(events).toEqual([`connected ${US.ip}`, "connected 192.0.2.7"]);
  });

  it("takes a name server of its own", () => {
    eth.setIP({ ...OPTIONS, dns: "198.51.100.53" });
    expect(eth.getIP().dns).toBe("198.51.100.53");
  });

  const faults: [object, string][] = [
    [{}, "ip: not an address: undefined"],
    [{ ip: "192.0.2" }, "ip: not an address: 192.0.2"],
    [{ ip: US.ip, gateway: "here" }, "gateway: not an address: here"],
    [{ ip: US.ip, dns: "there" }, "dns: not an address: there"],
    [{ ip: "192.0.2.255" }, "ip 192.0.2.255 cannot be a host's in subnet 255.255.255.0"],
    [{ ip: "127.0.0.1", subnet: "255.0.0.0" }, "ip 127.0.0.1 cannot be a host's in subnet 255.0.0.0"],
    ...["255.0.255.0", "lots", "255.255.255", "255.255.255.0/24", "0.0.0.0", "0.0.0.255", "255.255.255.256"].map(
      (subnet): [object, string] => [{ ip: US.ip, subnet }, `subnet: not a mask: ${subnet}`],
    ),
    [{ ip: US.ip, subnet: 24 }, "subnet: not a mask: 24"],
    [{ dns: "here" }, "dns: not an address: here"],
    ["garbage" as never, "setIP: neither options nor a callback: garbage"],
    [5 as never, "setIP: neither options nor a callback: 5"],
    [{ ip: US.ip, gateway: "198.51.100.1" }, "gateway 198.51.100.1 is not in the subnet"],
    [{ ip: US.ip, gateway: "192.0.2.255" }, "gateway 192.0.2.255 is not in the subnet"],
    [{ ip: US.ip, gateway: US.ip }, "gateway 192.0.2.1 is not in the subnet"],
    [{ ip: US.ip, mac: "02:00:00" }, "mac: not a host's hardware address: 02:00:00"],
    [{ mac: "01:00:5e:00:00:01" }, "mac: not a host's hardware address: 01:00:5e:00:00:01"],
  ];
  for (const [options, message] of faults)
    it(`says what is wrong, and changes nothing: ${message}`, () => {
      const answers: unknown[] = [];
      eth.setIP({ ip: NEIGHBOUR.ip });
      expect(() => eth.setIP(options)).toThrowError(message);
      expect(eth.setIP(options, (error) => answers.push(error))).toBeFalse();
      host.wait(1);
      expect(answers).toEqual([message]);
      expect(eth.getIP()).toEqual({ ...NOWHERE, ip: NEIGHBOUR.ip, subnet: "255.255.255.0" });
    });

  it("takes a subnet of its own, with a gateway elsewhere", () => {
    eth.setIP({ ip: US.ip, subnet: "255.255.255.255", gateway: "198.51.100.1" });
    expect(eth.getIP()).toEqual(
      jasmine.objectContaining({ ip: US.ip, subnet: "255.255.255.255", gateway: "198.51.100.1" }),
    );
  });

  it("takes a name server alone, and leaves all else as it is", () => {
    eth.setIP(OPTIONS);
    const before = eth.getIP();
    expect(eth.setIP({ dns: "198.51.100.53" })).toBeTrue();
    expect(eth.getIP()).toEqual({ ...before, dns: "198.51.100.53" });
    eth.setIP({ dns: "198.51.100.54", mac: "02:00:00:00:ab:01" });
    expect(eth.getIP()).toEqual({ ...before, dns: "198.51.100.54", mac: "02:00:00:00:ab:01" });
    eth.setIP(OPTIONS);
    expect(eth.getIP().dns).toBe(GATEWAY.ip);
  });

  it("takes no gateway without an address", () => {
    expect(() => eth.setIP({ gateway: GATEWAY.ip, dns: GATEWAY.ip })).toThrowError("ip: not an address: undefined");
    expect(eth.getIP()).toEqual(NOWHERE);
  });

  it("takes what it gives", () => {
    eth.setIP({ ...OPTIONS, dns: "198.51.100.53" });
    const before = eth.getIP();
    eth.setIP(eth.getIP());
    expect(eth.getIP()).toEqual(before);
    expect(host.kernel.printed).toEqual([]);
  });

  it("tells of options that there are not, and takes the others", () => {
    eth.setIP({ ...OPTIONS, netmask: "255.255.0.0", DNS: "1.2.3.4" } as never);
    expect(eth.getIP().ip).toBe(US.ip);
    expect(host.kernel.printed.splice(0)).toEqual([
      "setIP: there is no option netmask",
      "setIP: there is no option DNS",
    ]);
  });

  it("takes another hardware address, and tells the neighbours", () => {
    eth.setIP(OPTIONS);
    host.wait(3000);
    host.said();
    eth.setIP({ mac: "2:0:0:0:AB:1" });
    expect(eth.getIP()).toEqual(jasmine.objectContaining({ ip: US.ip, mac: "02:00:00:00:ab:01" }));
    expect(macText(host.en0.ac.ac_enaddr)).toBe("02:00:00:00:ab:01");
    expect(host.en0.ioctls).toContain(host.net.SIOCSIFLLADDR);
    const { ethernet, arp } = host.saidOnce();
    expect([ethernet.from, arp!.senderMac, arp!.senderIp]).toEqual(["02:00:00:00:ab:01", "02:00:00:00:ab:01", US.ip]);
  });

  it("emits when the cable comes and goes, if it has an address", () => {
    eth.setIP(OPTIONS);
    host.net.if_link(host.en0.ac, false);
    expect(eth.getStatus()).toEqual(jasmine.objectContaining({ state: "disconnect", phylink: "down", ip: US.ip }));
    host.net.if_link(host.en0.ac, true);
    expect(eth.getStatus()).toEqual(jasmine.objectContaining({ state: "online", phylink: "up" }));
    expect(events).toEqual([`connected ${US.ip}`, "disconnected", `connected ${US.ip}`]);
  });

  it("emits nothing of a cable that brings no address", () => {
    host.net.if_link(host.en0.ac, false);
    host.net.if_link(host.en0.ac, true);
    expect(events).toEqual([]);
  });

  it("emits nothing when it is given the address that it has", () => {
    eth.setIP(OPTIONS);
    eth.setIP(OPTIONS);
    expect(events).toEqual([`connected ${US.ip}`]);
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

  it("tells once of another host that has its address, and keeps it", () => {
    eth.setIP(OPTIONS);
    for (let i = 0; i < 5; i++) {
      host.hearsArp({ senderMac: NEIGHBOUR.mac, senderIp: US.ip, targetIp: US.ip }, EVERYBODY);
      host.wait(1000);
    }
    expect(events).toEqual([`connected ${US.ip}`, `error ${US.ip} is also used by ${NEIGHBOUR.mac}`]);
    expect(eth.getIP().ip).toBe(US.ip);
  });

  it("is offline while the chip does not answer", () => {
    eth.setIP(OPTIONS);
    host.en0.ac.if_flags &= ~host.net.IFF_RUNNING;
    expect(eth.getStatus().state).toBe("offline");
  });

  it("counts frames in its status", () => {
    eth.setIP(OPTIONS);
    host.hearsArp({});
    host.wait(3000);
    expect(eth.getStatus()).toEqual(jasmine.objectContaining({ received: 1, sent: 3, errors: 0, dhcp: "static" }));
  });

  it("has a name of its own, that can be set to any label", () => {
    expect(eth.getHostname()).toBe("espruino-000001");
    expect(eth.setHostname("Sensor-1")).toBeTrue();
    expect(eth.getHostname()).toBe("Sensor-1");
    for (const name of ["", "-a", "a-", "a.b", "a b", "a_b", "\xfc", "x".repeat(64)])
      expect(() => eth.setHostname(name))
        .withContext(name)
        .toThrowError(/^hostname: /);
    expect(eth.getHostname()).toBe("Sensor-1");
  });

  it("ends: no address, interface down, chip let go, once", () => {
    const answers: unknown[] = [];
    eth.setIP(OPTIONS);
    eth.end();
    eth.end();
    expect(eth.getIP().ip).toBe("0.0.0.0");
    expect(host.en0.ac.if_flags & host.net.IFF_UP).toBe(0);
    expect(detached).toBe(1);
    expect(events).toEqual([`connected ${US.ip}`, "disconnected"]);
    expect(() => eth.setIP()).toThrowError("end() was called: connect() again");
    eth.setIP(OPTIONS, (error) => answers.push(error));
    host.wait(1);
    expect(answers).toEqual(["end() was called: connect() again"]);
  });

  it("has the sockets API", () => {
    const fd = eth.net.socket(eth.net.AF_INET, eth.net.SOCK_DGRAM, 0);
    expect(fd).toBe(1);
    expect(eth.net.close(fd)).toBe(0);
  });
});
