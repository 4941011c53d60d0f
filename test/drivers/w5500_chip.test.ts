/**
 * The W5500 driver and its chip: what it says of one that is not there or not right, how it brings one up, and which frames it
 * lets in.
 */
import type { W5500, W5500Options } from "../../host-sim/chips/w5500";
import { MS, SECOND } from "../../host-sim/clock";
import { Bench, BOARD, PEER } from "../lib/bench";
import { bundleFor } from "../lib/chip";
import { javascriptOnly } from "../lib/javascript_only";
import type { Net } from "../lib/kernel";
import * as packets from "../lib/packets";

const GROUP = { ip: "224.0.1.129", mac: "01:00:5e:00:01:81" };
const SOCKET_UP = 0x42;

function boot(chipOptions: W5500Options = {}, more: object = {}): Bench<W5500> {
  return new Bench<W5500>({ chip: "w5500-raw", chipOptions, ...more });
}

describe("the W5500 driver says once what is wrong", () => {
  it("with a chip that is not there, and finds it when it comes", () => {
    const bench = boot({ faults: { absent: true } });
    expect(bench.printed).toEqual(["W5500 does not answer (VERSIONR reads 255): check MISO, CS, reset and power"]);
    bench.chip.faults.absent = false;
    bench.clock.runFor(8 * SECOND);
    expect(bench.answers()).toBeTrue();
    expect(bench.printed.length).toBe(1);
  });

  it("with a data line that hangs low", () => {
    const bench = boot({ faults: { misoStuck: "low" } });
    expect(bench.printed).toEqual(["W5500 does not answer (VERSIONR reads 0): check MOSI, SCK, CS, reset and power"]);
  });

  it("with another chip", () => {
    const bench = boot({ version: 0x51 });
    expect(bench.printed[0]).toContain("not a W5500 (VERSIONR reads 81)");
  });

  it("with a socket that never opens", () => {
    const bench = boot({ faults: { commandStuck: true } });
    expect(bench.printed[0]).toContain("socket 0 does not open");
    bench.chip.faults.commandStuck = false;
    bench.clock.runFor(8 * SECOND);
    expect(bench.answers()).toBeTrue();
    expect(bench.chip.violations).toEqual([]);
  });
});

describe("the W5500 driver brings its chip up", () => {
  let bench: Bench<W5500>;

  afterEach(() => {
    expect(bench.answers()).toBeTrue();
    expect(bench.chip.violations).toEqual([]);
    expect(bench.machine.errors).toEqual([]);
  });

  it("by its reset line", () => {
    bench = boot();
    expect(bench.chip.socketRegister("SR")).toBe(SOCKET_UP);
    expect([bench.chip.socketRegister("RXBUF_SIZE"), bench.chip.socketRegister("TXBUF_SIZE")]).toEqual([16, 16]);
  });

  it("by its mode register, where there is no reset line", () => {
    for (const softResetTime of [500, 50_000, 4 * MS]) {
      bench = boot({ softResetTime }, { connect: { rst: false } });
      expect(bench.chip.socketRegister("SR")).withContext(`${softResetTime} ns`).toBe(SOCKET_UP);
      expect(bench.chip.violations).toEqual([]);
    }
  });

  it("although its version reads 0 for a while, or its module's own processor has it for 300 ms", () => {
    bench = boot({ versionDelay: 100 * MS });
    expect(bench.printed).toEqual([]);
    bench = boot({ startTime: 320 * MS });
    expect(bench.printed).toEqual([]);
  });

  it("and waits for a link that takes a second and a half to be agreed on", () => {
    bench = boot({ linkUpDelay: 1500 * MS });
    expect(bench.printed).toEqual([]);
    bench.clock.runFor(SECOND);
  });

  it("with a command that takes a while", () => {
    bench = boot({ commandTime: 2000 });
  });

  it("at 10 Mbit/s, half duplex", () => {
    bench = boot({ partner: "10 half" });
  });
});

describe("the W5500's filters", () => {
  for (const filters of ["doc", "esp"] as const)
    describe(`as ${filters} has them,`, () => {
      let bench: Bench<W5500>;
      let net: Net;

      beforeEach(() => {
        bench = boot({ filters }, { bundle: bundleFor("w5500-raw", "test") });
        javascriptOnly("calls the functions of the stack");
        net = bench.machine.board.modules.require("w5500-raw") as Net;
      });
      afterEach(() => expect(bench.chip.violations).toEqual([]));

      /** Sends a frame that no protocol takes; did it come up to the interface? */
      function comesIn(to: string, length = 46): boolean {
        const ifp = net.ifunit("en0")!;
        const before = ifp.if_ipackets;
        bench.sendFrame(packets.ethernet({ to, from: PEER.mac, type: 0x88b5, payload: packets.pattern(length) }));
        bench.clock.runFor(20 * MS);
        return ifp.if_ipackets > before;
      }

      it("let in what is for us and for everybody, and nothing else", () => {
        const others = [GROUP.mac, "02:00:00:00:00:09", "33:33:00:00:00:01", "01:80:c2:00:00:00"];
        expect([BOARD.mac, packets.EVERYBODY, ...others].map((to) => comesIn(to))).toEqual([
          ...[true, true],
          ...[false, false, false, false],
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

      it("read on behind a long frame that nobody wants, in the middle of a burst", () => {
        const before = bench.echoes.length;
        const unwanted = packets.ethernet({
          to: GROUP.mac,
          from: PEER.mac,
          type: packets.TYPE_IP,
          payload: packets.pattern(1200),
        });
        bench.sendDatagram(10);
        bench.sendFrame(unwanted);
        bench.sendFrame(unwanted);
        bench.sendDatagram(1000);
        bench.clock.runFor(50 * MS);
        expect(bench.echoes.slice(before).map(({ length }) => length)).toEqual([10, 1000]);
      });

      it("let in everything when told to listen to all", () => {
        bench.machine.call(() => net.if_setflags(net.ifunit("en0")!, net.IFF_PROMISC, 0));
        bench.clock.runFor(MS);
        expect([comesIn("02:00:00:00:00:09"), comesIn(GROUP.mac)]).toEqual([true, true]);
        expect(bench.answers()).toBeTrue();
      });

      it("let in nothing while the interface is down, and all again when it is up", () => {
        bench.machine.call(() => net.if_setflags(net.ifunit("en0")!, 0, net.IFF_UP));
        bench.clock.runFor(5 * MS);
        expect(comesIn(BOARD.mac)).toBeFalse();
        bench.machine.call(() => net.if_setflags(net.ifunit("en0")!, net.IFF_UP, 0));
        bench.clock.runFor(5 * MS);
        expect(comesIn(BOARD.mac, 500)).toBeTrue();
      });
    });
});
