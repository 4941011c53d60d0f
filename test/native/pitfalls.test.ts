/**
 * What may happen to machine code on a board: a file that is missing or not what it should be is refused before anything is
 * called; memory stays where it is; what the interpreter breaks off, or has no memory for, is mended.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine, type MachineOptions } from "../../host-sim/machine";
import type { ProcessorOptions } from "../../host-sim/native/processor";
import { restarted } from "../../host-sim/restart";
import { Segment } from "../../host-sim/segment";
import { bundleFor, CHIP, CHIPS } from "../lib/chip";
import * as packets from "../lib/packets";
import { VisitedBoard } from "../lib/visitor";
import { needsCore, ThumbBench } from "./lib/thumb";

const CORE = `${CHIP}.core`;
/* runtime/board.c: places in the header */
const [MAGIC, LAYOUT] = [0, 4];
/** What connects the chip, as a program does. */
const CONNECT = `SPI1.setup({ sck: A5, miso: A6, mosi: A7 });
var eth = require("${CHIP}").connect({ spi: SPI1, cs: B1, int: B10, rst: B13 });`;

beforeEach(() => {
  needsCore();
});

/** Node has this where it is asked for. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** A board whose program has not connected the chip yet. */
function bareBoard(options: Partial<MachineOptions> = {}): Machine {
  const clock = new VirtualClock();
  const bundle = bundleFor(CHIP, "readable");
  return createMachine({
    clock,
    segment: new Segment(clock),
    chip: CHIP,
    bundle,
    bare: true,
    core: "thumb",
    ...options,
  });
}

/** Writes both files of the stack anew, the core first but for a file "junk", which has those bytes if there are any. */
function putFirst({ board: { storage } }: Machine, core: string, junk = ""): void {
  const shell = storage.read(CHIP)!;
  for (const name of [CORE, CHIP]) storage.erase(name);
  if (junk) storage.install("junk", junk);
  storage.install(CORE, core);
  storage.install(CHIP, shell);
}

/** What connecting throws, "" when it does not; so many instructions of machine code were executed. */
function connected(machine: Machine): { message: string; instructions: number } {
  let message = "";
  machine.board.guarded(() => {
    message = String(
      machine.board.realm.evaluate(
        `(function () { try { ${CONNECT} return ""; } catch (e) { return e.message; } })()`,
        "connect",
      ),
    );
  });
  return { message, instructions: machine.processor!.interpreter.cortex.instructions };
}

describe("Machine code that is not what it should be is refused, in one clear error, and nothing of it runs:", () => {
  /** Puts the file there once more, as `change` makes it. */
  function changed(change: (bytes: Buffer) => Buffer | undefined): Machine {
    const machine = bareBoard();
    const { storage } = machine.board;
    const bytes = change(Buffer.from(storage.read(CORE)!, "latin1"));
    storage.erase(CORE);
    if (bytes) storage.install(CORE, bytes.toString("latin1"));
    return machine;
  }

  function expectRefused(machine: Machine, message: string): void {
    expect(connected(machine)).toEqual({ message, instructions: 0 });
    expect(connected(machine)).withContext("once more").toEqual({ message, instructions: 0 });
    expect(machine.errors).toEqual([]);
    machine.stop();
  }

  it("not there", () => {
    expectRefused(
      changed(() => undefined),
      `${CORE} is not in the Storage`,
    );
  });

  it("in flash that is not mapped", () => {
    const message = `${CORE}: no machine code runs on this board`;
    expectRefused(bareBoard({ processor: { mapped: false } }), message);
    expectRefused(bareBoard({ processor: { exptr: false } }), message);
  });

  it("something else", () => {
    const whole = `${CORE} is not whole`;
    expectRefused(
      changed((bytes) => Buffer.alloc(bytes.length, 0x20)),
      whole,
    );
    expectRefused(
      changed((bytes) => bytes.fill(0, MAGIC, MAGIC + 4)),
      whole,
    );
    expectRefused(
      changed(() => Buffer.from("x")),
      whole,
    );
  });

  it("cut short, anywhere", () => {
    for (const length of [4, 8, 20, 24, 1000])
      expectRefused(
        changed((bytes) => bytes.subarray(0, length)),
        `${CORE} is not whole`,
      );
    expectRefused(
      changed((bytes) => bytes.subarray(0, bytes.length - 1)),
      `${CORE} is not whole`,
    );
    expectRefused(
      changed((bytes) => Buffer.concat([bytes, Buffer.alloc(4)])),
      `${CORE} is not whole`,
    );
  });

  it("written by half, when the power went: what was not written yet is erased flash", () => {
    for (const written of [0, 24, 512, 20000])
      expectRefused(
        changed((bytes) => bytes.fill(0xff, written)),
        `${CORE} is not whole`,
      );
    expectRefused(
      changed((bytes) => bytes.fill(0xff, bytes.length - 1)),
      `${CORE} is not whole`,
    );
  });

  it("of another version", () => {
    expectRefused(
      changed((bytes) => {
        bytes.writeUInt32LE((bytes.readUInt32LE(LAYOUT) ^ 1) >>> 0, LAYOUT);
        return bytes;
      }),
      `${CORE} is of another version`,
    );
  });

  it("behind another file, when that is erased the Storage would move it while it runs", () => {
    expectRefused(
      changed((bytes) => bytes),
      `${CORE} must be first in the Storage: npm run flash puts it there`,
    );
  });

  it("in need of more memory than there is in one piece", () => {
    const machine = bareBoard({ processor: { room: 8000 } });
    expect(connected(machine).message).toMatch(/^\S+\.core: \d+ bytes of memory are needed in one piece$/);
    expect(machine.processor!.interpreter.cortex.instructions).toBe(0);
  });

  it("while what is right runs, and once it is put right", () => {
    expect(connected(bareBoard()).message).toBe("");
    const machine = bareBoard();
    const content = machine.board.storage.read(CORE)!;
    machine.board.storage.erase(CORE);
    expect(connected(machine).message).not.toBe("");
    putFirst(machine, content);
    machine.board.realm.evaluate('require("Storage").compact();', "compact");
    expect(connected(machine).message).toBe("");
  });
});

describe("Where machine code and its memory are", () => {
  it("E.defrag() leaves the memory where it is, while it moves what nobody has locked", () => {
    const bench = new ThumbBench();
    const text =
      "var s = E.toFlatString({ data: 7, count: 601 }), at = E.getAddressOf(s, true); E.defrag(); [at, E.getAddressOf(s, true)]";
    const [before, after] = bench.evaluate<number[]>(text);
    expect(after).not.toBe(before);
    expect(bench.evaluate(`peek8(${after})`)).toBe(7);
    expect(bench.echoed(10)).toBe(10);
    expect(bench.machine.errors).toEqual([]);
    bench.machine.stop();
  });

  it("Storage.compact() at boot moves the file, and it is found where it is then", () => {
    const machine = bareBoard();
    const { storage } = machine.board;
    putFirst(machine, storage.read(CORE)!, "x".repeat(1001));
    const before = storage.mapped().at(CORE)!;
    machine.board.realm.evaluate('require("Storage").erase("junk"); require("Storage").compact();', "boot");
    expect(storage.mapped().at(CORE)).toBeLessThan(before);
    expect(connected(machine).message).toBe("");
    machine.stop();
  });

  it("Storage.compact() while it runs leaves the first file where it is", () => {
    const bench = new ThumbBench({ storageBytes: 200000 });
    bench.evaluate(
      `var f = require("Storage"); f.write("a", "1234"); f.write("b", "5678"); f.erase("a"); f.compact();`,
    );
    expect(bench.machine.board.storage.mapped().at(CORE)).toBe(32);
    expect(bench.echoed(10)).toBe(10);
    bench.machine.stop();
  });

  it("what a program has been given is a copy: it sends it back when the memory that it came in is used again", () => {
    const app = `require("net").createServer((c) => { c.on("data", (d) => { c.write(d); }); }).listen(7);`;
    const bench = new VisitedBoard([], { core: "thumb", app });
    const client = bench.visit(7);
    const text = packets
      .pattern(2000)
      .map((byte) => String.fromCharCode(byte))
      .join("");
    client.say(text);
    bench.clock.runFor(3 * SECOND);
    expect(client.heard.length).toBe(text.length);
    expect(client.heard === text).toBeTrue();
    expect(bench.board.errors).toEqual([]);
  });

  it("what a program has sent is the program's again: nothing keeps it", async () => {
    const bench = new ThumbBench({ processor: { flat: false } });
    const sent = new WeakRef(
      bench.evaluate<Uint8Array>(`(function () {
        var net = eth.net, fd = net.socket(2, 2, 0), data = new Uint8Array(100);
        net.sendto(fd, data, 0, { sin_family: 2, sin_addr: net.inet_addr("127.0.0.1"), sin_port: 9 });
        net.close(fd);
        return data; })()`),
    );
    await new Promise(setImmediate); // a reference is kept until the end of the turn that made it
    collectGarbage();
    expect(sent.deref()).toBeUndefined();
    bench.machine.stop();
  });

  for (const program of ["load()", "reset()"])
    it(`${program} begins anew, with nothing left of before`, () => {
      const clock = new VirtualClock();
      const segment = new Segment(clock);
      let machine: Machine | undefined;
      const options: MachineOptions = {
        clock,
        segment,
        chip: CHIP,
        bundle: bundleFor(CHIP, "readable"),
        core: "thumb",
        bare: true,
        app: CONNECT,
        onRestart: (runs) => {
          machine = restarted(machine!, options, runs);
          if (runs === "nothing") machine.run(CONNECT);
        },
      };
      machine = createMachine(options);
      clock.runFor(SECOND);
      const first = machine.processor;
      const locked = first!.interpreter.locked.length;
      machine.run(program);
      clock.runFor(SECOND);
      expect(machine.processor).not.toBe(first);
      expect(machine.errors).toEqual([]);
      expect(machine.processor!.interpreter.locked.length).toBe(locked);
      expect(machine.eth?.getIP?.().mac).toMatch(/^02:/);
      machine.stop();
    });
});

describe("A board that is short of something", () => {
  const short: { [what: string]: ProcessorOptions } = {
    "in which nothing of a program's lies in one piece": { flat: false },
    "whose cells have their characters elsewhere": { cells: false },
    "that has neither": { flat: false, cells: false },
  };
  for (const chip of CHIPS)
    for (const [what, processor] of Object.entries(short))
      it(`${what} runs machine code all the same (${chip})`, () => {
        const bench = new ThumbBench({ chip, processor });
        const locked = bench.processor.interpreter.locked.length;
        expect(bench.echoed(20)).toBe(20);
        bench.ping(1472);
        bench.clock.runFor(SECOND);
        expect(bench.pongs.length).toBe(2);
        expect(bench.broken).toBe(0);
        expect(bench.processor.interpreter.locked.length).toBe(locked);
        expect(bench.machine.errors).toEqual([]);
        bench.machine.stop();
      });
});

describe("Of the functions that machine code calls", () => {
  it("none is called for the bytes of an empty datagram", () => {
    const bench = new ThumbBench();
    const text = `(function () { var net = eth.net, fd = net.socket(2, 2, 0), to = net.inet_addr("127.0.0.1");
      var n = net.sendto(fd, "", 0, { sin_family: 2, sin_addr: to, sin_port: 9 });
      return [n, net.close(fd)]; })()`;
    expect(bench.evaluate<number[]>(text).join()).toBe("0,0");
    expect(bench.broken).toBe(0);
    expect(bench.machine.errors).toEqual([]);
    bench.machine.stop();
  });

  /** So many of them are looked at, each OFTEN-th; what a ping and a datagram take is fewer. */
  const CALLS = 64;
  const OFTEN = 7;
  /** How long a mended chip may take to be back (ms). */
  const BACK = 4000;

  /** The n-th call of a ping and a datagram fails, for each n: `how`, and what the program may hear of it. */
  function eachFails(chip: string, how: () => boolean, errors: RegExp | undefined): void {
    let left = 0;
    const onCall = () => --left === 0 && how();
    const bench = new ThumbBench({ chip, processor: { onCall } });
    const locked = bench.processor.interpreter.locked.length;
    const cs = bench.machine.board.pins.get("B1");
    let failed = 0;
    for (let n = 1; n <= CALLS; n += OFTEN) {
      left = n;
      bench.ping(1400);
      bench.clock.runFor(20 * MS);
      bench.sendDatagram(700);
      bench.clock.runFor(BACK * MS);
      if (left <= 0) failed++;
      left = 0;
      expect(cs.read()).withContext(`chip select after call ${n}`).toBeTrue();
      const context = `after call ${n} of ${chip}`;
      expect(bench.answers()).withContext(context).toBeTrue();
      expect(bench.echoed(3)).withContext(context).toBe(3);
      expect(bench.processor.interpreter.locked.length).withContext(context).toBe(locked);
    }
    expect(failed).toBeGreaterThan(4);
    expect(bench.broken).toBeGreaterThan(0);
    const others = bench.machine.errors.filter((error) => !errors?.test(String(error)));
    expect(others).toEqual([]);
    const { m_mbufs, m_mfree, m_clusters, m_clfree } = bench.evaluate<Record<string, number>>("eth.stats().mbuf");
    expect([m_mfree, m_clfree]).toEqual([m_mbufs, m_clusters]);
    bench.machine.stop();
  }

  /** Breaks off the n-th call from now on. */
  function breaker(): { at: number; onCall: () => boolean } {
    const breaks = {
      at: 0,
      onCall: () => {
        if (--breaks.at === 0) throw new Error("Execution Interrupted");
        return false;
      },
    };
    return breaks;
  }

  for (const chip of CHIPS) {
    it(`any may be broken off while a program sends: in less than a second all is well again (${chip})`, () => {
      const breaks = breaker();
      const bench = new ThumbBench({ chip, processor: { onCall: () => breaks.onCall() } });
      const to = "{ sin_family: 2, sin_addr: eth.net.inet_addr('10.0.0.2'), sin_port: 9 }";
      const send = () =>
        bench.evaluate(
          `try { net.sendto(fd, E.toString(new Uint8Array(701)), 0, ${to}); "sent" } catch (e) { e.message }`,
        );
      let n = 1;
      for (let isBroken = true; isBroken; n++) {
        breaks.at = n;
        isBroken = send() !== "sent";
        breaks.at = 0;
        bench.clock.runFor(20 * MS);
        const answers = Array.from({ length: 8 }, () => bench.answers());
        expect(answers.slice(5)).withContext(`after call ${n}`).toEqual([true, true, true]);
      }
      expect(n).toBeGreaterThan(6);
      expect(bench.machine.errors).toEqual([]);
      bench.machine.stop();
    });

    it(`any may be broken off in a turn of the timer: it comes again (${chip})`, () => {
      const breaks = breaker();
      const bench = new ThumbBench({ chip, processor: { onCall: () => breaks.onCall() } });
      const { interpreter } = bench.processor;
      for (let n = 1; n < 6; n++) {
        breaks.at = n;
        bench.clock.runFor(20 * SECOND); // nobody says anything
        expect(breaks.at).toBeLessThan(0);
        const { calls } = interpreter;
        bench.clock.runFor(20 * SECOND);
        expect(interpreter.calls)
          .withContext(`after call ${n}`)
          .toBeGreaterThan(calls + 2);
      }
      expect(bench.answers()).toBeTrue();
      bench.machine.stop();
    });

    it(`each may be broken off, by Ctrl-C: the ${chip} begins anew`, () => {
      const breaks = () => {
        throw new Error("Execution Interrupted");
      };
      eachFails(chip, breaks, /Interrupted/);
    });

    it(`each may find no memory: its answer is missing (${chip})`, () => {
      eachFails(chip, () => true, undefined);
    });
  }
});
