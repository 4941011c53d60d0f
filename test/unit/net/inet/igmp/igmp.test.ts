import { Host, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET, US } from "../../../../lib/host";
import {
  IGMP,
  IGMP_LEAVE,
  IGMP_QUERY,
  IGMP_REPORT,
  IGMP_REPORT_V1,
  igmp,
  ipNumber,
  type Packet,
  parseIgmp,
  pattern,
} from "../../../../lib/packets";

const ALL_HOSTS = "224.0.0.1";
const GROUP = "239.1.2.3";
const GROUP_MAC = "01:00:5e:01:02:03";
const OTHER_GROUP = "239.1.2.4";

describe("A group that an interface joins", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  function join(group = GROUP): void {
    expect(host.net.in_addmulti(host.en0.ac, ipNumber(group))).toBe(0);
  }

  function leave(group = GROUP): void {
    expect(host.net.in_delmulti(host.en0.ac, ipNumber(group))).toBe(0);
  }

  /** Joins the group long ago: its reports have gone. */
  function belong(group = GROUP): void {
    join(group);
    host.wait(10001);
    expect(host.said().length).toBe(2);
  }

  function hearsIgmp(message: number[], to: string, from = NEIGHBOUR): void {
    const mac = to === GROUP ? GROUP_MAC : to === ALL_HOSTS ? "01:00:5e:00:00:01" : "01:00:5e:01:02:04";
    host.hearsIp({ to, protocol: IGMP, ttl: 1, payload: message, options: [0x94, 4, 0, 0] }, from, mac);
  }

  function query(time: number, group = "0.0.0.0", to = group === "0.0.0.0" ? ALL_HOSTS : group): void {
    hearsIgmp(igmp({ type: IGMP_QUERY, time, group }), to);
  }

  /** Types and groups of the IGMP messages that were sent; there were no others. */
  function told(said: Packet[] = host.said()): [number, string][] {
    return said.map((packet) => [packet.igmp!.type, packet.igmp!.group]);
  }

  it("is told to the routers at once, to the group itself, with time to live 1 and a router alert", () => {
    join();
    const { ethernet, ip, igmp: report } = host.saidOnce();
    expect(ethernet.to).toBe(GROUP_MAC);
    expect([ip!.from, ip!.to, ip!.ttl, ip!.protocol]).toEqual([US.ip, GROUP, 1, IGMP]);
    expect([...ip!.options]).toEqual([0x94, 4, 0, 0]);
    expect(report).toEqual({ type: IGMP_REPORT, time: 0, group: GROUP });
  });

  it("is told once more within ten seconds, and then no more", () => {
    join();
    host.said();
    host.wait(10001);
    expect(told()).toEqual([[IGMP_REPORT, GROUP]]);
    host.wait(600000);
    expect(host.said()).toEqual([]);
  });

  it("is told no second time by a second program, and left by the last one: all routers hear of it", () => {
    belong();
    join();
    leave();
    host.wait(20000);
    expect(host.said()).toEqual([]);
    leave();
    const { ethernet, ip, igmp: message } = host.saidOnce();
    expect([ethernet.to, ip!.to, ip!.ttl]).toEqual(["01:00:5e:00:00:02", "224.0.0.2", 1]);
    expect([...ip!.options]).toEqual([0x94, 4, 0, 0]);
    expect(message).toEqual({ type: IGMP_LEAVE, time: 0, group: GROUP });
  });

  it("is reported within the time that a query says, at random", () => {
    belong();
    const delays: number[] = [];
    for (let i = 0; i < 20; i++) {
      query(20); // two seconds
      let ms = 0;
      while (!host.said().length) {
        host.wait(10);
        ms += 10;
      }
      delays.push(ms);
      host.wait(3000);
      expect(host.said()).toEqual([]);
    }
    expect(Math.max(...delays)).toBeLessThanOrEqual(2010);
    expect(new Set(delays).size).toBeGreaterThan(10);
  });

  it("is reported after a query about itself, but not after one about another", () => {
    belong();
    belong(OTHER_GROUP);
    query(10, GROUP);
    host.wait(1010);
    expect(told()).toEqual([[IGMP_REPORT, GROUP]]);
    query(10);
    host.wait(1010);
    expect(told().sort()).toEqual([
      [IGMP_REPORT, GROUP],
      [IGMP_REPORT, OTHER_GROUP],
    ]);
    leave(OTHER_GROUP);
    host.said();
  });

  it("is reported once for two queries; a shorter time brings it forward, a longer one does not put it off", () => {
    belong();
    query(250);
    query(1);
    host.wait(110);
    expect(told().length).toBe(1);
    query(1);
    query(250);
    host.wait(110);
    expect(told().length).toBe(1);
    host.wait(26000);
    expect(host.said()).toEqual([]);
  });

  it("is not reported when another member was faster, and then not ours to leave either", () => {
    belong();
    for (const type of [IGMP_REPORT, IGMP_REPORT_V1]) {
      query(100);
      const counts = host.counted(() => hearsIgmp(igmp({ type, group: GROUP }), GROUP, OTHER_NEIGHBOUR));
      expect([counts["IGPS_REPORTS"], counts["IGPS_OURREPORTS"]]).toEqual([1, 1]);
      host.wait(11000);
    }
    leave();
    expect(host.said()).toEqual([]);
  });

  it("is left in silence only by those that have not told of it last", () => {
    belong();
    hearsIgmp(igmp({ type: IGMP_REPORT, group: GROUP }), GROUP, OTHER_NEIGHBOUR);
    query(1);
    host.wait(110);
    expect(told()).toEqual([[IGMP_REPORT, GROUP]]);
    leave();
    expect(told()).toEqual([[IGMP_LEAVE, GROUP]]);
  });

  it("that is left is reported no more", () => {
    belong();
    query(100);
    leave();
    host.said();
    host.wait(11000);
    expect(host.said()).toEqual([]);
  });

  it("is reported in version 1, and left in silence, for 400 seconds after the query of a router of version 1", () => {
    belong();
    query(0);
    host.wait(10001);
    expect(told()).toEqual([[IGMP_REPORT_V1, GROUP]]);
    join(OTHER_GROUP);
    leave(OTHER_GROUP);
    expect(told()).toEqual([[IGMP_REPORT_V1, OTHER_GROUP]]);
    host.wait(390000);
    query(10);
    host.wait(1010);
    expect(told()).toEqual([[IGMP_REPORT, GROUP]]);
    leave();
    expect(told()).toEqual([[IGMP_LEAVE, GROUP]]);
  });

  it("is reported to a router of version 3 as well, whose queries are longer", () => {
    belong();
    hearsIgmp(igmp({ type: IGMP_QUERY, time: 10, rest: [2, 125, 0, 0] }), ALL_HOSTS);
    host.wait(1010);
    expect(told()).toEqual([[IGMP_REPORT, GROUP]]);
  });

  it("is told when the interface gets an address, if it had none before", () => {
    host.net.in_ifscrub(host.en0.ac);
    host.said();
    join();
    host.wait(11000);
    expect(host.said()).toEqual([]);
    host.configure("192.0.2.77", SUBNET);
    const [report] = host.said().filter((packet) => packet.igmp);
    expect([report.ip!.from, report.igmp!.type, report.igmp!.group]).toEqual(["192.0.2.77", IGMP_REPORT, GROUP]);
    host.wait(11000);
    leave();
    host.said();
  });

  it("keeps no timer running when the interface goes", () => {
    join();
    host.said();
    host.net.in_ifscrub(host.en0.ac);
    host.wait(20000);
    expect(host.said()).toEqual([]);
    leave();
  });

  it("is never the one of all hosts", () => {
    query(10);
    host.wait(1010);
    expect(host.said()).toEqual([]);
  });

  it("hears nothing wrong: messages that are short, damaged or sent to the wrong address are counted and do nothing", () => {
    belong();
    const bad = (message: number[], to: string) => host.counted(() => hearsIgmp(message, to));
    expect(bad(igmp({ type: IGMP_QUERY, time: 10 }).slice(0, 7), ALL_HOSTS)["IGPS_TOOSHORT"]).toBe(1);
    expect(bad([], ALL_HOSTS)["IGPS_TOOSHORT"]).toBe(1);
    expect(bad(igmp({ type: IGMP_QUERY, time: 10, checksum: 0xbad }), ALL_HOSTS)["IGPS_BADSUM"]).toBe(1);
    expect(bad(igmp({ type: IGMP_QUERY, time: 10 }), GROUP)["IGPS_BADQUERIES"]).toBe(1);
    expect(bad(igmp({ type: IGMP_QUERY, time: 10, group: GROUP }), ALL_HOSTS)["IGPS_BADQUERIES"]).toBe(1);
    expect(bad(igmp({ type: IGMP_REPORT, group: OTHER_GROUP }), GROUP)["IGPS_BADREPORTS"]).toBe(1);
    expect(bad(igmp({ type: 0x99, group: GROUP }), GROUP)["IGPS_TOTAL"]).toBe(1);
    host.wait(11000);
    expect(host.said()).toEqual([]);
  });

  it("is told of by a host without an mbuf to spare as soon as it has one", () => {
    host.withMbufsLeft(0, () => join());
    expect(host.said()).toEqual([]);
    host.wait(10001);
    expect(told()).toEqual([[IGMP_REPORT, GROUP]]);
  });

  it("shows its messages to raw sockets", () => {
    const { net } = host.net;
    const fd = host.closesAtEnd(net.socket(net.AF_INET, net.SOCK_RAW, IGMP));
    query(10);
    const packet = net.recv(fd, 100, 0) as Uint8Array;
    expect(parseIgmp(packet.subarray(24))).toEqual({ type: IGMP_QUERY, time: 10, group: "0.0.0.0" });
    hearsIgmp(pattern(20), ALL_HOSTS); // checksum
    expect(net.recv(fd, 100, 0)).toBe(-host.net.EAGAIN);
  });
});
