import { MS, US, VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";

/** A board whose program can `note` things, with the time in ms. */
function noting() {
  const clock = new VirtualClock();
  const printed: string[] = [];
  const board = new Board(clock, { print: (line) => printed.push(line), epoch: 0 });
  const notes: unknown[] = [];
  board.realm.define({ note: (what: unknown) => notes.push([clock.now() / MS, what]) });
  const value = (source: string) => board.realm.evaluate(source, "test");
  return { clock, board, notes, printed, value };
}

describe("The idle loop", () => {
  it("runs pin events, then timers, then the network, then queued events", () => {
    const { clock, board, notes, value } = noting();
    board.loop.runNetwork = () => notes.push([clock.now() / MS, "network"]);
    clock.at(5 * MS, () => {
      value("o.emit('x')");
      board.pins.get("A1").drive(true);
    });
    value("setWatch(function () { note('pin'); }, A1); setTimeout(function () { note('timer'); }, 5);");
    value("var o = {}; o.on('x', function () { note('event'); });");
    clock.runFor(10 * MS);
    expect(notes.slice(0, 4).map((note) => (note as unknown[])[1])).toEqual(["pin", "timer", "network", "event"]);
  });

  it("prints what a callback throws, remembers it, and goes on", () => {
    const { clock, board, notes, printed, value } = noting();
    value("setTimeout(function () { throw new Error('first'); }, 1); setTimeout(function () { note('second'); }, 2);");
    clock.runFor(5 * MS);
    expect(notes).toEqual([[2, "second"]]);
    expect(printed[0]).toMatch(/^Uncaught Error: first\n +at .*test:1/);
    expect((board.errors[0] as Error).message).toBe("first");
  });

  it("never runs one program inside another", () => {
    const { clock, board, notes } = noting();
    board.call(() => {
      board.call(() => notes.push("second"));
      clock.advance(MS);
      notes.push("first");
    });
    clock.runFor(2 * MS);
    expect(notes).toEqual(["first", "second"]);
  });

  it("tells the program of its start by E's init and by onInit", () => {
    const { clock, board, notes } = noting();
    board.run("E.on('init', function () { note('init'); }); function onInit() { note('onInit'); }");
    board.start();
    clock.runFor(0);
    expect(notes.map((note) => (note as unknown[])[1])).toEqual(["onInit", "init"]);
  });

  it("runs nothing of a program that was stopped", () => {
    const { clock, board, notes, value } = noting();
    value("setInterval(function () { note('timer'); }, 1); setWatch(function () { note('pin'); }, A1);");
    board.stop();
    board.call(() => notes.push("call"));
    board.pins.get("A1").drive(true);
    clock.runFor(10 * MS);
    expect(notes).toEqual([]);
  });
});

describe("Timers", () => {
  it("run after their milliseconds, with their arguments", () => {
    const { clock, notes, value } = noting();
    value("setTimeout(note, 2.5, 'a'); setTimeout(note, 1, 'b'); setTimeout(note, 0, 'c'); setTimeout('note(7)', 3)");
    clock.runFor(10 * MS);
    expect(notes).toEqual([
      [0.1, "c"],
      [1, "b"],
      [2.5, "a"],
      [3, 7],
    ]);
  });

  it("repeat without drifting, even when the callback takes time", () => {
    const { clock, board, notes, value } = noting();
    board.realm.define({ work: () => clock.advance(300 * US) });
    value("setInterval(function () { note('tick'); work(); }, 2)");
    clock.runFor(7 * MS);
    expect(notes).toEqual([
      [2, "tick"],
      [4, "tick"],
      [6, "tick"],
    ]);
  });

  it("can be cleared, also by themselves, and all at once", () => {
    const { clock, board, notes, value } = noting();
    value("var n = 0, id = setInterval(function () { note(++n); if (n == 2) clearInterval(id); }, 1)");
    value("clearTimeout(setTimeout(note, 1, 'no')); clearTimeout(12345);");
    clock.runFor(5 * MS);
    expect(notes).toEqual([
      [1, 1],
      [2, 2],
    ]);
    value("setTimeout(note, 1, 'no'); setInterval(note, 1, 'no'); clearTimeout()");
    clock.runFor(5 * MS);
    expect(notes.length).toBe(2);
    expect(board.timers.size).toBe(0);
  });

  it("refuse clearTimeout(undefined), which is nearly always a mistake", () => {
    const { value } = noting();
    expect(() => value("clearTimeout(undefined)")).toThrowError(/clearTimeout\(undefined\) not allowed/);
    expect(() => value("clearInterval(undefined)")).toThrowError(/clearInterval\(undefined\) not allowed/);
    expect(() => value("changeInterval(99, 5)")).toThrowError("Unknown Interval");
  });

  it("can be given another interval", () => {
    const { clock, notes, value } = noting();
    value("var id = setInterval(note, 10, 'tick')");
    clock.runFor(5 * MS);
    value("changeInterval(id, 2)");
    clock.runFor(5 * MS);
    expect(notes).toEqual([
      [7, "tick"],
      [9, "tick"],
    ]);
  });
});

describe("Watches", () => {
  it("tell level and times of each edge, and once only without repeat", () => {
    const { clock, board, value } = noting();
    value("var seen = []; setWatch(function (e) { seen.push(e); }, B10, { repeat: true, edge: 'both' })");
    value("var once = 0; setWatch(function () { once++; }, B10, { edge: 'falling' })");
    clock.at(5 * MS, () => board.pins.get("B10").drive(true));
    clock.at(6 * MS, () => board.pins.get("B10").drive(false));
    clock.at(7 * MS, () => board.pins.get("B10").drive(true));
    clock.at(8 * MS, () => board.pins.get("B10").drive(false));
    clock.runFor(10 * MS);
    expect(value("once")).toBe(1);
    expect(value("seen.map(function (e) { return [e.state, e.time, e.lastTime]; }).join(';')")).toBe(
      "true,0.005,;false,0.006,0.005;true,0.007,0.006;false,0.008,0.007",
    );
  });

  it("fire from the idle loop, while the pin's level is that of now", () => {
    const { clock, board, notes, value } = noting();
    value("setWatch(function (e) { note([e.state, B10.read()]); }, B10, { repeat: true })");
    const pin = board.pins.get("B10");
    board.call(() => {
      pin.drive(true);
      clock.advance(MS);
      pin.drive(false);
    });
    clock.runFor(5 * MS);
    expect(JSON.stringify(notes)).toBe("[[1,[true,false]],[1,[false,false]]]");
  });

  it("wait for a bouncing level to settle", () => {
    const { clock, board, notes, value } = noting();
    value("setWatch(function (e) { note(e.state); }, B10, { repeat: true, debounce: 10 })");
    for (const [i, ms] of [1, 2, 3, 4, 5].entries()) clock.at(ms * MS, () => board.pins.get("B10").drive(i % 2 === 0));
    clock.at(40 * MS, () => board.pins.get("B10").drive(false));
    clock.at(41 * MS, () => board.pins.get("B10").drive(true));
    clock.runFor(100 * MS);
    expect(notes).toEqual([[15, true]]);
  });

  it("cannot share an interrupt line between two ports", () => {
    const { printed, value } = noting();
    expect(value("setWatch(note, A1)")).toBe(1);
    expect(value("setWatch(note, B1)")).toBeUndefined();
    expect(printed[0]).toContain("same number");
    expect(() => value("setWatch(note, A2, { edge: 'up' })")).toThrowError(/'edge' in setWatch/);
    expect(() => value("clearWatch(undefined)")).toThrowError(/clearWatch\(undefined\) not allowed/);
    value("clearWatch(1)");
    expect(value("setWatch(note, B1)")).toBe(2);
  });

  it("lose events when the board cannot keep up, and say so", () => {
    const { clock, board, value } = noting();
    value("var n = 0; setWatch(function () { n++; }, B10, { repeat: true })");
    board.call(() => {
      for (let i = 0; i < 100; i++) board.pins.get("B10").drive(i % 2 === 0);
    });
    clock.runFor(MS);
    expect(value("n")).toBe(64);
    expect(value("E.getErrorFlags().join()")).toBe("FIFO_FULL");
    expect(value("E.getErrorFlags().length")).toBe(0);
  });
});
