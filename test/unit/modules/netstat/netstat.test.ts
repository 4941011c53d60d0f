/**
 * The module netstat: its lines about a stack that has done one of each, and its knowledge of layouts and counters.
 */
import { LAYOUTS } from "../../../../firmware/modules/netstat/netstat_layouts";
import * as NAMES from "../../../../firmware/modules/netstat/netstat_names";
import { Host, NEIGHBOUR, US } from "../../../lib/host";
import { javascriptOnly } from "../../../lib/javascript_only";
import type { Net } from "../../../lib/kernel";
import { pattern } from "../../../lib/packets";
import { loadModule } from "../../../lib/storage_module";

interface Netstat {
  netstat(eth: object, options?: string, print?: (line: string) => void): void;
}

const ELSEWHERE = "it reads JavaScript's structures; what the gate gives it is in test/native/shell.test.ts";
/** The prefix of a structure's fields, where it is not part of the name in the layout. */
const PREFIXES: { [struct: string]: string[] } = {
  ifnet: ["if_"],
  arpcom: ["if_", "ac_"],
  ifaddr: ["ia_", "ifa_"],
  ifqueue: ["ifq_"],
  inpcb: ["inp_"],
  socket: ["so_"],
  arptab: ["at_"],
  rtentry: ["rt_"],
};
/** What the layouts call shorter. */
const LONG: { [name: string]: string } = {
  ip: "ipackets",
  ie: "ierrors",
  op: "opackets",
  oe: "oerrors",
  coll: "collisions",
  ib: "ibytes",
  ob: "obytes",
  im: "imcasts",
  om: "omcasts",
  iqd: "iqdrops",
  chip: "chipstat",
  mask: "subnetmask",
};
/** The same names for different things. */
const SAID: { [struct: string]: { [name: string]: string } } = {
  ifnet: { addr: "if_addrlist" },
  arpcom: { addr: "if_addrlist" },
  arptab: { addr: "at_iaddr" },
  rtentry: { mask: "rt_mask" },
};

describe("netstat", () => {
  let host: Host;
  let net: Net;
  let lines: string[];

  function show(options?: string): string {
    javascriptOnly(ELSEWHERE);
    lines = [];
    loadModule<Netstat>(net, "netstat").netstat({ stats: net.stats }, options, (line) => lines.push(line));
    return lines.join("\n");
  }

  function listen(port: number): number {
    const fd = host.closesAtEnd(net.net.socket(2, 1, 0));
    net.net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: port } as object);
    net.net.listen(fd, 2);
    return fd;
  }

  beforeEach(() => {
    host = new Host({ gateway: true });
    net = host.net;
  });
  afterEach(() => host.expectPoolsRestored());

  it("-s tells what was counted, and nothing of what was not", () => {
    host.hearsUdp({ toPort: 9999, payload: pattern(4) });
    const text = show("s");
    expect(text).toMatch(/^udp:\n +1 datagrams received\n +1 for no socket$/m);
    expect(text).toMatch(/^icmp:\n +1 errors due\n/m);
    expect(text).toContain("of type 3 sent");
    expect(text).not.toContain("bad checksums");
    host.said();
  });

  it("-i has a line for each interface", () => {
    host.hearsArp({});
    const text = show("-i");
    expect(lines.length).toBe(3);
    expect(text).toMatch(new RegExp(`^en0 +1500 ${US.ip.replaceAll(".", "\\.")} +\\d+ +0 `, "m"));
    expect(text).toMatch(/^lo0 +\d+ 127\.0\.0\.1/m);
    host.said();
  });

  it("-a has a line for each socket, with the state of a TCP", () => {
    listen(80);
    const udp = host.closesAtEnd(net.net.socket(2, 2, 0));
    net.net.bind(udp, { sin_family: 2, sin_addr: 0, sin_port: 7 } as object);
    host.hearsUdp({ toPort: 7, payload: pattern(40) });
    const text = show("a");
    expect(text).toMatch(/^tcp +0 +0 \*\.80 +\*\.\* +LISTEN$/m);
    const [, queued] = /^udp +(\d+) +0 \*\.7 /m.exec(text)!;
    expect(Number(queued)).toBeGreaterThanOrEqual(40);
  });

  it("-r has the routes, most specific first, -n the neighbours", () => {
    host.knows(NEIGHBOUR);
    expect(show("r")).toMatch(/^192\.0\.2\.0\/24 +U +en0$/m);
    expect(lines.at(-1)).toMatch(/^default +192\.0\.2\.254 +UG/);
    expect(show("n")).toBe(`${NEIGHBOUR.ip.padEnd(16)}at ${NEIGHBOUR.mac} permanent`);
    net.arp_delete(net.inet_addr(NEIGHBOUR.ip));
  });

  it("prints everything, and says which options there are", () => {
    expect(show().split("\n").length).toBeGreaterThan(12);
    expect(() => show("y")).toThrowError(/no option y/);
  });

  it("knows the order of the structures' fields", () => {
    javascriptOnly(ELSEWHERE);
    listen(80);
    host.knows(NEIGHBOUR);
    const inpcb = net.tcb.inp_first!;
    const structures: { [name: string]: object } = {
      ifnet: net.loif,
      arpcom: host.en0.ac,
      ifaddr: host.en0.ac.if_addrlist!,
      ifqueue: host.en0.ac.if_snd,
      inpcb,
      socket: inpcb.inp_socket!,
      arptab: net.arptab!,
      rtentry: net.rt_first()!,
    };
    for (const [struct, layout] of Object.entries(LAYOUTS)) {
      const keys = Object.keys(structures[struct]);
      layout.split(" ").forEach((name, i) => {
        if (name === "-") return;
        const said = SAID[struct]?.[name];
        const expected = said ? [said] : PREFIXES[struct].map((prefix) => prefix + (LONG[name] ?? name));
        expect(expected).withContext(`${struct} ${i}`).toContain(keys[i]);
      });
    }
    expect(Object.keys(inpcb.inp_ppcb!)[0]).toBe("t_state");
    expect(Object.keys(inpcb.inp_socket!.so_rcv)[0]).toBe("sb_cc");
    net.arp_delete(net.inet_addr(NEIGHBOUR.ip));
  });

  it("has a text for each counter", () => {
    const count = (texts: string) => texts.split(",").length;
    expect(count(NAMES.IPS)).toBe(net.IPS_NCOUNT);
    expect(count(NAMES.ICPS)).toBe(net.ICPS_INHIST);
    expect(count(NAMES.UDPS)).toBe(net.UDPS_NCOUNT);
    expect(count(NAMES.TCPSTATS)).toBe(net.TCPSTAT_NCOUNT);
    expect(count(NAMES.ARPS)).toBe(net.ARPS_NCOUNT);
    expect(count(NAMES.CHIPS)).toBe(net.WD_NCAUSE);
  });
});
