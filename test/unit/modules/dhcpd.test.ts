import type { DhcpServer } from "../../../firmware/modules/dhcpd/dhcpd";
import type { DhcpdClient, DhcpdOptions } from "../../../firmware/modules/dhcpd/dhcpd_var";
import { FakeEthernet } from "../../lib/fake_ethernet";
import { BROADCAST, Host, type Station, US } from "../../lib/host";
import * as packets from "../../lib/packets";
import {
  ACK,
  chars,
  DECLINE,
  type Dhcp,
  DISCOVER,
  INFORM,
  ipBytes,
  NAK,
  OFFER,
  RELEASE,
  REQUEST,
} from "../../lib/packets";
import { loadModule, ProgramInterface } from "../../lib/storage_module";

const FIRST = "192.0.2.2";
const NOBODY: Station = { mac: "02:00:00:00:00:99", ip: "0.0.0.0" };
const MAC = (n: number) => `02:00:00:00:10:${n.toString(16).padStart(2, "0")}`;

describe("The DHCP server", () => {
  let host: Host;
  let server: DhcpServer | undefined;
  let told: string[];

  beforeEach(() => {
    host = new Host();
    told = [];
  });
  afterEach(() => {
    server?.end();
    server = undefined;
    host.wait(20000);
    host.said();
    host.expectPoolsRestored();
  });

  /** As `connect` gives it in a build that forwards. */
  const router = (ip = US.ip) => Object.assign(new ProgramInterface(host, ip), { setForwarding: () => {} });

  function start(options: DhcpdOptions = {}, eth: object = router()): DhcpServer {
    const module = loadModule<{ start(eth: object, options: DhcpdOptions): DhcpServer }>(host.net, "dhcpd");
    const callback = (event: string, { mac, ip }: DhcpdClient) => told.push(`${event} ${mac} ${ip}`);
    server = module.start(eth, { callback, ...options });
    return server;
  }

  interface Asked extends packets.DhcpFields {
    type: number;
    n?: number;
    wanted?: string;
    server?: string;
    from?: string;
    to?: string;
  }

  function says({ type, n = 1, wanted, server: chosen, from = "0.0.0.0", to = BROADCAST, ...fields }: Asked): void {
    const options: packets.DhcpOptions = { 53: [type], ...fields.options };
    if (wanted) options[50] = ipBytes(wanted);
    if (chosen) options[54] = ipBytes(chosen);
    const payload = packets.dhcp({ op: 1, xid: n, mac: MAC(n), client: from, ...fields, options });
    host.hearsUdp({ from: { mac: MAC(n), ip: from }, to, fromPort: 68, toPort: 67, payload });
  }

  interface Answer extends Dhcp {
    type: number;
    to: string;
  }

  /** The answers, after half a second in which the address is looked at. */
  function answers(): Answer[] {
    host.wait(600);
    return host
      .said()
      .filter(({ udp }) => udp?.toPort === 68)
      .map(({ ip, udp }) => {
        expect(udp!.fromPort).toBe(67);
        expect(ip!.from).toBe(US.ip);
        const answer = packets.parseDhcp(udp!.payload as Uint8Array);
        expect(answer.op).toBe(2);
        expect(packets.ipText(answer.options[54])).toBe(US.ip);
        return { ...answer, type: answer.options[53][0], to: ip!.to };
      });
  }
  const answer = (asked: Asked): Answer | undefined => {
    says(asked);
    const all = answers();
    expect(all.length).toBeLessThan(2);
    return all[0];
  };
  const outcome = (asked: Asked) => {
    const got = answer(asked);
    return got && [got.type, got.your, got.to];
  };
  /** A client gets an address. */
  function gets(n = 1, fields: Partial<Asked> = {}): string {
    const offer = answer({ type: DISCOVER, n, ...fields })!;
    const ack = answer({ type: REQUEST, n, ...fields, wanted: offer.your, server: US.ip })!;
    expect([offer.type, ack.type, ack.your]).toEqual([OFFER, ACK, offer.your]);
    return ack.your;
  }

  it("offers an address, and gives it, with what is known of the network", () => {
    start({ router: US.ip, dns: ["192.0.2.53", "192.0.2.54"], domain: "lan", lease: 7200 });
    says({ type: DISCOVER, xid: 0x12345678, broadcast: true });
    host.wait(400);
    expect(host.said().filter(({ udp }) => udp)).toEqual([]); // it is looked whether somebody is there
    const [offer] = answers();
    expect([offer.type, offer.your, offer.to, offer.xid, offer.mac, offer.broadcast]).toEqual([
      ...[OFFER, FIRST, BROADCAST, 0x12345678],
      ...[MAC(1), true],
    ]);
    const options = Object.fromEntries(Object.entries(offer.options).map(([code, value]) => [code, [...value]]));
    expect(options).toEqual({
      1: [255, 255, 255, 0],
      3: ipBytes(US.ip),
      6: [...ipBytes("192.0.2.53"), ...ipBytes("192.0.2.54")],
      15: chars("lan"),
      51: [0, 0, 28, 32],
      53: [OFFER],
      54: ipBytes(US.ip),
      58: [0, 0, 14, 16],
      59: [0, 0, 24, 156],
    });
    expect(outcome({ type: REQUEST, wanted: FIRST, server: US.ip })).toEqual([ACK, FIRST, BROADCAST]);
    expect(told).toEqual([`lease ${MAC(1)} ${FIRST}`]);
    expect(server!.leases().map(({ ip, mac }) => [ip, mac])).toEqual([[FIRST, MAC(1)]]);
  });

  it("gives each client an address of its own, the same again, and the one that it wants", () => {
    start();
    expect([gets(1), gets(2)]).toEqual([FIRST, "192.0.2.3"]);
    expect(gets(1)).toBe(FIRST);
    expect(gets(3, { wanted: "192.0.2.9" })).toBe("192.0.2.9");
    expect(gets(4, { wanted: "192.0.2.77" })).toBe("192.0.2.4"); // not of the range
  });

  it("knows clients by their identifiers, which it returns (RFC 6842)", () => {
    start();
    const id = (n: number) => ({ options: { 61: [255, 0, 0, 0, n] } });
    expect([...answer({ type: DISCOVER, n: 1, ...id(1) })!.options[61]]).toEqual([255, 0, 0, 0, 1]);
    expect([gets(1, id(1)), gets(1, id(2)), gets(2, id(1))]).toEqual([FIRST, "192.0.2.3", FIRST]);
    expect(gets(5, { options: { 61: new Array(255).fill(7) } })).toBe("192.0.2.4");
  });

  it("does not offer an address at which somebody answers", () => {
    const eth = router();
    eth.ping = (ip, _options, callback) =>
      void host.kernel.clock.defer(() => callback(ip === FIRST ? null : "no answer"));
    start({}, eth);
    expect(gets()).toBe("192.0.2.3");
    expect([server!.counts.conflicts, gets(2)]).toEqual([1, "192.0.2.4"]);
  });

  it("asks for an echo before it offers what nobody has had", () => {
    start();
    says({ type: DISCOVER });
    host.wait(0);
    expect(host.said().map(({ arp }) => arp?.targetIp)).toEqual([FIRST]);
    const who = { mac: MAC(8), ip: FIRST };
    host.hearsArpReply(who);
    const [{ icmp }] = host.said();
    host.hearsIcmp(packets.icmp({ ...icmp!, type: packets.ECHO_REPLY }), {}, who);
    expect(answers().map(({ your }) => your)).toEqual(["192.0.2.3"]);
  });

  it("renews, to the client's address", () => {
    start();
    gets();
    host.knows({ mac: MAC(1), ip: FIRST });
    host.wait(1800000);
    expect(outcome({ type: REQUEST, from: FIRST, to: US.ip })).toEqual([ACK, FIRST, FIRST]);
    host.wait(3000000);
    expect(server!.leases().length).toBe(1);
    expect(outcome({ type: REQUEST, from: FIRST })).toEqual([ACK, FIRST, FIRST]);
  });

  it("renews what it has forgotten that it gave, unless another has it", () => {
    start();
    host.knows({ mac: MAC(1), ip: FIRST });
    expect(outcome({ type: REQUEST, from: FIRST, to: US.ip })).toEqual([ACK, FIRST, FIRST]);
    expect(outcome({ type: REQUEST, n: 2, from: FIRST })).toEqual([NAK, "0.0.0.0", BROADCAST]);
    expect(outcome({ type: REQUEST, n: 3, from: "192.0.2.99" })).toBeUndefined();
  });

  it("gives a client that was restarted what it had, and says no to what it cannot have here", () => {
    start();
    gets();
    expect(outcome({ type: REQUEST, wanted: FIRST })).toEqual([ACK, FIRST, BROADCAST]);
    expect(outcome({ type: REQUEST, wanted: "192.0.2.9" })).toEqual([NAK, "0.0.0.0", BROADCAST]);
    expect(outcome({ type: REQUEST, n: 2, wanted: "10.0.0.1" })).toEqual([NAK, "0.0.0.0", BROADCAST]);
    expect(outcome({ type: REQUEST, n: 2, wanted: "192.0.2.9" })).toBeUndefined(); // another server may know it
    server!.end();
    start({ authoritative: true });
    expect(outcome({ type: REQUEST, n: 2, wanted: "192.0.2.9" })).toEqual([NAK, "0.0.0.0", BROADCAST]);
  });

  it("says no to who takes what was not offered, and nothing where another server was chosen", () => {
    start();
    expect(answer({ type: DISCOVER })!.your).toBe(FIRST);
    expect(outcome({ type: REQUEST, wanted: "192.0.2.3", server: US.ip })).toEqual([NAK, "0.0.0.0", BROADCAST]);
    expect(outcome({ type: REQUEST, wanted: "192.0.2.3", server: "192.0.2.253" })).toBeUndefined();
    expect(gets(2)).toBe("192.0.2.3"); // the first is remembered as the other's
    expect(server!.counts.others).toBe(1);
  });

  it("takes an address back, and remembers whose it was", () => {
    start({ last: "192.0.2.3" });
    gets(1);
    says({ type: RELEASE, from: FIRST, to: US.ip, server: US.ip });
    host.wait(0);
    expect(server!.leases()).toEqual([]);
    expect(told[1]).toBe(`end ${MAC(1)} ${FIRST}`);
    expect([gets(2), gets(1)]).toEqual(["192.0.2.3", FIRST]);
    says({ type: RELEASE, n: 2, from: FIRST, to: US.ip }); // not his
    expect(server!.leases().length).toBe(2);
  });

  it("leaves alone an address at which a client found somebody, for ten minutes", () => {
    start({ last: "192.0.2.3" });
    gets();
    says({ type: DECLINE, wanted: FIRST, server: US.ip });
    says({ type: DECLINE, n: 9, wanted: "192.0.2.3", server: US.ip });
    expect([gets(1), server!.counts.declines]).toEqual(["192.0.2.3", 1]);
    expect(answer({ type: DISCOVER, n: 2 })).toBeUndefined();
    host.wait(600000);
    expect(gets(2)).toBe(FIRST);
  });

  it("tells a host that has its address the rest (INFORM)", () => {
    start({ dns: "192.0.2.53" });
    host.knows({ mac: MAC(1), ip: "192.0.2.200" });
    const ack = answer({ type: INFORM, from: "192.0.2.200" })!;
    expect([ack.type, ack.your, ack.to]).toEqual([ACK, "0.0.0.0", "192.0.2.200"]);
    expect([ack.options[51], Array.from(ack.options[6])]).toEqual([undefined as never, ipBytes("192.0.2.53")]);
    expect(server!.leases()).toEqual([]);
  });

  it("has no more when all are given, until one ends: that which has been free longest", () => {
    start({ last: "192.0.2.4", lease: 60 });
    expect([gets(1), gets(2), gets(3)]).toEqual([FIRST, "192.0.2.3", "192.0.2.4"]);
    expect(answer({ type: DISCOVER, n: 4 })).toBeUndefined();
    expect(server!.counts.exhausted).toBe(1);
    for (let i = 0; i < 4; i++) {
      host.wait(30000);
      host.knows({ mac: MAC(2), ip: "192.0.2.3" });
      says({ type: REQUEST, n: 2, from: "192.0.2.3", to: US.ip });
    }
    answers();
    expect(server!.leases().map(({ ip }) => ip)).toEqual(["192.0.2.3"]);
    expect([gets(4), gets(3)]).toEqual([FIRST, "192.0.2.4"]);
  });

  it("keeps an offer half a minute", () => {
    start({ last: FIRST });
    answer({ type: DISCOVER });
    expect(answer({ type: DISCOVER, n: 2 })).toBeUndefined();
    host.wait(35000);
    expect(gets(2)).toBe(FIRST);
    expect(outcome({ type: REQUEST, n: 1, wanted: FIRST, server: US.ip })).toEqual([NAK, "0.0.0.0", BROADCAST]);
  });

  it("has addresses that are one host's, in the range or not", () => {
    start({ fixed: { [MAC(7).toUpperCase()]: "192.0.2.50", [MAC(8)]: FIRST } });
    expect([gets(1), gets(7), gets(8)]).toEqual(["192.0.2.3", "192.0.2.50", FIRST]);
    expect(gets(2, { wanted: "192.0.2.50" })).toBe("192.0.2.4");
  });

  it("gives a boot file by what the client is", () => {
    const asked: DhcpdClient[] = [];
    start({
      next: "192.0.2.7",
      file: (client) => {
        asked.push(client);
        return client.user === "iPXE" ? "menu.ipxe" : client.vendor.startsWith("PXEClient") ? "undionly.kpxe" : "";
      },
    });
    const boots = (options: packets.DhcpOptions) => {
      says({ type: DISCOVER, options });
      host.wait(600);
      const { udp } = host.said().find((packet) => packet.udp)!;
      const bytes = Array.from(udp!.payload as Uint8Array);
      const file = bytes.slice(108, 236).filter((byte) => byte);
      const blank = Uint8Array.from(bytes, (byte, at) => (at >= 108 && at < 236 ? 0 : byte));
      const { options: got } = packets.parseDhcp(
        Uint8Array.from([...blank.slice(0, 20), 0, 0, 0, 0, ...blank.slice(24)]),
      );
      expect(file).toEqual([...(got[67] ?? [])]);
      return [
        packets.ipText(bytes.slice(20, 24)),
        String.fromCharCode(...file),
        got[66] && String.fromCharCode(...got[66]),
      ];
    };
    const pxe = { 60: chars("PXEClient:Arch:00007:UNDI:003016"), 93: [0, 7], 12: chars("pc\x07!") };
    expect(boots(pxe)).toEqual(["192.0.2.7", "undionly.kpxe", "192.0.2.7"]);
    expect(asked[0]).toEqual({
      ...{ mac: MAC(1), ip: FIRST, name: "pc!", vendor: "PXEClient:Arch:00007:UNDI:003016" },
      ...{ user: "", arch: 7 },
    });
    expect(boots({ ...pxe, 77: chars("iPXE") })).toEqual(["192.0.2.7", "menu.ipxe", "192.0.2.7"]);
    expect(boots({ ...pxe, 77: chars("\x04iPXE") })[1]).toBe("menu.ipxe"); // as RFC 3004 has it
    expect(boots({})).toEqual(["0.0.0.0", "", undefined as never]);
  });

  it("reads options in file and sname as well, and in pieces", () => {
    start();
    says({ type: 0, raw: [52, 1, 3, 50, 2, 192, 0, 255], file: [53, 1, DISCOVER, 255], sname: [50, 2, 2, 9, 255] });
    expect(answers().map(({ your }) => your)).toEqual(["192.0.2.9"]);
  });

  it("counts and drops what is malformed, or came by a relay", () => {
    start();
    const payload = packets.dhcp({ op: 1, mac: MAC(1), options: { 53: [DISCOVER] } });
    const hears = (bytes: number[]) =>
      host.hearsUdp({ from: NOBODY, to: BROADCAST, fromPort: 68, toPort: 67, payload: bytes });
    const changed = (at: number, ...bytes: number[]) => payload.map((byte, i) => bytes[i - at] ?? byte);
    const bad = [
      [],
      payload.slice(0, 239),
      changed(0, 2), // an answer
      changed(1, 6), // no Ethernet
      changed(2, 16),
      changed(28, 3), // a group's hardware address
      changed(236, 1), // no cookie
      changed(241, 9), // an option that does not end
      changed(242, 0), // no type, and one that is none
      changed(242, 9),
      packets.dhcp({ op: 1, mac: MAC(1) }),
      packets.dhcp({ op: 1, mac: MAC(1), raw: [53, 1, DISCOVER, 52, 1, 1], file: [12, 200] }),
      packets.dhcp({ op: 1, mac: MAC(1), raw: [53, 1, DISCOVER, 52, 1, 2], sname: [12, 200] }),
      packets.dhcp({ op: 1, mac: MAC(1), options: { 53: [REQUEST] } }), // of nothing
      packets.dhcp({ op: 1, mac: MAC(1), options: { 53: [] } }),
    ];
    for (const bytes of bad) {
      hears(bytes);
      host.wait(0);
    }
    hears(changed(24, 10, 0, 0, 1));
    expect(answers()).toEqual([]);
    const { received, bad: malformed, relayed } = server!.counts;
    expect([received, malformed, relayed]).toEqual([bad.length + 1, bad.length, 1]);
  });

  it("survives whatever comes, and keeps no more leases than there are addresses", () => {
    start();
    let seed = 20261130;
    console.log(`dhcpd.test: seed ${seed}`);
    const random = (n: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * n);
    };
    for (let i = 0; i < 3000; i++) {
      const n = random(200);
      const options = {
        53: [random(10)],
        50: ipBytes(`192.0.2.${random(32)}`),
        54: ipBytes(US.ip),
        61: [1, random(99), 3],
      };
      const bytes = packets.dhcp({
        op: 1,
        mac: MAC(n),
        client: random(2) ? `192.0.2.${random(32)}` : "0.0.0.0",
        options,
      });
      for (let k = random(4); k; k--) bytes[random(bytes.length)] = random(256);
      const payload = random(5) ? bytes : bytes.slice(0, random(bytes.length));
      host.hearsUdp({ from: NOBODY, to: BROADCAST, fromPort: 68, toPort: 67, payload });
      if (!random(4)) host.wait(random(3000));
      if (i % 64 === 0) host.said();
    }
    expect(server!.leases().length).toBeLessThan(17);
    expect(new Set(server!.leases().map(({ ip }) => ip)).size).toBe(server!.leases().length);
  });

  it("looks at four addresses at a time, and drops more", () => {
    start();
    for (let n = 1; n < 10; n++) {
      says({ type: DISCOVER, n });
      host.wait(0);
    }
    expect(server!.counts.busy).toBe(5);
    expect(answers().length).toBe(4);
  });

  it("answers no more when it has ended, whatever it was at", () => {
    start();
    says({ type: DISCOVER });
    server!.end();
    expect(answers()).toEqual([]);
    start(); // its port is free
  });

  it("says what is wrong with its options", () => {
    const fault = (options: DhcpdOptions, ip = US.ip) => {
      try {
        start(options, router(ip));
      } catch (error) {
        return (error as Error).message;
      }
      return "nothing";
    };
    expect(fault({ lease: 59 })).toBe("dhcpd: lease: at least 60 s");
    expect(fault({}, "0.0.0.0")).toMatch(/setIP/);
    for (const options of [{ first: "10.0.0.1" }, { last: "192.0.2.255" }, { first: "192.0.2.9", last: "192.0.2.8" }])
      expect(fault(options)).toBe("dhcpd: first, last: a range in the subnet of 192.0.2.1");
    expect(fault({ last: "192.0.2.66" })).toBe("dhcpd: first, last: 64 addresses at most");
    for (const what of ["first", "last", "router", "next", "dns"])
      expect(fault({ [what]: "nonsense" })).toBe(`dhcpd: ${what}: no address: nonsense`);
    expect(fault({ fixed: { [MAC(1)]: "10.0.0.1" } })).toBe("dhcpd: fixed: not in the subnet: 10.0.0.1");
    expect(fault({ domain: "x".repeat(65) })).toMatch(/domain/);
    const { net } = host;
    const fd = host.closesAtEnd(net.net.socket(net.AF_INET, net.SOCK_DGRAM, 0));
    net.net.bind(fd, { sin_family: 2, sin_addr: packets.ipNumber(US.ip), sin_port: 67 } as never);
    expect(fault({})).toMatch(/port 67 is in use/);
  });

  it("of a router hears who is on its net, and nobody else", () => {
    const { net } = host;
    const en1 = new FakeEthernet(net, "en1", "02:00:00:00:01:01");
    net.in_ifinit(en1.ac, packets.ipNumber("198.51.100.1"), packets.ipNumber("255.255.255.0"));
    host.wait(3000);
    start();
    const payload = packets.udp({
      ...{ from: "0.0.0.0", to: BROADCAST, fromPort: 68, toPort: 67 },
      payload: packets.dhcp({ op: 1, mac: MAC(1), options: { 53: [DISCOVER] } }),
    });
    const ip = packets.ipv4({ from: "0.0.0.0", to: BROADCAST, protocol: packets.UDP, payload });
    en1.hears(packets.ethernet({ to: packets.EVERYBODY, from: MAC(1), type: packets.TYPE_IP, payload: ip }));
    expect(answers()).toEqual([]);
    expect(server!.counts.received).toBe(0);
    expect(gets()).toBe(FIRST);
    net.in_ifscrub(en1.ac);
    net.if_detach(en1.ac);
    host.wait(0);
  });

  it("of a build that does not forward has a second socket, for what goes to all", () => {
    host = new Host({ config: { INET_FORWARD: false, INET_NAT: false } });
    start({}, new ProgramInterface(host));
    expect(gets()).toBe(FIRST);
    host.knows({ mac: MAC(1), ip: FIRST });
    expect(outcome({ type: REQUEST, from: FIRST, to: US.ip })).toEqual([ACK, FIRST, FIRST]);
  });
});
