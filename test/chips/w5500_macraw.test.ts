import type { W5500Options } from "../../host-sim/chips/w5500";
import {
  AT,
  Bench,
  BRIDGES,
  BROADCAST,
  CLOSE,
  frameTo,
  GROUP4,
  GROUP6,
  MS,
  OPEN,
  OTHER,
  OWN,
  RECV,
  SEND,
  US,
} from "./w5500_bench";

describe("MACRAW on the W5500's socket 0", () => {
  it("opens when the command has been accepted, and closes", () => {
    const bench = new Bench({ commandTime: 10 * US }).setUp();
    expect([bench.byte(AT.S0_CR), bench.byte(AT.S0_SR)]).toEqual([OPEN, 0]);
    bench.wait(10 * US);
    expect([bench.byte(AT.S0_CR), bench.byte(AT.S0_SR)]).toEqual([0, 0x42]);
    bench.command(CLOSE);
    bench.wait(10 * US);
    expect(bench.byte(AT.S0_SR)).toBe(0);
    expect(bench.rules()).toEqual([]);
  });

  it("begins with all pointers at 0 and its buffers empty", () => {
    const bench = new Bench().setUp();
    expect(bench.read(AT.S0_TX_FSR, 12)).toEqual([0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("opens on no other socket", () => {
    const bench = new Bench().setUp();
    bench.write(0x50000, 0x04);
    bench.write(0x50001, OPEN);
    expect(bench.byte(0x50003)).toBe(0);
    expect(bench.rules()).toEqual(["macraw-socket"]);
  });

  it("keeps a command for ever that is never accepted", () => {
    const bench = new Bench({ faults: { commandStuck: true } }).setUp();
    bench.wait(1000 * MS);
    expect([bench.byte(AT.S0_CR), bench.byte(AT.S0_SR)]).toEqual([OPEN, 0]);
  });
});

describe("the W5500's transmission", () => {
  it("sends what lies between TX_RD and TX_WR, and tells after its time on the wire", () => {
    const bench = new Bench().setUp();
    const frame = frameTo(OTHER, 1514);
    bench.write(AT.TX, ...frame);
    bench.writeWord(AT.S0_TX_WR, 1514);
    expect(bench.word(AT.S0_TX_FSR)).toBe(0x4000); // writing TX_WR alone does nothing
    const start = bench.clock.now();
    bench.command(SEND);
    bench.wait(100 * US);
    expect([bench.byte(AT.S0_IR), bench.word(AT.S0_TX_RD), bench.word(AT.S0_TX_FSR)]).toEqual([0, 0, 0x4000 - 1514]);
    bench.wait(20 * US);
    expect([bench.byte(AT.S0_IR), bench.word(AT.S0_TX_RD), bench.word(AT.S0_TX_FSR)]).toEqual([0x10, 1514, 0x4000]);
    expect(bench.sent).toEqual([{ time: start + 1 * US + 123_040, frame: [...frame] }]);
    expect(bench.rules()).toEqual([]);
  });

  it("takes ten times as long at 10 Mbit/s", () => {
    const bench = new Bench({ partner: "10 half" }).setUp();
    const start = bench.clock.now();
    bench.send(frameTo(OTHER, 60));
    bench.wait(MS);
    expect(bench.sent[0].time - start).toBeGreaterThan(67_200);
  });

  it("pads short frames, or does not where it is of that kind", () => {
    const bench = new Bench().setUp();
    bench.send(frameTo(OTHER, 42));
    bench.wait(MS);
    expect(bench.sent[0].frame).toEqual([...frameTo(OTHER, 42), ...new Array(18).fill(0)]);
    const other = new Bench({ shortFrames: "send" }).setUp();
    other.send(frameTo(OTHER, 42));
    other.wait(MS);
    expect(other.sent[0].frame.length).toBe(42);
  });

  it("takes addresses in its buffer modulo the buffer's size, wherever the pointers are", () => {
    const bench = new Bench().setUp(0x84, 2);
    for (let n = 0; n < 30; n++) {
      const at = bench.word(AT.S0_TX_WR);
      bench.write(AT.TX | (at & 0x7ff), ...frameTo(OTHER, 1000)); // as a driver that masks the pointer has it
      bench.writeWord(AT.S0_TX_WR, at + 1000);
      bench.command(SEND);
      bench.wait(MS);
    }
    expect(bench.sent.every(({ frame }) => frame.join() === frameTo(OTHER, 1000).join())).toBeTrue();
    expect(bench.sent.length).toBe(30);
    expect(bench.rules()).toEqual([]);
  });

  it("goes round its buffer and round 65536", () => {
    const bench = new Bench().setUp(0x84, 2);
    for (let n = 0; n < 100; n++) {
      bench.send(frameTo(OTHER, 1000 + n));
      bench.wait(MS);
    }
    expect(bench.sent.map(({ frame }) => frame)).toEqual(
      Array.from({ length: 100 }, (_, n) => [...frameTo(OTHER, 1000 + n)]),
    );
    expect(bench.word(AT.S0_TX_RD)).toBe((100 * 1000 + 4950) & 0xffff);
    expect(bench.rules()).toEqual([]);
  });

  it("never ends without a link; the frame goes when one comes, or never where it is of that kind", () => {
    for (const [sendWithoutLink, expected] of [
      ["wait", 1],
      ["never", 0],
    ] as const) {
      const bench = new Bench({ sendWithoutLink }).setUp();
      bench.chip.setLink(false);
      bench.send(frameTo(OTHER));
      bench.wait(1000 * MS);
      expect([bench.byte(AT.S0_IR), bench.sent.length]).toEqual([0, 0]);
      bench.chip.setLink(true);
      bench.wait(1000 * MS);
      expect(bench.sent.length).withContext(sendWithoutLink).toBe(expected);
    }
  });

  it("forgets the frame with CLOSE", () => {
    const bench = new Bench().setUp();
    bench.chip.faults.sendOkNever = true;
    bench.send(frameTo(OTHER));
    bench.wait(100 * MS);
    expect([bench.byte(AT.S0_IR), bench.word(AT.S0_TX_RD)]).toEqual([0, 0]);
    bench.chip.faults.sendOkNever = false;
    bench.command(CLOSE);
    bench.command(OPEN);
    bench.send(frameTo(OTHER, 100));
    bench.wait(MS);
    expect(bench.sent.map(({ frame }) => frame.length)).toEqual([100]);
    expect(bench.chip.counters.framesAbandoned).toBe(1);
  });
});

describe("the W5500's reception", () => {
  it("puts a length that counts itself in front of each frame", () => {
    const bench = new Bench().setUp();
    bench.chip.receive(frameTo(OWN, 60));
    bench.chip.receive(frameTo(OWN, 1514));
    expect([bench.word(AT.S0_RX_RSR), bench.word(AT.S0_RX_WR)]).toEqual([62 + 1516, 62 + 1516]);
    expect(bench.take()).toEqual({ prefix: 62, frame: [...frameTo(OWN, 60)] });
    expect(bench.take()).toEqual({ prefix: 1516, frame: [...frameTo(OWN, 1514)] });
    expect(bench.word(AT.S0_RX_RSR)).toBe(0);
    expect(bench.rules()).toEqual([]);
  });

  it("counts nothing as read before RECV", () => {
    const bench = new Bench().setUp();
    bench.chip.receive(frameTo(OWN));
    bench.writeWord(AT.S0_RX_RD, 62);
    expect(bench.word(AT.S0_RX_RSR)).toBe(62);
    bench.command(RECV);
    expect(bench.word(AT.S0_RX_RSR)).toBe(0);
  });

  it("gives several frames back with one RECV", () => {
    const bench = new Bench().setUp();
    for (let n = 0; n < 4; n++) bench.chip.receive(frameTo(OWN, 60 + n));
    bench.writeWord(AT.S0_RX_RD, 62 + 63 + 64);
    bench.command(RECV);
    expect(bench.take().prefix).toBe(65);
    expect(bench.rules()).toEqual([]);
  });

  it("gives the two bytes of a length back with a RECV of their own, as WIZnet's own library does", () => {
    const bench = new Bench().setUp();
    for (let n = 0; n < 100; n++) {
      bench.chip.receive(frameTo(OWN, 400 + n));
      bench.chip.receive(frameTo(OWN, 60));
      for (const length of [400 + n, 60]) {
        const at = bench.word(AT.S0_RX_RD);
        expect(bench.word(AT.RX | at)).toBe(length + 2);
        bench.writeWord(AT.S0_RX_RD, at + 2);
        bench.command(RECV);
        bench.writeWord(AT.S0_RX_RD, at + 2 + length);
        bench.command(RECV);
      }
      expect(bench.word(AT.S0_RX_RSR)).toBe(0);
    }
    expect(bench.rules()).toEqual([]);
  });

  it("loses what finds no room, without a word: ten frames of the longest kind fit", () => {
    const bench = new Bench().setUp();
    for (let n = 0; n < 12; n++) bench.chip.receive(frameTo(OWN, 1514));
    expect(bench.word(AT.S0_RX_RSR)).toBe(10 * 1516);
    expect(bench.chip.counters.dropped.overflow).toBe(2);
    for (let n = 0; n < 300; n++) bench.chip.receive(frameTo(OWN, 60));
    expect(bench.chip.counters.framesIn).toBe(10 + Math.floor((0x4000 - 15160) / 62));
    expect(bench.byte(AT.S0_IR)).toBe(0x04);
  });

  it("goes round its buffer and round 65536", () => {
    const bench = new Bench().setUp(0x84, 4);
    for (let n = 0; n < 200; n++) {
      bench.chip.receive(frameTo(OWN, 400 + n));
      expect(bench.take().frame).toEqual([...frameTo(OWN, 400 + n)]);
    }
    expect(bench.rules()).toEqual([]);
  });

  it("drops runts, giants, bad CRCs, and everything without a link or an open socket", () => {
    const bench = new Bench();
    bench.chip.receive(frameTo(OWN));
    bench.setUp();
    bench.chip.receive(frameTo(OWN, 59));
    bench.chip.receive(frameTo(OWN, 1519));
    bench.chip.receive(frameTo(OWN), { badCrc: true });
    bench.chip.setLink(false);
    bench.chip.receive(frameTo(OWN));
    bench.chip.setLink(true);
    bench.chip.dropSocket();
    bench.chip.receive(frameTo(OWN));
    const { dropped, framesIn } = bench.chip.counters;
    expect([dropped.runt, dropped.oversize, dropped.crc, dropped.linkDown, dropped.closed]).toEqual([1, 1, 1, 2, 1]);
    expect(framesIn).toBe(0);
  });

  it("gives each socket the block behind those before it", () => {
    const bench = new Bench().setUp(0x84, 8);
    bench.write(0x5001e, 4, 4);
    bench.write(AT.TX | 0x1fff, 0xaa, 0xbb); // round the end of socket 0's block
    bench.write(0x60000, 0xcc);
    expect([bench.byte(AT.TX | 0x1fff), bench.byte(AT.TX), bench.byte(0x60000)]).toEqual([0xaa, 0xbb, 0xcc]);
    expect(bench.byte(0x61000)).toBe(0xcc);
    expect(bench.byte(0xa0000)).toBe(0); // a socket without memory
  });
});

describe("the W5500's filter", () => {
  /** Which of the addresses come in, with the bits of Sn_MR. */
  function accepted(mode: number, options: W5500Options = {}, type = 0x0800): string {
    const bench = new Bench(options).setUp(mode);
    const all = { own: OWN, other: OTHER, all: BROADCAST, group4: GROUP4, group6: GROUP6, bridges: BRIDGES };
    return Object.entries(all)
      .filter(([, address]) => {
        const before = bench.chip.counters.framesIn;
        bench.chip.receive(frameTo(address, 60, type));
        return bench.chip.counters.framesIn > before;
      })
      .map(([name]) => name)
      .join(" ");
  }

  it("lets everything in without MFEN", () => {
    expect(accepted(0x04)).toBe("own other all group4 group6 bridges");
    expect(accepted(0x04, { filters: "esp" })).toBe("own other all group4 group6 bridges");
  });

  it("follows the documentation", () => {
    expect(accepted(0x84)).toBe("own all group4 group6 bridges");
    expect(accepted(0xa4)).toBe("own all");
    expect(accepted(0xc4)).toBe("own group4 group6 bridges");
  });

  it("or what Espressif has seen", () => {
    expect(accepted(0x84, { filters: "esp" })).toBe("own all group4 group6");
    expect(accepted(0xa4, { filters: "esp" })).toBe("own all group6");
  });

  it("keeps IPv6 out by its type", () => {
    expect(accepted(0x94, {}, 0x86dd)).toBe("");
    expect(accepted(0x94)).toBe("own all group4 group6 bridges");
  });
});

describe("the W5500's interrupt", () => {
  function listening(options: W5500Options = {}): Bench {
    const bench = new Bench(options).setUp();
    bench.write(AT.S0_IMR, 0x04);
    bench.write(AT.SIMR, 0x01);
    return bench;
  }

  it("is low while an unmasked flag of an unmasked socket is set", () => {
    const bench = new Bench().setUp();
    const edges: boolean[] = [];
    bench.chip.onInterruptPin = (high) => edges.push(high);
    bench.chip.receive(frameTo(OWN));
    expect([bench.byte(AT.S0_IR), bench.byte(AT.SIR), bench.chip.interruptPin()]).toEqual([4, 1, true]);
    bench.write(AT.SIMR, 0x01);
    expect(bench.chip.interruptPin()).toBeFalse();
    bench.write(AT.S0_IR, 0x04);
    expect([bench.byte(AT.SIR), bench.chip.interruptPin()]).toEqual([0, true]);
    expect(edges).toEqual([false, true]);
  });

  it("tells of a frame's arrival once: what is left in the buffer tells nothing more", () => {
    const bench = listening();
    bench.chip.receive(frameTo(OWN));
    bench.chip.receive(frameTo(OWN));
    bench.write(AT.S0_IR, 0x04);
    bench.take();
    expect([bench.chip.interruptPin(), bench.word(AT.S0_RX_RSR)]).toEqual([true, 62]);
    bench.chip.receive(frameTo(OWN));
    expect(bench.chip.interruptPin()).toBeFalse();
  });

  it("loses a frame's flag on demand", () => {
    const bench = listening({ faults: { lostRecvNext: 1 } });
    bench.chip.receive(frameTo(OWN));
    expect([bench.chip.interruptPin(), bench.word(AT.S0_RX_RSR)]).toEqual([true, 62]);
  });

  it("has a flag for what is masked too, which is no interrupt; or none, as the data sheet has it", () => {
    for (const [options, expected] of [
      [{}, 0x10],
      [{ maskedFlags: "doc" }, 0],
    ] as const) {
      const bench = listening(options);
      bench.send(frameTo(OTHER));
      bench.wait(MS);
      expect([bench.byte(AT.S0_IR), bench.byte(AT.SIR), bench.chip.interruptPin()]).toEqual([expected, 0, true]);
      bench.write(AT.S0_IMR, 0x14); // unmasked later, it is one
      expect(bench.chip.interruptPin()).toBe(expected === 0);
    }
  });

  it("stays high for the time of INTLEVEL", () => {
    for (const [intLevel, expected] of [
      ["doc", true],
      ["ignored", false],
    ] as const) {
      const bench = listening({ intLevel });
      bench.writeWord(AT.INTLEVEL, 1500); // 40 us
      bench.chip.receive(frameTo(OWN));
      bench.write(AT.S0_IR, 0x04);
      bench.chip.receive(frameTo(OWN));
      bench.wait(30 * US);
      expect(bench.chip.interruptPin()).withContext(intLevel).toBe(expected);
      bench.wait(10 * US);
      expect(bench.chip.interruptPin()).toBeFalse();
    }
  });
});

describe("the W5500's pointers", () => {
  it("may change between the two bytes of a read, as silicon's do", () => {
    const bench = new Bench().setUp();
    for (let n = 0; n < 4; n++) bench.chip.receive(frameTo(OWN, 60)); // 248 bytes
    bench.chip.select();
    const [high] = [0x00, 0x26, 0x08, 0].map((byte) => bench.chip.transfer(byte)).slice(3);
    bench.chip.receive(frameTo(OWN, 60));
    const low = bench.chip.transfer(0);
    bench.chip.deselect();
    expect((high << 8) | low).toBe(54); // neither 248 nor 310
  });

  it("tear on demand", () => {
    const bench = new Bench({ faults: { tornPointers: 1 } }).setUp();
    bench.chip.receive(frameTo(OWN, 1000));
    const reads = new Set(Array.from({ length: 50 }, () => bench.word(AT.S0_RX_RSR)));
    expect(reads.size).toBeGreaterThan(3);
    bench.chip.faults.tornPointers = 0;
    expect(bench.word(AT.S0_RX_RSR)).toBe(1002);
  });

  it("count a frame whose length is garbage as what it is", () => {
    const bench = new Bench({ faults: { corruptLengthNext: 2, corruptLength: 0xffff } }).setUp();
    bench.chip.receive(frameTo(OWN, 60));
    expect([bench.word(AT.RX), bench.word(AT.S0_RX_RSR)]).toEqual([0xffff, 62]);
    bench.chip.faults.corruptLength = -1;
    bench.chip.receive(frameTo(OWN, 60));
    bench.chip.receive(frameTo(OWN, 60));
    expect(bench.word(AT.RX | 62)).not.toBe(62);
    expect(bench.word(AT.RX | 124)).toBe(62);
  });
});
