/**
 * The ENC28J60 driver and its chip: what it says of one that is not there or not right, and which frames it lets in.
 */
import { join } from "node:path";
import { MS, SECOND } from "../../host-sim/clock";
import { Bench, BOARD, PEER } from "../lib/bench";
import { javascriptOnly } from "../lib/javascript_only";
import type { Net } from "../lib/kernel";
import * as packets from "../lib/packets";

const GROUP = { ip: "224.0.1.129", mac: "01:00:5e:00:01:81" };

describe("the ENC28J60 driver says once what is wrong", () => {
  it("with a chip that is not there, and finds it when it comes", () => {
    const bench = new Bench({ chip: "enc28j60", chipOptions: { faults: { absent: true } } });
    expect(bench.printed).toEqual(["ENC28J60 does not answer (EREVID reads 255): check SO/MISO, CS and power"]);
    bench.chip.faults.absent = false;
    bench.clock.runFor(8 * SECOND);
    expect(bench.answers()).toBeTrue();
  });

  it("with a data line that hangs low", () => {
    const bench = new Bench({ chip: "enc28j60", chipOptions: { faults: { misoStuck: "low" } } });
    expect(bench.printed[0]).toBe("ENC28J60 does not answer (EREVID reads 0): check SI/MOSI, SCK, CS and power");
  });

  it("with a revision that it does not know", () => {
    const bench = new Bench({ chip: "enc28j60", chipOptions: { revision: 3 } });
    expect(bench.printed[0]).toContain("of unknown revision (EREVID reads 3)");
  });
});

describe("the ENC28J60's filters", () => {
  let bench: Bench;
  let net: Net;

  beforeEach(() => {
    bench = new Bench({ chip: "enc28j60", bundle: join(__dirname, "../../dist/enc28j60.test.js") });
    javascriptOnly("calls the functions of the stack");
    net = bench.machine.board.modules.require("enc28j60") as Net;
  });
  afterEach(() => expect(bench.chip.violations).toEqual([]));

  /** Sends a frame that no protocol takes; did it come up to the interface? */
  function comesIn(to: string): boolean {
    const ifp = net.ifunit("en0")!;
    const before = ifp.if_ipackets;
    const payload = packets.pattern(46);
    bench.sendFrame(packets.ethernet({ to, from: PEER.mac, type: 0x88b5, payload }));
    bench.clock.runFor(20 * MS);
    return ifp.if_ipackets > before;
  }

  it("let in what is for us and for everybody, and nothing else", () => {
    expect([BOARD.mac, packets.EVERYBODY, GROUP.mac, "02:00:00:00:00:09"].map(comesIn)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("let in the groups that were joined, until they are left", () => {
    const ac = net.ifunit("en0") as never;
    const group = packets.ipNumber(GROUP.ip) | 0;
    bench.machine.call(() => net.in_addmulti(ac, group));
    bench.clock.runFor(MS);
    expect(comesIn(GROUP.mac)).toBeTrue();
    bench.machine.call(() => net.in_delmulti(ac, group));
    bench.clock.runFor(MS);
    expect(comesIn(GROUP.mac)).toBeFalse();
  });

  it("let in the group that a program's socket has joined, until the socket is closed", () => {
    let fd = -1;
    bench.machine.call(() => {
      fd = net.net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
      net.net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: 5000 });
      net.net.setsockopt(fd, net.IPPROTO_IP, net.IP_ADD_MEMBERSHIP, packets.ipNumber(GROUP.ip));
    });
    bench.clock.runFor(20 * MS);
    const payload = packets.pattern(100);
    const udp = packets.udp({ from: PEER.ip, to: GROUP.ip, fromPort: 5000, toPort: 5000, payload });
    const ip = packets.ipv4({ from: PEER.ip, to: GROUP.ip, protocol: packets.UDP, payload: udp });
    bench.sendFrame(packets.ethernet({ to: GROUP.mac, from: PEER.mac, type: packets.TYPE_IP, payload: ip }));
    bench.clock.runFor(20 * MS);
    expect([...(net.net.recv(fd, 1472, 0) as Uint8Array)]).toEqual(payload);
    bench.machine.call(() => net.net.close(fd));
    bench.clock.runFor(20 * MS);
    expect(comesIn(GROUP.mac)).toBeFalse();
  });

  it("let in everything when told to listen to all", () => {
    bench.machine.call(() => net.if_setflags(net.ifunit("en0")!, net.IFF_PROMISC, 0));
    bench.clock.runFor(MS);
    expect(comesIn("02:00:00:00:00:09")).toBeTrue();
    expect(bench.answers()).toBeTrue();
  });

  it("let in nothing while the interface is down", () => {
    bench.machine.call(() => net.if_setflags(net.ifunit("en0")!, 0, net.IFF_UP));
    bench.clock.runFor(MS);
    expect(comesIn(BOARD.mac)).toBeFalse();
  });
});
