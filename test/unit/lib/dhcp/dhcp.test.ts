import { DhcpLan, DhcpServer, trackDevices } from "../../../lib/dhcp_lan";
import { GATEWAY, NEIGHBOUR, OTHER_NEIGHBOUR, US } from "../../../lib/host";
import {
  ACK,
  DECLINE,
  DISCOVER,
  dhcpText,
  EVERYBODY,
  ipBytes,
  long,
  macBytes,
  NAK,
  OFFER,
  RELEASE,
  REQUEST,
} from "../../../lib/packets";

const GIVEN = "192.0.2.77";
const OTHER_GIVEN = "192.0.2.88";
const SECOND = 1000;
const EVERYONE = "255.255.255.255";

/** The server at the gateway's address, and another one. */
const server = () => new DhcpServer(GATEWAY, GIVEN);
const otherServer = () => new DhcpServer(OTHER_NEIGHBOUR, OTHER_GIVEN);

/** The times between messages, in seconds. */
function gaps(messages: { at: number }[]): number[] {
  return messages.slice(1).map(({ at }, i) => (at - messages[i].at) / SECOND);
}

describe("The DHCP client", () => {
  let lan: DhcpLan;

  function on(...servers: DhcpServer[]): DhcpLan {
    lan = new DhcpLan(...servers);
    return lan;
  }

  afterEach(() => lan.expectPoolsRestored());

  describe("asking for an address (RFC 2131 4.4.1)", () => {
    it("broadcasts a DISCOVER from no address, within half a second", () => {
      on(server()).eth.setIP();
      lan.wait(501);
      const { ethernet, ip, udp, dhcp } = lan.message(DISCOVER);
      expect([ethernet.to, ip.from, ip.to]).toEqual([EVERYBODY, "0.0.0.0", EVERYONE]);
      expect([udp!.fromPort, udp!.toPort]).toEqual([68, 67]);
      expect(dhcp).toEqual(
        jasmine.objectContaining({ op: 1, secs: 0, broadcast: false, client: "0.0.0.0", your: "0.0.0.0", mac: US.mac }),
      );
    });

    it("tells who it is and what it wants to know", () => {
      on(server()).eth.setIP();
      lan.wait(501);
      const { options } = lan.message(DISCOVER).dhcp;
      expect(Array.from(options[61])).toEqual([1, ...macBytes(US.mac)]);
      expect(Array.from(options[12])).toEqual(dhcpText("espruino-000001"));
      expect(Array.from(options[55])).toEqual([1, 3, 6, 15, 51, 58, 59]);
      expect(Object.keys(options)).toEqual(["12", "53", "55", "61"]);
    });

    it("requests what was offered, from the server that offered it", () => {
      on(server()).bind();
      const { ethernet, ip, dhcp } = lan.message(REQUEST);
      expect([ethernet.to, ip.from, ip.to, dhcp.client]).toEqual([EVERYBODY, "0.0.0.0", EVERYONE, "0.0.0.0"]);
      expect(Array.from(dhcp.options[50])).toEqual(ipBytes(GIVEN));
      expect(Array.from(dhcp.options[54])).toEqual(ipBytes(GATEWAY.ip));
      expect(dhcp.xid).toBe(lan.message(DISCOVER).dhcp.xid);
      expect(lan.messages().length).toBe(2);
    });

    it("has the address then, with mask, gateway and name server, and says so once", () => {
      const s = server();
      s.mask = "255.255.255.128";
      s.router = "192.0.2.1";
      s.options = { 6: [...ipBytes("192.0.2.53"), ...ipBytes("192.0.2.54")] };
      on(s).bind();
      expect(lan.eth.getIP()).toEqual({
        ip: GIVEN,
        subnet: "255.255.255.128",
        gateway: "192.0.2.1",
        dns: "192.0.2.53",
        mac: US.mac,
      });
      expect(lan.events()).toEqual([`connected ${GIVEN}`]);
    });

    it("hears answers to everybody as well", () => {
      const s = server();
      s.broadcasts = true;
      on(s).bind();
      expect(lan.ip).toBe(GIVEN);
    });

    it("calls back when there is an address, in a turn of its own", () => {
      const answers: unknown[] = [];
      on(server()).eth.setIP((error) => answers.push(error, lan.ip));
      expect(answers).toEqual([]);
      lan.wait(3000);
      expect(answers).toEqual([null, GIVEN]);
    });

    it("keeps no socket and no timer but the lease's", () => {
      on(server()).bind();
      expect(lan.net.openfiles()).toBe(0);
      expect(lan.net.numopensockets()).toBe(0);
    });

    it("asks again after 4, 8, 16, 32 and 64 seconds, give or take one, and every 64 from then on (4.1)", () => {
      on().eth.setIP();
      lan.wait(300 * SECOND);
      const times = gaps(lan.messages(DISCOVER));
      expect(times.length).toBeGreaterThan(6);
      times.forEach((time, i) => {
        expect(Math.abs(time - Math.min(4 << i, 64)))
          .withContext(`gap ${i}`)
          .toBeLessThanOrEqual(1.01);
      });
      expect(new Set(times.map((time) => time % 1)).size).toBeGreaterThan(4);
    });

    it("tells how long it has been asking, to relays that wait for others", () => {
      on().eth.setIP();
      lan.wait(40 * SECOND);
      const first = lan.messages(DISCOVER)[0];
      for (const { at, dhcp } of lan.messages(DISCOVER)) expect(dhcp.secs).toBe(Math.floor((at - first.at) / SECOND));
    });

    it("requests four times, then begins anew, when the server that offered is gone", () => {
      const s = server();
      s.answer = (said) => (said.options[53][0] === DISCOVER ? offer(s, said.xid) : undefined);
      on(s).eth.setIP();
      lan.wait(63 * SECOND);
      const [first, second] = lan.messages(DISCOVER);
      const requests = lan.messages(REQUEST).filter(({ at }) => at < second.at);
      expect(requests.length).toBe(4);
      expect(requests.every(({ dhcp }) => dhcp.xid === first.dhcp.xid && dhcp.secs === 0)).toBeTrue();
      expect(second.dhcp.xid).not.toBe(first.dhcp.xid);
    });
  });

  function offer(s: DhcpServer, xid: number) {
    return {
      xid,
      your: s.gives,
      mac: US.mac,
      options: { 53: [OFFER], 54: ipBytes(s.station.ip), 51: long(3600), 1: ipBytes("255.255.255.0") },
    };
  }

  describe("with several servers", () => {
    it("takes the first of two equal offers", () => {
      const late = otherServer();
      late.delay = 100;
      on(server(), late).bind();
      expect(lan.ip).toBe(GIVEN);
    });

    it("takes the one that leads out of the network, though it came later", () => {
      const poor = otherServer();
      const late = server();
      poor.router = undefined;
      late.delay = 250;
      on(poor, late).bind();
      expect(lan.ip).toBe(GIVEN);
    });

    it("takes the one that has the address of before", () => {
      const poor = server();
      poor.router = undefined;
      poor.delay = 250;
      on(poor).bind();
      poor.silent = true;
      lan.waitUntil(() => lan.ip === "0.0.0.0", 4000 * SECOND);
      poor.silent = false;
      lan.servers.push(otherServer());
      lan.waitUntil(() => lan.ip !== "0.0.0.0");
      expect(lan.ip).toBe(GIVEN);
    });

    it("does not mistake the other server's answers for those of its own", () => {
      const own = server();
      const other = otherServer();
      on(own).eth.setIP();
      own.delay = 50;
      lan.waitUntil(() => lan.messages(REQUEST).length > 0);
      const { xid } = lan.message(REQUEST).dhcp;
      const granted = { ...offer(own, xid), broadcast: true };
      for (const type of [NAK, ACK]) {
        const answer = { ...granted, options: { ...granted.options, 53: [type], 54: ipBytes(other.station.ip) } };
        const counts = lan.host.counted(() => ignored(() => lan.hears(other, answer)));
        expect(counts["DHCPS_ALIEN"]).withContext(`type ${type}`).toBe(1);
      }
      lan.waitUntil(() => lan.ip === GIVEN);
      expect(lan.messages(DISCOVER).length).toBe(1);
    });
  });

  /** Lets what was heard reach the client, and no time pass. */
  function ignored(action: () => void): void {
    action();
    lan.wait(0);
  }

  describe("before it uses an address (RFC 5227, RFC 2131 4.4.1)", () => {
    it("probes for it three times, and announces it twice", () => {
      on(server()).bind();
      expect(lan.probes()).toEqual([GIVEN, GIVEN, GIVEN]);
      const announced = lan.log.filter(({ arp }) => arp?.senderIp === GIVEN && arp.targetIp === GIVEN);
      expect(announced.length).toBe(2);
      expect(lan.log.indexOf(announced[0])).toBeGreaterThan(lan.log.findIndex(({ arp }) => arp?.targetIp === GIVEN));
    });

    it("declines one that somebody answers for, and asks anew ten seconds later", () => {
      const s = server();
      on(s).stations.push({ mac: NEIGHBOUR.mac, ip: GIVEN });
      lan.eth.setIP();
      lan.waitUntil(() => lan.messages(DECLINE).length > 0);
      s.gives = OTHER_GIVEN;
      const { at, ip, dhcp } = lan.message(DECLINE);
      expect([ip.from, ip.to, dhcp.client]).toEqual(["0.0.0.0", EVERYONE, "0.0.0.0"]);
      expect(Array.from(dhcp.options[50])).toEqual(ipBytes(GIVEN));
      expect(Array.from(dhcp.options[54])).toEqual(ipBytes(GATEWAY.ip));
      expect(Object.keys(dhcp.options)).toEqual(["50", "53", "54", "61"]);
      lan.waitUntil(() => lan.ip === OTHER_GIVEN);
      expect(lan.message(DISCOVER).at - at).toBeGreaterThanOrEqual(10 * SECOND);
      expect(lan.events()).toEqual([`connected ${OTHER_GIVEN}`]);
      expect(lan.net.dhcpstat[lan.net.DHCPS_CONFLICTS]).toBe(1);
    });

    it("declines one that somebody else is probing for at the same time", () => {
      on(server()).eth.setIP();
      lan.waitUntil(() => lan.probes().length > 0);
      lan.host.hearsArp({ senderMac: NEIGHBOUR.mac, senderIp: "0.0.0.0", targetIp: GIVEN }, EVERYBODY);
      lan.wait(0);
      expect(lan.messages(DECLINE).length).toBe(1);
    });

    it("takes one although a switch answers each probe with one of its own (IP device tracking)", () => {
      on(server());
      trackDevices(lan, US.mac);
      lan.bind();
      expect(lan.messages(DECLINE)).toEqual([]);
    });

    it("believes one who answers each probe with one of his own to all no more than once", () => {
      on(server());
      trackDevices(lan, EVERYBODY);
      lan.bind();
      expect(lan.messages(DECLINE).length).toBe(1);
      expect(lan.ip).toBe(GIVEN);
    });

    it("is not disturbed by others who ask for that address, or have another", () => {
      on(server()).eth.setIP();
      lan.waitUntil(() => lan.probes().length > 0);
      lan.host.hearsArp({ targetIp: GIVEN }, EVERYBODY);
      lan.announces(NEIGHBOUR);
      lan.waitUntil(() => lan.ip === GIVEN);
      expect(lan.messages(DECLINE)).toEqual([]);
    });

    it("defends one that it has, once in ten seconds; then it gives in (RFC 5227 2.4)", () => {
      on(server()).bind();
      lan.events();
      lan.announces({ mac: NEIGHBOUR.mac, ip: GIVEN });
      lan.wait(11 * SECOND);
      lan.announces({ mac: NEIGHBOUR.mac, ip: GIVEN });
      lan.wait(9 * SECOND);
      expect(lan.ip).toBe(GIVEN);
      expect(lan.events()).toEqual([`error ${GIVEN} is also used by ${NEIGHBOUR.mac}`]);
      lan.announces({ mac: NEIGHBOUR.mac, ip: GIVEN });
      expect(lan.messages(DECLINE).length).toBe(1);
      expect(lan.message(DECLINE).dhcp.client).toBe("0.0.0.0");
      expect(lan.events()).toEqual(["disconnected"]);
    });
  });

  describe("that is refused (RFC 2131 4.4.1)", () => {
    it("begins anew, a second later", () => {
      const s = server();
      s.refuses = true;
      on(s).eth.setIP();
      lan.waitUntil(() => lan.messages(REQUEST).length > 0);
      s.refuses = false;
      lan.waitUntil(() => lan.ip === GIVEN);
      const [first, second] = lan.messages(DISCOVER);
      expect(second.at - first.at).toBeGreaterThan(SECOND);
      expect(second.dhcp.xid).not.toBe(first.dhcp.xid);
      expect(lan.net.dhcpstat[lan.net.DHCPS_NAKS]).toBe(1);
    });

    it("begins anew later each time where a server offers and refuses for ever, and says so (4.1)", () => {
      const s = server();
      s.refuses = true;
      on(s).eth.setIP();
      lan.wait(600 * SECOND);
      const times = gaps(lan.messages(DISCOVER));
      times.slice(0, 6).forEach((time, i) => {
        expect(Math.abs(time - (i ? 1.4 + Math.min(2 << i, 64) : 1.4)))
          .withContext(`gap ${i}`)
          .toBeLessThanOrEqual(1.1);
      });
      expect(lan.messages().length).toBeLessThan(40);
      const told = lan.events().filter((event) => event.startsWith("error"));
      expect(new Set(told)).toEqual(new Set([`error DHCP server ${GATEWAY.ip} refuses what it offers`]));
      expect(told.length).toBeLessThan(20);
    });

    it("is as quick as ever once it has had an address", () => {
      const s = server();
      s.refuses = true;
      s.lease = 100;
      on(s).eth.setIP();
      lan.waitUntil(() => lan.net.dhcpstat[lan.net.DHCPS_NAKS] === 3);
      s.refuses = false;
      lan.waitUntil(() => lan.ip === GIVEN);
      s.refuses = true;
      lan.waitUntil(() => lan.net.dhcpstat[lan.net.DHCPS_NAKS] === 4);
      s.refuses = false;
      const { now } = lan;
      lan.waitUntil(() => lan.ip === GIVEN);
      expect(lan.now - now).toBeLessThan(4 * SECOND);
    });
  });

  describe("whose lease gets old (RFC 2131 4.4.5)", () => {
    let s: DhcpServer;
    let bound: number;

    beforeEach(() => {
      s = server();
      on(s);
      s.lease = 1000;
      lan.bind();
      bound = lan.message(REQUEST).at;
      lan.events();
      lan.log.length = 0;
    });

    /** Waits until so many seconds after the request that the lease counts from. */
    const waitTill = (seconds: number) => lan.wait(bound + seconds * SECOND - lan.now);

    it("asks its server for more at half of the time, from its address", () => {
      waitTill(499);
      expect(lan.messages()).toEqual([]);
      waitTill(501);
      const { ethernet, ip, dhcp } = lan.message(REQUEST);
      expect([ethernet.to, ip.from, ip.to, dhcp.client]).toEqual([GATEWAY.mac, GIVEN, GATEWAY.ip, GIVEN]);
      expect(Object.keys(dhcp.options)).toEqual(["12", "53", "55", "61"]);
      expect(lan.eth.getStatus().dhcp).toBe("bound");
    });

    it("keeps the address for as long as it is given more, without a word", () => {
      lan.wait(86400 * SECOND);
      expect(lan.ip).toBe(GIVEN);
      expect(lan.events()).toEqual([]);
      expect(lan.messages(REQUEST).length).toBeGreaterThan(160);
      expect(lan.messages(REQUEST).length).toBeLessThan(180);
      expect(lan.messages(DISCOVER)).toEqual([]);
    });

    it("asks again after half of the time that is left, then asks all servers at seven eighths", () => {
      s.silent = true;
      waitTill(999);
      const messages = lan.messages(REQUEST);
      const times = [500, 687.5, 781.2, 841.2, 875, 937.5, 997.5];
      expect(messages.length).toBe(times.length);
      times.forEach((time, i) => void expect((messages[i].at - bound) / SECOND).toBeCloseTo(time, 0));
      expect(messages.map(({ ip }) => ip.to === EVERYONE)).toEqual([false, false, false, false, true, true, true]);
      expect(messages.every(({ ip, dhcp }) => ip.from === GIVEN && dhcp.client === GIVEN)).toBeTrue();
      expect(lan.eth.getStatus().dhcp).toBe("rebinding");
    });

    it("is served by another server then", () => {
      const other = otherServer();
      s.silent = true;
      other.gives = GIVEN;
      lan.servers.push(other);
      waitTill(880);
      expect(lan.eth.getStatus()).toEqual(jasmine.objectContaining({ dhcp: "bound", server: OTHER_NEIGHBOUR.ip }));
      expect(lan.events()).toEqual([]);
    });

    it("gives the address up when the time is over, and begins anew", () => {
      s.silent = true;
      waitTill(1001);
      expect(lan.ip).toBe("0.0.0.0");
      expect(lan.events()).toEqual(["disconnected"]);
      expect(lan.messages(DISCOVER).length).toBe(1);
      expect(lan.net.dhcpstat[lan.net.DHCPS_EXPIRED]).toBe(1);
      s.silent = false;
      lan.waitUntil(() => lan.ip === GIVEN);
      expect(lan.events()).toEqual([`connected ${GIVEN}`]);
    });

    it("gives it up at once when it is refused more", () => {
      s.refuses = true;
      waitTill(501);
      expect(lan.ip).toBe("0.0.0.0");
      expect(lan.events()).toEqual(["disconnected"]);
    });

    it("takes over what has changed besides", () => {
      s.router = "192.0.2.200";
      s.options = { 6: ipBytes("192.0.2.200") };
      waitTill(501);
      expect(lan.eth.getIP()).toEqual(jasmine.objectContaining({ gateway: "192.0.2.200", dns: "192.0.2.200" }));
      s.mask = "255.255.0.0";
      waitTill(1002);
      expect(lan.eth.getIP().subnet).toBe("255.255.0.0");
    });

    it("keeps it for as long as before when its server does not say how long (some do not, to a renewal)", () => {
      const { answer } = s;
      s.answer = (said) => {
        const full = answer.call(s, said);
        return full && { ...full, options: { ...full.options, 51: [] } };
      };
      waitTill(5001);
      expect(lan.ip).toBe(GIVEN);
      expect(lan.events()).toEqual([]);
      expect(lan.messages(DISCOVER)).toEqual([]);
      expect(lan.messages(REQUEST).length).toBe(10);
    });

    it("does not care for the board's clock being set", () => {
      const { evaluate } = lan.host.kernel;
      for (const step of [3000, -3000, 400, 86400, 3590]) {
        evaluate(`setTime(getTime() + ${step})`);
        lan.wait(10 * SECOND);
      }
      expect(lan.events()).toEqual([]);
      expect(lan.messages()).toEqual([]);
      expect(lan.eth.getStatus().lease).toBeCloseTo(1000 - (lan.now - bound) / SECOND, -1);
      waitTill(501);
      expect(lan.messages(REQUEST).length).toBe(1);
    });

    it("is not confused by an answer with another address", () => {
      s.answer = (said) => ({
        ...offer(s, said.xid),
        your: OTHER_GIVEN,
        options: { ...offer(s, 0).options, 53: [ACK] },
      });
      waitTill(870);
      expect(lan.ip).toBe(GIVEN);
    });
  });

  describe("told when to renew", () => {
    function renewals(options: { [code: number]: number[] }, lease = 10000): number[] {
      const s = server();
      s.lease = lease;
      s.options = options;
      on(s).bind();
      const { at } = lan.message(REQUEST);
      s.silent = true;
      lan.wait(lease * SECOND);
      const asked = lan.messages(REQUEST).filter((message) => message.at > at);
      const rebinding = asked.find(({ ip }) => ip.to === EVERYONE)!;
      return [asked[0], rebinding].map((message) => Math.round((message.at - at) / SECOND));
    }

    it("does so (RFC 2132 9.11, 9.12)", () => {
      expect(renewals({ 58: long(100), 59: long(300) })).toEqual([100, 300]);
    });

    it("knows better when it makes no sense", () => {
      const nonsense = [
        { 58: long(300), 59: long(100) },
        { 58: long(300), 59: long(20000) },
        { 58: long(0), 59: long(300) },
        { 58: [1, 2], 59: [3] },
      ];
      for (const options of nonsense) {
        expect(renewals(options)).withContext(JSON.stringify(options)).toEqual([5000, 8750]);
        lan.expectPoolsRestored();
      }
    });

    it("that a lease lasts for ever believes it", () => {
      const s = server();
      s.lease = 0xffffffff;
      on(s).bind();
      lan.wait(30 * 86400 * SECOND);
      expect(lan.messages(REQUEST).length).toBe(1);
      expect(lan.ip).toBe(GIVEN);
      expect(lan.eth.getStatus().lease).toBeGreaterThan(0x7fffffff - 31 * 86400);
    });
  });

  describe("whose server has a network of its own kind", () => {
    /** The address, mask and gateway that come of what a server says. */
    function given(mask: string, routers: string[]): string {
      const s = server();
      s.mask = mask;
      s.options = { 3: routers.flatMap(ipBytes) };
      on(s).bind();
      const { ip, subnet, gateway } = lan.eth.getIP();
      return `${ip}/${subnet} ${gateway}`;
    }

    it("takes the first of several routers that is a neighbour", () => {
      expect(given("255.255.255.0", ["198.51.100.1", "0.0.0.0", GATEWAY.ip, "192.0.2.200"])).toBe(
        `${GIVEN}/255.255.255.0 ${GATEWAY.ip}`,
      );
    });

    it("has no way out when none is", () => {
      expect(given("255.255.255.0", ["198.51.100.1"])).toBe(`${GIVEN}/255.255.255.0 0.0.0.0`);
    });

    it("is alone in its subnet and reaches the world, and the gateway itself, by a gateway elsewhere", () => {
      const router = { mac: "02:00:00:00:00:fd", ip: "198.51.100.1" };
      expect(given("255.255.255.255", [router.ip])).toBe(`${GIVEN}/255.255.255.255 ${router.ip}`);
      lan.stations.push(router);
      const { net } = lan.eth;
      const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
      for (const [to, port] of [
        ["203.0.113.9", 9],
        [router.ip, 53],
      ] as const) {
        lan.log.length = 0;
        net.sendto(fd, "x", 0, { sin_family: net.AF_INET, sin_addr: net.inet_addr(to), sin_port: port });
        lan.wait(10);
        const sent = lan.log.filter(({ udp }) => udp?.toPort === port);
        expect(sent.map(({ ethernet, ip }) => [ethernet.to, ip!.from, ip!.to])).toEqual([[router.mac, GIVEN, to]]);
      }
      net.close(fd);
    });

    it("keeps a name server that the program has set, until it begins anew", () => {
      const answers: unknown[] = [];
      const s = server();
      s.lease = 100;
      s.options = { 6: ipBytes("192.0.2.53") };
      on(s).eth.setIP((error) => answers.push(error));
      expect(lan.eth.setIP({ dns: "198.51.100.53" })).toBeTrue();
      lan.waitUntil(() => lan.ip === GIVEN);
      lan.wait(300 * SECOND);
      expect(answers).toEqual([null]);
      expect(lan.messages(REQUEST).length).toBeGreaterThan(5);
      expect(lan.eth.getIP()).toEqual(jasmine.objectContaining({ ip: GIVEN, dns: "198.51.100.53" }));
      lan.bind();
      expect(lan.eth.getIP().dns).toBe("192.0.2.53");
    });

    it("asks none of the name servers that a list is filled up with", () => {
      const s = server();
      s.options = { 6: ["0.0.0.0", "192.0.2.53", "0.0.0.0"].flatMap(ipBytes) };
      on(s).bind();
      expect(lan.eth.getIP().dns).toBe("192.0.2.53");
    });
  });

  describe("whose cable is pulled and plugged in again (RFC 2131 3.2, 4.4.2)", () => {
    let s: DhcpServer;

    beforeEach(() => {
      s = server();
      on(s).bind();
      lan.plug(false);
      lan.wait(5 * SECOND);
      lan.log.length = 0;
    });

    it("has no address meanwhile, and says nothing", () => {
      expect(lan.events()).toEqual([`connected ${GIVEN}`, "disconnected"]);
      lan.wait(7200 * SECOND);
      expect(lan.ip).toBe("0.0.0.0");
      expect(lan.log).toEqual([]);
    });

    it("asks whether its address is still its own, and probes for it", () => {
      lan.events();
      lan.plug(true);
      lan.waitUntil(() => lan.ip === GIVEN);
      const { ip, dhcp } = lan.message(REQUEST);
      expect([ip.from, ip.to, dhcp.client]).toEqual(["0.0.0.0", EVERYONE, "0.0.0.0"]);
      expect(Object.keys(dhcp.options)).toEqual(["12", "50", "53", "55", "61"]);
      expect(Array.from(dhcp.options[50])).toEqual(ipBytes(GIVEN));
      expect(lan.messages().length).toBe(1);
      expect(lan.probes().length).toBe(3);
      expect(lan.events()).toEqual([`connected ${GIVEN}`]);
    });

    it("asks for another when the network is another", () => {
      const elsewhere = otherServer();
      elsewhere.broadcasts = true;
      lan.servers.splice(0, 1, elsewhere);
      lan.plug(true);
      lan.waitUntil(() => lan.ip === OTHER_GIVEN);
      expect(lan.net.dhcpstat[lan.net.DHCPS_NAKS]).toBe(1);
    });

    it("goes on with it when no server answers, until the lease ends", () => {
      s.silent = true;
      lan.plug(true);
      lan.waitUntil(() => lan.ip === GIVEN);
      expect(lan.messages(REQUEST).length).toBe(2);
      expect(lan.probes().length).toBe(3);
      lan.wait(3600 * SECOND);
      expect(lan.ip).not.toBe(GIVEN);
    });

    it("begins anew when the lease has ended meanwhile, but would have the same address", () => {
      lan.wait(3600 * SECOND);
      lan.plug(true);
      lan.waitUntil(() => lan.ip === GIVEN);
      expect(Array.from(lan.message(DISCOVER).dhcp.options[50])).toEqual(ipBytes(GIVEN));
    });

    it("survives a loose plug", () => {
      for (let i = 0; i < 50; i++) {
        lan.plug(i % 2 === 0);
        lan.wait(i * 37);
      }
      lan.events();
      lan.plug(true);
      lan.waitUntil(() => lan.ip === GIVEN);
      lan.wait(10 * SECOND);
      expect(lan.events()).toEqual([`connected ${GIVEN}`]);
    });
  });

  it("waits for the cable, but says so after a while", () => {
    const answers: unknown[] = [];
    on(server()).plug(false);
    lan.eth.setIP((error) => answers.push(error));
    lan.wait(13 * SECOND);
    expect(answers).toEqual(["no cable"]);
    expect(lan.log).toEqual([]);
    lan.plug(true);
    lan.waitUntil(() => lan.ip === GIVEN);
    expect(lan.events()).toEqual([`connected ${GIVEN}`]);
    expect(answers.length).toBe(1);
  });

  describe("that ends (RFC 2131 4.4.4)", () => {
    it("gives its address back, to the server that it knows", () => {
      on(server()).bind();
      lan.host.knows(GATEWAY);
      lan.eth.end();
      const { ethernet, ip, dhcp } = lan.message(RELEASE);
      expect([ethernet.to, ip.from, ip.to, dhcp.client]).toEqual([GATEWAY.mac, GIVEN, GATEWAY.ip, GIVEN]);
      expect(Array.from(dhcp.options[54])).toEqual(ipBytes(GATEWAY.ip));
      expect(Object.keys(dhcp.options)).toEqual(["53", "54", "61"]);
      expect(lan.ip).toBe("0.0.0.0");
      lan.net.arp_delete(0);
    });

    it("gives it back to whoever it concerns when the server's hardware address is not known", () => {
      on(server()).bind();
      lan.eth.end();
      expect([lan.message(RELEASE).ethernet.to, lan.message(RELEASE).ip.to]).toEqual([EVERYBODY, EVERYONE]);
      expect(lan.events()).toEqual([`connected ${GIVEN}`, "disconnected"]);
    });

    it("has nothing to give back while it is only asking", () => {
      on().eth.setIP();
      lan.wait(20 * SECOND);
      lan.eth.end();
      expect(lan.messages(RELEASE)).toEqual([]);
    });
  });

  it("asks by broadcast and gets on when the pool is empty for a while", () => {
    on(server()).eth.setIP();
    lan.host.withMbufsLeft(0, () => lan.wait(3 * SECOND));
    expect(lan.ip).toBe("0.0.0.0");
    lan.waitUntil(() => lan.ip === GIVEN);
  });

  it("has its own descriptor while a program has taken all that it can", () => {
    on(server());
    const { net } = lan.eth;
    const fds: number[] = [];
    for (let fd = net.socket(2, 2, 0); fd >= 0; fd = net.socket(2, 2, 0)) fds.push(fd);
    lan.eth.setIP();
    lan.waitUntil(() => lan.ip === GIVEN);
    for (const fd of fds) net.close(fd);
  });
});
