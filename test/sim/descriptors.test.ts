/**
 * What programs ask of descriptors, by whatever the stack is: with machine code each of these crosses the gate as an entry (core/filecall.ts,
 * gate_files.ts, gate_if.ts), and answers as JavaScript does.
 */
import { SECOND, VirtualClock } from "../../host-sim/clock";
import type { Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { hostCompiler } from "../../tools/native/host";
import { CHIPS } from "../lib/chip";
import { endPair, routerPair } from "../lib/router_pair";

const CORES = ["javascript", "native"] as const;
const [ENXIO, EBADF, EINVAL, ENETUNREACH, EOPNOTSUPP] = [-6, -9, -22, -101, -95];
const [SIOCADDRT, SIOCDELRT, SIOCGIFCONF, SIOCSIFADDR, SIOCGIFNETMASK] = [0x890b, 0x890c, 0x8912, 0x8916, 0x891b];
const [SIOCGIFMTU, SIOCSIFMTU, SIOCDARP, SIOCGARP, SIOCSARP] = [0x8921, 0x8922, 0x8953, 0x8954, 0x8955];

const APP = `
var net = eth.net;
function sin(text, port) { return { sin_family: net.AF_INET, sin_addr: net.inet_addr(text) | 0, sin_port: port || 0 }; }
function socket(type, protocol, port) {
  var fd = net.socket(net.AF_INET, type, protocol);
  if (port) net.bind(fd, sin("0.0.0.0", port));
  net.setsockopt(fd, net.IPPROTO_IP, net.IP_RECVDSTADDR, 1);
  return fd;
}
var udp = socket(net.SOCK_DGRAM, 0, 7), raw = socket(net.SOCK_RAW, 253, 0);
function heard(fd, n) {
  var msg = { msg_name: sin("0.0.0.0") };
  var len = net.recvmsg(fd, msg, n, 0);
  if (len < 0) return len;
  return [len, net.inet_ntoa(msg.msg_name.sin_addr), msg.msg_flags].concat(
    msg.msg_control.map(function (c) { return c.cmsg_type === net.IP_RECVDSTADDR && net.inet_ntoa(c.cmsg_data); }));
}
function io(request, value) { return net.ioctl(udp, request, value); }`;

const PEER = `
var net = eth.net, fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0), raw = net.socket(net.AF_INET, net.SOCK_RAW, 253);
[fd, raw].forEach(function (s) { net.setsockopt(s, net.SOL_SOCKET, net.SO_BROADCAST, 1); });
function says(s, host, text) {
  return net.sendto(s, text, 0, { sin_family: net.AF_INET, sin_addr: net.inet_addr(host) | 0, sin_port: s === raw ? 0 : 7 });
}`;

for (const chip of CHIPS)
  for (const core of CORES)
    describe(`A program's descriptors on a board with ${chip}, core ${core}`, () => {
      let clock: VirtualClock;
      let board: Machine | undefined;
      let peer: Machine;
      /** JSON, so that values of the board's realm compare. */
      const run = <T>(text: string, machine = board!): T =>
        JSON.parse(machine.board.realm.evaluate<string>(`JSON.stringify(${text})`, "test") ?? "null");
      const free = () => run("[eth.stats().mbuf.m_mfree, eth.stats().mbuf.m_clfree]");

      beforeEach(async () => {
        if (core === "native" && !hostCompiler()) pending("needs gcc or clang");
        clock = new VirtualClock();
        const segment = new Segment(clock);
        ({ board, peer } = await routerPair({ clock, segment, chip, core, app: APP, peerApp: PEER }));
      });
      afterEach(() => {
        if (!board) return;
        endPair([board, peer]);
      });

      it("hear by recvmsg where a datagram, and a packet of a raw socket's, went to", () => {
        const before = free();
        for (const [from, to, ours] of [
          ["fd", "udp", 0],
          ["raw", "raw", 20],
        ] as const)
          for (const host of ["10.0.0.1", "10.0.0.255"]) {
            expect(run(`says(${from}, "${host}", "hello")`, peer)).toBe(5);
            clock.runFor(SECOND);
            expect(run(`heard(${to}, 100)`)).toEqual([5 + ours, "10.0.0.2", 0, host]);
          }
        run(`says(fd, "10.0.0.1", "hello")`, peer);
        clock.runFor(SECOND);
        expect(run("heard(udp, 3)")).toEqual([3, "10.0.0.2", 16, "10.0.0.1"]);
        expect(run("net.setsockopt(raw, net.IPPROTO_IP, net.IP_RECVDSTADDR, 0)")).toBe(0);
        run(`says(raw, "10.0.0.1", "hello")`, peer);
        clock.runFor(SECOND);
        expect(run("heard(raw, 100)")).toEqual([25, "10.0.0.2", 0]);
        expect(run("[heard(udp, 9), heard(99, 9), net.recvmsg(udp, null, 9, 0)]")).toEqual([-11, EBADF, EINVAL]);
        expect(run(`net.sendmsg(udp, { msg_data: "x", msg_rights: [raw] }, 0)`)).toBe(EOPNOTSUPP);
        expect(free()).toEqual(before);
      });

      it("change addresses, sizes, neighbours and routes by ioctl", () => {
        expect(
          run(
            `(function (r) { return [io(${SIOCGIFCONF}, r), r.ifc_req.map(function (i) { return i.ifr_name; }).sort()]; })({})`,
          ),
        ).toEqual([0, ["en0", "lo0"]]);
        const get = (request: number, field: string) =>
          run(`(function (r) { var n = io(${request}, r); return n || r.${field}; })({ ifr_name: "en0" })`);
        expect(run(`io(${SIOCSIFMTU}, { ifr_name: "en0", ifr_mtu: 600 })`)).toBe(0);
        expect(get(SIOCGIFMTU, "ifr_mtu")).toBe(600);
        expect(run(`io(${SIOCSIFMTU}, { ifr_name: "en0", ifr_mtu: 60 })`)).toBe(EINVAL);
        expect(run(`io(${SIOCSIFADDR}, { ifr_name: "en0", ifr_addr: sin("10.0.0.9") })`)).toBe(0);
        expect(run("eth.getIP().ip")).toBe("10.0.0.9");
        expect(get(SIOCGIFNETMASK, "ifr_addr.sin_addr")).toBe(-256);
        const arp = `arp_pa: sin("10.0.0.7")`;
        expect(run(`io(${SIOCSARP}, { ${arp}, arp_ha: "02:00:00:00:00:07", arp_flags: 4 })`)).toBe(0);
        expect(run(`(function (r) { io(${SIOCGARP}, r); return r.arp_ha; })({ ${arp} })`)).toBe("02:00:00:00:00:07");
        expect(run(`[io(${SIOCDARP}, { ${arp} }), io(${SIOCDARP}, { ${arp} })]`)).toEqual([0, ENXIO]);
        const route = `{ rt_dst: sin("10.9.0.0"), rt_genmask: sin("255.255.0.0"), rt_gateway: sin("10.0.0.2") }`;
        const routes = () =>
          run(`(function (n) { for (var rt = eth.stats().routes; rt; rt = rt.rt_next) n++; return n; })(0)`);
        const had = routes() as number;
        expect(run(`io(${SIOCADDRT}, ${route})`)).toBe(0);
        expect(routes()).toBe(had + 1);
        expect(run(`[io(${SIOCDELRT}, ${route}), io(${SIOCDELRT}, ${route})]`)).toEqual([0, ENETUNREACH]);
        expect(run(`io(${SIOCADDRT}, { rt_dst: sin("10.9.0.0"), rt_gateway: sin("10.4.0.2") })`)).toBe(ENETUNREACH);
      });

      it("are refused by ioctl what cannot be", () => {
        expect(
          run(
            `[io(${SIOCGIFMTU}, { ifr_name: "en7" }), io(${SIOCGIFMTU}, null), io(7, 1), net.ioctl(99, ${SIOCGIFMTU}, {})]`,
          ),
        ).toEqual([ENXIO, EINVAL, EINVAL, EBADF]);
        expect(run(`io(${SIOCSARP}, { arp_pa: sin("10.0.0.7"), arp_ha: "nonsense" })`)).toBe(EINVAL);
        expect(run(`io(${SIOCSIFADDR}, { ifr_name: "en0", ifr_addr: sin("224.0.0.1") })`)).toBe(EINVAL);
        expect(run("eth.getIP().ip")).toBe("10.0.0.1");
      });

      it("of the packet tap listen to interfaces that there are", () => {
        const tapped = (name: string) => run(`net.ioctl(tap, net.BIOCSETIF, "${name}")`);
        run(`(tap = net.open("/dev/bpf")) > 0`);
        expect(["lo0", "en0", "en1", ""].map(tapped)).toEqual([0, 0, ENXIO, ENXIO]);
        expect(run(`net.ioctl(udp, net.BIOCSETIF, "en0")`)).toBe(EBADF);
        run("eth.end()");
        expect(tapped("en0")).toBe(ENXIO);
        expect(run("net.close(tap)")).toBe(0);
      });
    });
