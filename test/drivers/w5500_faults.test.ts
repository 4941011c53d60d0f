/**
 * The W5500 driver against what field reports tell of the chip and its drivers, one by one. Each test ends with a board that
 * answers, and without one violation of the datasheet; and each is run with a chip as drivers in the field know it and with
 * one to the letter of the data sheet, where the two disagree.
 */

import type { Mbuf } from "../../firmware/net/kern/mbuf";
import type { W5500, W5500Options } from "../../host-sim/chips/w5500";
import { MS, SECOND } from "../../host-sim/clock";
import { Bench } from "../lib/bench";
import { bundleFor } from "../lib/chip";
import { javascriptOnly } from "../lib/javascript_only";
import type { Net } from "../lib/kernel";

/** Where the field and the data sheet disagree, or its letter may be read so. */
const CHIPS: { [name: string]: W5500Options } = {
  "as the field knows it": {},
  "to the letter of the data sheet": { maskedFlags: "doc", softResetTime: 50_000 },
};

for (const [name, kind] of Object.entries(CHIPS))
  describe(`the W5500 driver and a chip ${name}:`, () => {
    let bench: Bench<W5500>;

    function boot(options: W5500Options = {}, more: object = {}): Bench<W5500> {
      bench = new Bench<W5500>({ chip: "w5500-raw", chipOptions: { seed: 7, ...kind, ...options }, ...more });
      bench.machine.run('eth.on("recovered", function (what) { print("recovered", what); });');
      return bench;
    }

    afterEach(() => {
      expect(bench.answers()).withContext("answers at the end").toBeTrue();
      expect(bench.chip.violations).toEqual([]);
      expect(bench.machine.errors).toEqual([]);
      expect(bench.garbled).toBe(0);
    });

    it("echoes frames of all lengths, many times round the buffers and round the pointers", () => {
      boot();
      expect(bench.echoed(600)).toBe(600);
      expect(bench.printed).toEqual([]);
    });

    for (const options of [
      { intLevel: "ignored" },
      { shortFrames: "send" },
      { filters: "esp" },
      { afterFixedLength: "restart" },
      { floatingMiso: 0 },
      { partner: "10 half" },
      { partner: "10 full" },
    ] as W5500Options[])
      it(`does so with a chip of another kind: ${JSON.stringify(options)}`, () => {
        boot(options);
        expect(bench.echoed(60)).toBe(60);
        expect(bench.printed).toEqual([]);
      });

    it("pads short frames itself", () => {
      boot({ shortFrames: "send" });
      const lengths: number[] = [];
      bench.segment.tap((_time, frame, from) => from === "board" && lengths.push(frame.length));
      bench.sendDatagram(1);
      bench.clock.runFor(20 * MS);
      expect(lengths).toEqual([60]);
    });

    it("drains all that wait although one interrupt told of them (zephyr#119018)", () => {
      boot();
      for (let i = 1; i <= 40; i++) bench.sendDatagram(i);
      bench.clock.runFor(300 * MS);
      expect(bench.echoes.length).toBe(40);
    });

    it("survives a full buffer, which nobody tells of", () => {
      boot();
      for (let i = 0; i < 60; i++) bench.sendDatagram(1472);
      bench.clock.runFor(2 * SECOND);
      expect(bench.chip.counters.dropped.overflow).toBeGreaterThan(0);
      expect(bench.echoed(20)).toBe(20);
    });

    it("waits with its frames in the chip while memory is short (micropython#16648)", () => {
      boot({}, { bundle: bundleFor("w5500-raw", "test") });
      javascriptOnly("takes all mbufs away");
      const net = bench.machine.board.modules.require("w5500-raw") as Net;
      const held: Mbuf[] = [];
      for (let m = net.m_get(net.M_DONTWAIT, 1); m; m = net.m_get(net.M_DONTWAIT, 1)) held.push(m);
      for (let i = 0; i < 9; i++) bench.sendDatagram(1472);
      bench.clock.runFor(SECOND);
      expect([bench.echoes.length, bench.chip.waiting]).toEqual([0, 9 * 1516]);
      for (const m of held) net.m_free(m);
      bench.clock.runFor(SECOND);
      expect(bench.echoes.length).toBe(9);
    });

    for (const [corruptLength, what] of [
      [0, "0"],
      [1, "1, with which others stay where they are for ever"],
      [3, "3"],
      [0xffff, "65535, 65533 after subtraction (esp-idf#6572)"],
      [-1, "random"],
      [62 + 40, "plausible, but more than there is"],
    ] as const)
      it(`recovers from a length of ${what} (zephyr#46684, esp-eth-drivers#151)`, () => {
        boot();
        for (let n = 0; n < 3; n++) {
          bench.chip.faults.corruptLength = corruptLength;
          bench.chip.faults.corruptLengthNext = 1;
          bench.ping(18);
          bench.clock.runFor(100 * MS);
        }
        expect(bench.echoed(20)).toBe(20);
        expect(bench.printed).toContain("recovered header");
      });

    it("reads a length again that the wire has spoilt, and loses nothing", () => {
      boot({ faults: { misoErrors: 0.002 } });
      for (let i = 0; i < 100; i++) {
        bench.ping(18);
        bench.clock.runFor(10 * MS);
      }
      expect(bench.pongs.length).toBeGreaterThan(60); // spoilt payloads are dropped by their checksums
      bench.chip.faults.misoErrors = 0;
      bench.clock.runFor(3 * SECOND);
      expect(bench.echoed(20)).toBe(20);
    });

    it("is not led astray by pointers that change between their two bytes", () => {
      boot({ faults: { tornPointers: 0.2 } });
      expect(bench.echoed(300, 20)).toBe(300);
      bench.chip.faults.tornPointers = 0;
      bench.clock.runFor(2 * SECOND);
    });

    it("opens the socket again when a frame's end never comes (ioLibrary#168)", () => {
      boot();
      bench.chip.faults.sendOkNever = true;
      bench.ping();
      bench.clock.runFor(20 * MS);
      bench.chip.faults.sendOkNever = false;
      bench.clock.runFor(2 * SECOND);
      expect(bench.echoed(10)).toBe(10);
      expect(bench.printed).toEqual(["recovered transmitter"]);
    });

    it("keeps queueing while a frame does not end, and sends the rest when it is cured", () => {
      boot();
      bench.chip.faults.sendOkNever = true;
      for (let i = 1; i <= 5; i++) bench.sendDatagram(i * 100);
      bench.clock.runFor(40 * MS);
      bench.chip.faults.sendOkNever = false;
      bench.clock.runFor(SECOND);
      expect(bench.echoes.map(({ length }) => length)).toEqual([300, 400, 500]);
    });

    it("does without frames for a cable that is not there (esp-idf#6233)", () => {
      for (const sendWithoutLink of ["wait", "never"] as const) {
        boot({ sendWithoutLink, linkUpDelay: 1500 * MS });
        bench.clock.runFor(2 * SECOND);
        bench.machine.port.unplug();
        bench.machine.run(
          'for (var i = 0; i < 12; i++) net.sendto(fd, "x", 0, { sin_family: 2, sin_addr: 0x0a000002, sin_port: 9 });',
        );
        bench.clock.runFor(10 * SECOND);
        bench.machine.port.plug();
        bench.clock.runFor(5 * SECOND);
        expect(bench.echoed(10)).withContext(sendWithoutLink).toBe(10);
      }
    });

    it("gives its socket all the memory when it opens it again, whatever a bad wire has given to another", () => {
      boot();
      bench.misheard(0x00, 0x1e, 0x6c, 8); // S3_RXBUF_SIZE = 8 KB (datasheet, 2.2 and 4.2)
      bench.chip.dropSocket();
      bench.clock.runFor(1.1 * SECOND);
      expect(bench.printed).toEqual(["recovered receiver"]);
    });

    it("notices a socket that was closed", () => {
      boot();
      bench.chip.dropSocket();
      bench.clock.runFor(1.1 * SECOND);
      expect(bench.printed).toEqual(["recovered receiver"]);
    });

    it("comes back after a brown-out that cleared all registers", () => {
      boot();
      bench.chip.brownOut();
      bench.clock.runFor(2 * SECOND);
      expect(bench.printed).toEqual(["recovered registers"]);
    });

    it("comes back after a brown-out in the middle of traffic", () => {
      boot();
      for (let i = 0; i < 20; i++) {
        for (let n = 0; n < 4; n++) bench.sendDatagram(1000);
        bench.clock.runFor((i % 5) * MS);
        if (i === 10) bench.chip.brownOut();
      }
      bench.clock.runFor(10 * SECOND);
      expect(bench.echoed(10)).toBe(10);
    });

    it("comes back when its data line was stuck for a while", () => {
      for (const misoStuck of ["low", "high"] as const) {
        boot();
        bench.chip.faults.misoStuck = misoStuck;
        for (let i = 0; i < 5; i++) {
          bench.ping();
          bench.clock.runFor(SECOND);
        }
        bench.chip.faults.misoStuck = "no";
        bench.clock.runFor(8 * SECOND);
        expect(bench.echoed(10)).withContext(misoStuck).toBe(10);
      }
    });

    it("takes a frame whose edge was lost, within a second", () => {
      boot();
      bench.machine.board.watches.loseEdges = 2; // down, and up when it has been read
      bench.ping();
      bench.clock.runFor(1.2 * SECOND);
      expect(bench.pongs.length).toBe(2); // one from before
    });

    it("takes a frame of which no flag told, and trusts the line again when it is right", () => {
      boot();
      bench.chip.faults.lostRecvNext = 1;
      bench.ping();
      bench.clock.runFor(1.2 * SECOND);
      expect(bench.pongs.length).toBe(2);
      expect(bench.printed).toEqual(["recovered line"]);
      expect(bench.echoed(20, 30)).toBe(20);
      bench.machine.spi.reset();
      bench.clock.runFor(500 * MS);
      expect(bench.machine.spi.transactions).toBeLessThan(20); // no more polling, a look at most
    });

    it("tells when the cable is pulled and plugged in again", () => {
      boot({ linkUpDelay: 1500 * MS });
      bench.clock.runFor(2 * SECOND);
      bench.machine.run(
        'eth.on("connected", function (ip) { print("connected", ip); }); eth.on("disconnected", function () { print("gone"); });',
      );
      bench.clock.runFor(10 * MS);
      bench.machine.port.unplug();
      bench.clock.runFor(2 * SECOND);
      bench.machine.port.plug();
      bench.clock.runFor(4 * SECOND);
      expect(bench.printed).toEqual(["gone", "connected 10.0.0.1"]);
    });

    it("works without an interrupt line", () => {
      boot({}, { connect: { int: false } });
      expect(bench.echoed(50, 20)).toBe(50);
    });

    it("lets go of the chip when told to", () => {
      boot();
      bench.machine.run("eth.end();");
      bench.clock.runFor(2 * SECOND);
      expect(bench.chip.socketRegister("SR")).toBe(0);
      bench.machine.spi.reset();
      bench.clock.runFor(10 * SECOND);
      expect(bench.machine.spi.transactions).toBe(0);
      bench = boot();
    });
  });
