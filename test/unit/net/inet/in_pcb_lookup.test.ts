import type { Inpcb } from "../../../../firmware/net/inet/in_pcb";
import { FAR_AWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, US } from "../../../lib/host";
import { ipNumber } from "../../../lib/packets";
import { UdpSocket } from "../../../lib/udp_socket";

describe("Looking up a PCB", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  function pcb(local: string, foreign = "0.0.0.0:0"): Inpcb {
    const socket = new UdpSocket(host);
    const [ip, port] = local.split(":");
    const [peer, peerPort] = foreign.split(":");
    socket.set(host.net.SO_REUSEPORT);
    expect(socket.bind(Number(port), ip)).toBe(0);
    const inp = host.net.udb.inp_first!;
    inp.inp_faddr = ipNumber(peer);
    inp.inp_fport = Number(peerPort);
    return inp;
  }

  function lookup(from: string, wild = host.net.INPLOOKUP_WILDCARD, to = US.ip): Inpcb | null {
    const [ip, port] = from.split(":");
    return host.net.in_pcblookup(host.net.udb, ipNumber(ip), Number(port), ipNumber(to), 7, wild);
  }

  it("finds the one with fewest things left open, in whatever order they were made", () => {
    const make = [
      () => pcb("0.0.0.0:7"),
      () => pcb(`${US.ip}:7`),
      () => pcb("0.0.0.0:7", `${NEIGHBOUR.ip}:2000`),
      () => pcb(`${US.ip}:7`, `${NEIGHBOUR.ip}:2000`),
    ];
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
    ]) {
      const pcbs: Inpcb[] = [];
      for (const index of order) pcbs[index] = make[index]();
      expect(lookup(`${NEIGHBOUR.ip}:2000`)).toBe(pcbs[3]);
      expect(lookup(`${NEIGHBOUR.ip}:2001`)).toBe(pcbs[1]);
      expect(lookup(`${OTHER_NEIGHBOUR.ip}:2000`)).toBe(pcbs[1]);
      expect(lookup(`${OTHER_NEIGHBOUR.ip}:2000`, 1, "127.0.0.1")).toBe(pcbs[0]);
      expect(lookup(`${NEIGHBOUR.ip}:2000`, 1, "127.0.0.1")).toBe(pcbs[2]);
      for (const inp of pcbs) host.net.in_pcbdetach(host.net.udb, inp);
    }
  });

  it("finds nothing that leaves anything open, unless told to", () => {
    pcb("0.0.0.0:7");
    pcb(`${US.ip}:7`);
    expect(lookup(`${NEIGHBOUR.ip}:2000`, 0)).toBeNull();
    const exact = pcb(`${US.ip}:7`, `${NEIGHBOUR.ip}:2000`);
    expect(lookup(`${NEIGHBOUR.ip}:2000`, 0)).toBe(exact);
  });

  it("finds nothing on another port or address", () => {
    pcb("0.0.0.0:8");
    pcb("127.0.0.1:7");
    pcb(`${US.ip}:7`, `${NEIGHBOUR.ip}:1`);
    expect(lookup(`${NEIGHBOUR.ip}:2000`)).toBeNull();
  });

  it("matches datagrams for many with all that fit", () => {
    const open = pcb("0.0.0.0:7");
    const connected = pcb("0.0.0.0:7", `${NEIGHBOUR.ip}:2000`);
    const match = (inp: Inpcb, from: string, port: number, local: number) =>
      host.net.in_pcbmatch(inp, ipNumber(from), port, ipNumber("192.0.2.255"), local);
    expect([match(open, FAR_AWAY.ip, 1, 7), match(open, FAR_AWAY.ip, 1, 8)]).toEqual([true, false]);
    expect([match(connected, NEIGHBOUR.ip, 2000, 7), match(connected, NEIGHBOUR.ip, 2001, 7)]).toEqual([true, false]);
  });

  it("leaves nothing behind of a PCB that goes", () => {
    const [first, second, third] = [pcb("0.0.0.0:7"), pcb(`${US.ip}:7`), pcb("127.0.0.1:7")];
    host.net.udb.inp_last = second;
    const so = second.inp_socket!;
    host.net.in_pcbdetach(host.net.udb, second);
    expect([so.so_pcb, host.net.udb.inp_last]).toEqual([null, null]);
    expect([host.net.udb.inp_first, third.inp_next]).toEqual([third, first]);
  });
});

describe("An error about a packet of ours", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  it("is an errno to a socket, or nothing", () => {
    const { net } = host;
    const errors = [
      net.PRC_MSGSIZE,
      net.PRC_HOSTDEAD,
      net.PRC_UNREACH_NET,
      net.PRC_UNREACH_HOST,
      net.PRC_UNREACH_SRCFAIL,
      net.PRC_UNREACH_PROTOCOL,
      net.PRC_UNREACH_PORT,
      net.PRC_PARAMPROB,
      net.PRC_QUENCH,
      net.PRC_TIMXCEED_INTRANS,
      net.PRC_TIMXCEED_REASS,
      net.PRC_IFDOWN,
    ].map((cmd) => net.in_ctlerror(cmd));
    expect(errors).toEqual([
      net.EMSGSIZE,
      net.EHOSTDOWN,
      net.ENETUNREACH,
      net.EHOSTUNREACH,
      net.EHOSTUNREACH,
      net.ECONNREFUSED,
      net.ECONNREFUSED,
      net.ENOPROTOOPT,
      0,
      0,
      0,
      0,
    ]);
  });
});
