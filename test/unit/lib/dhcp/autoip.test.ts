import { DhcpLan, DhcpServer, trackDevices } from "../../../lib/dhcp_lan";
import { GATEWAY, NEIGHBOUR, OTHER_NEIGHBOUR, US } from "../../../lib/host";
import { DISCOVER, EVERYBODY, REQUEST } from "../../../lib/packets";

const GIVEN = "192.0.2.77";
const SECOND = 1000;

describe("AutoIP", () => {
  let lan: DhcpLan;
  let server: DhcpServer;

  beforeEach(() => {
    server = new DhcpServer(GATEWAY, GIVEN);
    server.silent = true;
    lan = new DhcpLan(server);
  });
  afterEach(() => lan.expectPoolsRestored());

  /** Waits for a link-local address, and tells it. */
  function claimed(longest?: number): string {
    lan.waitUntil(() => lan.ip.startsWith("169.254."), longest);
    return lan.ip;
  }

  it("takes a link-local address when no server has answered for about ten seconds", () => {
    const answers: unknown[] = [];
    lan.eth.setIP((error) => answers.push(error));
    claimed();
    const [discover] = lan.messages(DISCOVER);
    const first = lan.log.find(({ arp }) => arp)!;
    expect(first.at - discover.at).toBeGreaterThan(10 * SECOND);
    expect(first.at - discover.at).toBeLessThan(15.1 * SECOND);
    lan.wait(0);
    expect(answers).toEqual([null]);
    expect(lan.events()).toEqual([`connected ${lan.ip}`]);
    expect(lan.eth.getIP()).toEqual(jasmine.objectContaining({ subnet: "255.255.0.0", gateway: "0.0.0.0" }));
  });

  it("probes three times, one to two seconds apart, then waits for two, and announces itself (RFC 3927 2.2.1, 9)", () => {
    lan.eth.setIP();
    const address = claimed();
    lan.wait(3 * SECOND);
    const arps = lan.log.filter(({ arp }) => arp);
    expect(arps.map(({ arp }) => arp!.senderIp)).toEqual(["0.0.0.0", "0.0.0.0", "0.0.0.0", address, address]);
    expect(arps.every(({ arp, ethernet }) => arp!.targetIp === address && ethernet.to === EVERYBODY)).toBeTrue();
    const times = arps.slice(1).map(({ at }, i) => (at - arps[i].at) / SECOND);
    for (const time of times.slice(0, 2)) {
      expect(time).toBeGreaterThanOrEqual(1);
      expect(time).toBeLessThan(2.01);
    }
    expect(times[2]).toBeCloseTo(2, 1);
    expect(times[3]).toBeCloseTo(2, 1);
  });

  it("takes the same one again after a restart, and not the first or last 256 (2.1)", () => {
    const seen = new Set<string>();
    lan.eth.setIP();
    const address = claimed();
    lan.expectPoolsRestored();
    lan = new DhcpLan(server);
    lan.eth.setIP();
    expect(claimed()).toBe(address);
    const { net } = lan;
    const { ac } = lan.host.en0;
    for (let n = 0; n < 3000; n++) {
      ac.ac_enaddr[4] = n >> 8;
      ac.ac_enaddr[5] = n & 255;
      const addr = net.autoip_candidate(ac, 0);
      const text = net.inet_ntoa(addr);
      expect(text).toMatch(/^169\.254\./);
      expect([0, 255])
        .withContext(text)
        .not.toContain((addr >> 8) & 255);
      seen.add(text);
    }
    expect(seen.size).toBeGreaterThan(2800);
  });

  it("takes another when somebody has it", () => {
    lan.eth.setIP();
    lan.waitUntil(() => lan.probes().length > 0);
    const [taken] = lan.probes();
    lan.announces({ mac: NEIGHBOUR.mac, ip: taken });
    expect(claimed()).not.toBe(taken);
    expect(lan.events()).toEqual([`connected ${lan.ip}`]);
  });

  it("takes it slowly after ten conflicts: one address a minute (2.2.1)", () => {
    lan.eth.setIP();
    for (let conflicts = 0; conflicts < 10; conflicts++) {
      lan.waitUntil(() => new Set(lan.probes()).size > conflicts);
      lan.announces({ mac: NEIGHBOUR.mac, ip: lan.probes().pop()! });
    }
    const { now } = lan;
    lan.waitUntil(() => new Set(lan.probes()).size > 10, 70 * SECOND);
    expect(lan.now - now).toBeGreaterThanOrEqual(60 * SECOND);
    claimed();
  });

  it("defends the one that it has, once; then takes another (2.5 b)", () => {
    lan.eth.setIP();
    const address = claimed();
    lan.wait(3 * SECOND);
    lan.log.length = 0;
    lan.events();
    lan.announces({ mac: NEIGHBOUR.mac, ip: address });
    const defences = lan.log.filter(({ ethernet }) => ethernet.to === EVERYBODY);
    expect(defences.map(({ arp }) => [arp?.senderIp, arp?.targetIp])).toEqual([[address, address]]);
    expect(lan.ip).toBe(address);
    lan.wait(5 * SECOND);
    lan.announces({ mac: OTHER_NEIGHBOUR.mac, ip: address });
    expect(lan.ip).toBe("0.0.0.0");
    expect(claimed()).not.toBe(address);
    expect(lan.events()).toEqual([
      `error ${address} is also used by ${NEIGHBOUR.mac}`,
      "disconnected",
      `connected ${lan.ip}`,
    ]);
  });

  it("goes on asking servers, from no address, and hears answers to the address that it is to have", () => {
    lan.eth.setIP();
    claimed();
    lan.log.length = 0;
    lan.wait(200 * SECOND);
    expect(lan.messages(DISCOVER).length).toBeGreaterThan(2);
    for (const { ip, dhcp } of lan.messages(DISCOVER))
      expect([ip.from, ip.to, dhcp.client, dhcp.broadcast]).toEqual(["0.0.0.0", "255.255.255.255", "0.0.0.0", false]);
  });

  it("makes way for an address from a server", () => {
    lan.eth.setIP();
    const address = claimed();
    lan.events();
    server.silent = false;
    lan.waitUntil(() => lan.messages(REQUEST).length > 0, 70 * SECOND);
    expect(lan.ip).toBe(address);
    lan.waitUntil(() => lan.ip === GIVEN);
    expect(lan.message(REQUEST).dhcp.broadcast).toBeFalse();
    expect(lan.events()).toEqual([`connected ${GIVEN}`]);
    expect(lan.eth.getIP().gateway).toBe(GATEWAY.ip);
    lan.wait(3600 * SECOND);
    expect(lan.ip).toBe(GIVEN);
  });

  it("makes way for one while it is still probing", () => {
    lan.eth.setIP();
    lan.waitUntil(() => lan.probes().length > 0);
    server.silent = false;
    lan.waitUntil(() => lan.messages(REQUEST).length > 0, 70 * SECOND);
    lan.waitUntil(() => lan.ip === GIVEN);
  });

  it("keeps its address when the server's turns out to be taken, or is refused", () => {
    lan.eth.setIP();
    const address = claimed();
    lan.events();
    lan.stations.push({ mac: NEIGHBOUR.mac, ip: GIVEN });
    server.silent = false;
    lan.waitUntil(() => lan.net.dhcpstat[lan.net.DHCPS_CONFLICTS] > 0, 70 * SECOND);
    server.refuses = true;
    lan.waitUntil(() => lan.net.dhcpstat[lan.net.DHCPS_NAKS] > 0, 70 * SECOND);
    expect(lan.ip).toBe(address);
    expect(lan.events()).toEqual([`error DHCP server ${GATEWAY.ip} refuses what it offers`]);
    expect(lan.net.rt_first()).not.toBeNull();
  });

  it("lets go of an address that is fought for while the server's is being probed", () => {
    lan.eth.setIP();
    const address = claimed();
    server.silent = false;
    const probes = lan.probes().length;
    lan.waitUntil(() => lan.probes().length > probes, 70 * SECOND);
    for (let i = 0; i < 2; i++) lan.announces({ mac: NEIGHBOUR.mac, ip: address });
    expect(lan.ip).toBe("0.0.0.0");
    lan.waitUntil(() => lan.ip === GIVEN);
  });

  /** What a server that makes an offer and keeps no word of it leads to: told, and with a link-local address meanwhile. */
  function broken(fault: string): void {
    const answers: unknown[] = [];
    server.silent = false;
    lan.eth.setIP((error) => answers.push(error));
    claimed(90 * SECOND);
    lan.wait(0);
    expect(answers).toEqual([`DHCP server ${GATEWAY.ip} ${fault}`]);
    expect(lan.events().filter((event) => event !== `error ${answers[0]}`)).toEqual([`connected ${lan.ip}`]);
  }

  it("serves where a server offers and refuses for ever", () => {
    server.refuses = true;
    broken("refuses what it offers");
    server.refuses = false;
    lan.waitUntil(() => lan.ip === GIVEN, 70 * SECOND);
    expect(lan.events().at(-1)).toBe(`connected ${GIVEN}`);
  });

  it("serves where a server offers and says no more", () => {
    const { answer } = server;
    server.answer = (said) => (said.options[53][0] === DISCOVER ? answer.call(server, said) : undefined);
    broken("does not answer a request");
    server.answer = answer;
    lan.waitUntil(() => lan.ip === GIVEN, 130 * SECOND);
  });

  it("serves where a server gives what others use", () => {
    lan.stations.push({ mac: NEIGHBOUR.mac, ip: GIVEN });
    broken("gives what others use");
    lan.stations.pop();
    lan.waitUntil(() => lan.ip === GIVEN, 130 * SECOND);
  });

  for (const [who, to] of [
    ["to the one who probes", US.mac],
    ["to all", EVERYBODY],
  ])
    it(`serves where a switch answers each probe with one of its own, ${who} (IP device tracking)`, () => {
      trackDevices(lan, to);
      lan.eth.setIP();
      claimed(60 * SECOND);
      expect(new Set(lan.probes()).size).toBe(to === EVERYBODY ? 2 : 1);
    });

  it("finds an address anew when the cable was pulled", () => {
    lan.eth.setIP();
    const address = claimed();
    lan.plug(false);
    expect(lan.ip).toBe("0.0.0.0");
    lan.wait(SECOND);
    lan.log.length = 0;
    lan.plug(true);
    expect(claimed()).toBe(address);
    expect(lan.probes().length).toBe(3);
  });

  it("leaves an address by hand alone", () => {
    lan.eth.setIP();
    lan.wait(11 * SECOND);
    lan.eth.setIP({ ip: "192.0.2.9" });
    lan.log.length = 0;
    lan.wait(100 * SECOND);
    expect(lan.ip).toBe("192.0.2.9");
    expect(lan.probes()).toEqual([]);
    expect(lan.messages()).toEqual([]);
  });
});
