import type { SpiDevice } from "../../host-sim/chips/spi_device";
import { MS, US, VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";
import { SPI_PINS } from "../../host-sim/espruino/spi";

/** Answers each byte with its complement, and keeps a log: "[" and "]" for chip select, bytes in decimal. */
class Inverter implements SpiDevice {
  log: (string | number)[] = [];
  hz: number[] = [];
  select(): void {
    this.log.push("[");
  }
  transfer(mosi: number): number {
    this.log.push(mosi);
    return ~mosi & 255;
  }
  deselect(): void {
    this.log.push("]");
  }
  reset(): void {}
  interruptPin(): boolean {
    return true;
  }
  spiClock(hz: number): void {
    this.hz.push(hz);
  }
}

describe("SPI", () => {
  let board: Board;
  let chip: Inverter;
  const value = (source: string) => board.realm.evaluate(source, "test");
  const logOf = (source: string) => {
    chip.log = [];
    value(source);
    return chip.log.join(" ");
  };

  function wire(callCost = 0): void {
    board = new Board(new VirtualClock(), { callCost });
    chip = new Inverter();
    board.wiring.attach(chip, SPI_PINS.SPI1, board.pins.get("B1"));
    value("SPI1.setup({ sck: A5, miso: A6, mosi: A7, baud: 8000000 })");
  }
  beforeEach(() => wire());

  it("answers an int with an int, a string with a string, anything else with a Uint8Array", () => {
    expect(value("SPI1.send(1, B1)")).toBe(254);
    expect(value("SPI1.send('\\x00\\xf0', B1)")).toBe("\xff\x0f");
    expect(value("var a = SPI1.send([1, 2], B1); a instanceof Uint8Array && a.join()")).toBe("254,253");
    expect(value("SPI1.send({ data: 0, count: 3 }, B1).join()")).toBe("255,255,255");
    expect(value("SPI1.send([1, '\\x02', [3, new Uint8Array([4])]], B1).join()")).toBe("254,253,252,251");
  });

  it("holds chip select low for the whole call", () => {
    expect(logOf("SPI1.send([1, 2], B1)")).toBe("[ 1 2 ]");
    expect(logOf("SPI1.write(1, '\\x02', [3, 4], new Uint8Array([5]), { data: 6, count: 2 }, B1)")).toBe(
      "[ 1 2 3 4 5 6 6 ]",
    );
    expect(value("SPI1.write(1, B1)")).toBeUndefined();
  });

  it("leaves chip select to a program that drives it by hand", () => {
    expect(logOf("digitalWrite(B1, 0); SPI1.write(1); SPI1.send(2); B1.set(); SPI1.write(3)")).toBe("[ 1 2 ]");
  });

  it("works through functions that were bound once", () => {
    expect(value("var s = SPI1.send.bind(SPI1); s(7, B1)")).toBe(248);
  });

  it("reads an idle line where no chip is selected, or none is wired", () => {
    expect(value("SPI1.send(1)")).toBe(255);
    expect(value("SPI2.send(1, B1)")).toBe(255);
    expect(value("SPI1.setup({ sck: A5, miso: A7, mosi: A6 }); SPI1.send(1, B1)")).toBe(255);
    expect(value("var soft = new SPI(); soft.setup({ sck: A5, miso: A6, mosi: A7 }); soft.send(1, B1)")).toBe(254);
  });

  it("takes eight clocks a byte, in which the world goes on", () => {
    const { clock } = board;
    let seen = 0;
    clock.at(2 * US, () => {
      seen = chip.log.length;
    });
    value("SPI1.write([1, 2, 3, 4], B1)");
    expect(clock.now()).toBe(4 * US);
    expect(seen).toBe(2); // "[" and the first byte; the second is just being clocked
    value("SPI1.setup({ baud: 1000000 }); SPI1.write(1, B1)");
    expect(clock.now()).toBe(12 * US);
    expect(chip.hz).toEqual([8e6, 1e6]);
  });

  it("can charge each call for the interpreter's work", () => {
    wire(0.1 * MS);
    value("SPI1.write([1, 2], B1)");
    expect(board.clock.now()).toBe(0.1 * MS + 2 * US);
  });

  it("counts transactions and bytes of the wired chips", () => {
    value("SPI1.write([1, 2], B1); SPI1.send('abc', B1); SPI1.send(9)");
    expect([board.wiring.traffic.transactions, board.wiring.traffic.bytes]).toEqual([2, 5]);
    board.wiring.traffic.reset();
    expect([board.wiring.traffic.transactions, board.wiring.traffic.bytes]).toEqual([0, 0]);
  });

  it("leaves chip select alone when the data is none", () => {
    expect(() => value("SPI1.write(1, function () {}, B1)")).toThrowError(/Expecting a number or something iterable/);
    expect(chip.log).toEqual([]);
  });
});

describe("Pins", () => {
  it("are read, written and pulsed under all their names", () => {
    const clock = new VirtualClock();
    const board = new Board(clock, { epoch: 0 });
    const value = (source: string) => board.realm.evaluate(source, "test");
    expect(value("A1.write(1); [A1.read(), digitalRead(A1), new Pin === undefined, A1 + ''].join()")).toContain(
      "true,1",
    );
    expect(value("digitalWrite([A0, A1], 2); [A0.read(), A1.read(), digitalRead([A0, A1])].join()")).toBe(
      "true,false,2",
    );
    expect(value("pinMode(B5, 'input_pullup'); B5.read()")).toBe(true);
    board.pins.get("B5").drive(false);
    expect(value("B5.read() || B5.getMode()")).toBe("input_pullup");
    expect(() => value("digitalRead('Z9')")).toThrowError("Invalid pin");
    const levels: unknown[] = [];
    board.pins.get("C1").onLevel((high) => levels.push([clock.now() / MS, high]));
    const start = clock.now() / MS;
    value("digitalPulse(C1, 1, [2, 3])");
    clock.runFor(10 * MS);
    expect(levels).toEqual([
      [start, true],
      [start + 2, false],
      [start + 5, true],
    ]);
  });

  it("take a moment for each write, so that a pulse has a length", () => {
    const board = new Board(new VirtualClock());
    const times: number[] = [];
    board.pins.get("B13").write(true);
    board.pins.get("B13").onLevel(() => times.push(board.clock.now()));
    board.realm.evaluate("B13.reset(); B13.set();", "test");
    expect(times[1] - times[0]).toBe(US);
  });
});
