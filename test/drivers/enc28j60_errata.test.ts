/**
 * The ENC28J60 driver against its chip's errata (DS80349C) and against what field reports tell, one by one. Each test ends
 * with a board that answers, and without one violation of the datasheet.
 */
import { MS, SECOND } from "../../host-sim/clock";
import { Bench } from "../lib/bench";

describe("the ENC28J60 driver", () => {
  let bench: Bench;
  /** Rules that the test itself has broken. */
  let ours: string[];

  function boot(faults: object = {}, options: object = {}, more: object = {}): Bench {
    ours = [];
    bench = new Bench({ chip: "enc28j60", chipOptions: { faults, seed: 7, ...options }, ...more });
    return bench;
  }

  afterEach(() => {
    expect(bench.answers()).withContext("answers at the end").toBeTrue();
    expect(bench.chip.violations.map(({ rule }) => rule as string)).toEqual(ours);
    expect(bench.machine.errors).toEqual([]);
    expect(bench.garbled).toBe(0);
  });

  for (const revision of [2, 4, 5, 6])
    it(`brings up revision ${revision} and echoes frames of all lengths`, () => {
      boot({}, { revision });
      expect(bench.echoed(200)).toBe(200);
    });

  it("keeps the receive ring intact over many turns (errata 5 and 14)", () => {
    boot({ erratum14Probability: 1 });
    expect(bench.echoed(600)).toBe(600);
    expect(bench.chip.register("ERXRDPTL") & 1).toBe(1);
  });

  it("does not rely on EIR.PKTIF (erratum 6)", () => {
    boot({ erratum6Probability: 1 });
    expect(bench.echoed(100)).toBe(100);
  });

  it("waits after a reset for the PHY's clock (erratum 2)", () => {
    boot({ erratum2: true });
    expect(bench.machine.board).toBeDefined();
    expect(bench.chip.phyRegister(0x10) & 0x0100)
      .withContext("PHCON2.HDLDIS")
      .toBe(0x0100);
  });

  it("sets the duplex that it was told, whatever the LED says (erratum 16)", () => {
    boot({}, { ledB: "full" });
    expect(bench.chip.phyRegister(0) & 0x0100)
      .withContext("PHCON1.PDPXMD")
      .toBe(0);
  });

  it("sends again after a late collision, which ESTAT does not tell of (errata 12, 13, 15)", () => {
    boot();
    bench.chip.faults.lateCollisionNext = 3;
    expect(bench.echoed(10)).toBe(10);
  });

  it("survives a link pulse taken for a collision, again and again (erratum 13)", () => {
    boot({ erratum13: true });
    expect(bench.echoed(300, 30)).toBe(300);
  });

  it("loses no more than the frame that met sixteen collisions (erratum 12)", () => {
    boot();
    bench.chip.faults.excessiveCollisionsNext = 1;
    expect(bench.echoed(10, 200)).toBeGreaterThanOrEqual(9);
  });

  for (const seed of [1, 2, 3])
    it(`gives a frame up that still backs off after fifty milliseconds, and sends it again at once (seed ${seed})`, () => {
      boot({}, { seed });
      bench.chip.faults.excessiveCollisionsNext = 1; // 16 collisions last 160 ms and more
      const begun = bench.clock.now();
      const before = bench.pongs.length;
      bench.ping();
      bench.ping(); // a frame waits behind the other: the driver looks for its end
      bench.clock.runUntil(() => bench.pongs.length === before + 2, SECOND);
      expect((bench.clock.now() - begun) / MS).toBeGreaterThan(45);
      expect((bench.clock.now() - begun) / MS).toBeLessThan(60);
      const times = bench.pongTimes(20);
      expect(Math.max(...times))
        .withContext("ms of later pings")
        .toBeLessThan(5);
    });

  it("resets a transmitter that never ends", () => {
    boot();
    bench.chip.faults.txStuck = true;
    bench.ping();
    bench.clock.runFor(2 * SECOND);
    bench.chip.faults.txStuck = false;
    bench.clock.runFor(2 * SECOND);
    expect(bench.answers()).toBeTrue();
  });

  it("starts the receiver again when a header makes no sense", () => {
    boot();
    bench.chip.faults.corruptNextPointerNext = 1;
    bench.ping();
    bench.clock.runFor(50 * MS);
    bench.chip.faults.rsvGarbageNext = 1;
    bench.ping();
    bench.clock.runFor(50 * MS);
    expect(bench.echoed(20)).toBe(20);
  });

  it("notices a receiver that was switched off", () => {
    boot();
    bench.chip.clearRxen();
    expect(bench.answers()).toBeFalse();
    bench.clock.runFor(1.1 * SECOND);
  });

  it("hears again after its ring has overflowed", () => {
    boot({}, {}, { callCost: MS }); // an interpreter that cannot keep up with the cable
    for (let i = 0; i < 40; i++) bench.sendDatagram(1472);
    bench.clock.runFor(2 * SECOND);
    expect(bench.chip.counters.dropped.overflow).toBeGreaterThan(0);
    expect(bench.chip.register("EIR") & 1)
      .withContext("RXERIF")
      .toBe(0);
    expect(bench.echoed(20)).toBe(20);
  });

  it("takes every frame of a burst, although only the first makes an edge", () => {
    boot();
    for (let i = 1; i <= 8; i++) bench.sendDatagram(i);
    bench.clock.runFor(100 * MS);
    expect(bench.echoes.length).toBe(8);
  });

  it("takes a frame whose edge was lost, within a second", () => {
    boot();
    bench.machine.board.watches.loseEdges = 2; // down, and up when the tick has read it
    bench.ping();
    bench.clock.runFor(1.2 * SECOND);
    expect(bench.pongs.length).toBe(2); // one from before
  });

  it("comes back after a brown-out that cleared all registers", () => {
    boot();
    bench.chip.brownOut();
    bench.clock.runFor(8 * SECOND);
  });

  it("ends a jam that a bad wire has asked for (DS39662E 10.1)", () => {
    boot();
    bench.misheard(0x9f, 3); // bank 3
    bench.misheard(0x57, 1); // EFLOCON = 1
    bench.misheard(0xbf, 3); // bank 0
    expect(bench.answers()).toBeFalse();
    bench.clock.runFor(16 * SECOND);
    ours = ["back-pressure"];
  });

  it("tells when the cable is pulled and plugged in again", () => {
    boot();
    bench.machine.run(
      'eth.on("connected", function (ip) { print("connected", ip); }); eth.on("disconnected", function () { print("gone"); });',
    );
    bench.clock.runFor(10 * MS);
    bench.machine.port.unplug();
    bench.clock.runFor(2 * SECOND);
    bench.machine.port.plug();
    bench.clock.runFor(3 * SECOND);
    expect(bench.printed).toEqual(["gone", "connected 10.0.0.1"]);
  });

  it("works without an interrupt line", () => {
    bench = new Bench({ chip: "enc28j60", connect: { int: false } });
    expect(bench.echoed(50, 20)).toBe(50);
  });
});
