/**
 * Ctrl-C and programs that do not come to an end.
 */
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { Board, type BoardOptions } from "../../host-sim/espruino/board";
import { LOOP, watched } from "../../host-sim/espruino/loops";
import { BOARDS } from "../../host-sim/pace/figures";
import { Stall } from "../../host-sim/stall";

const CTRL_C = 3;

describe("A program's loops", () => {
  it("tell of each round, whatever they are like", () => {
    const source = `
      var n = [];
      for (var i = 0; i < 2; i++) for (var k in { a: 1, b: 2 }) n.push(i + k)
      do n.push(i--); while (i > 0)
      while (n.length < 8) { n.push("x"); }
      for (i of [1, 2]) if (i) n.push(i); else n.push(0);
      while (n.length < 10);
      n.join()`;
    let rounds = 0;
    const run = (text: string) => new Function(LOOP, `${text.replace("n.join()", "return n.join();")}`);
    const expected = run(source)(() => {});
    expect(run(watched(source))(() => rounds++)).toBe(expected);
    expect(expected).toBe("0a,0b,1a,1b,2,1,x,x,1,2");
    expect(rounds).toBe(2 + 4 + 2 + 2 + 2);
    expect(watched(source).split("\n").length).toBe(source.split("\n").length);
  });

  it("are left alone in a text that is none", () => {
    expect(watched("while (")).toBe("while (");
  });
});

describe("A program that loops for ever", () => {
  const after = (keys: number[]) => {
    const left: number[][] = [];
    let pressed = [...keys];
    const typed = () => {
      const now = pressed;
      pressed = [];
      return Uint8Array.from(now);
    };
    const stall = new Stall({ isRaw: true }, typed, (others) => left.push([...others]));
    return { stall, left };
  };
  const board = (stall: Stall, options: BoardOptions = {}) => {
    const clock = new VirtualClock();
    const board: Board = new Board(clock, {
      inLoop: () => {
        if (stall.isInterrupted()) throw board.realm.error("Execution Interrupted");
      },
      ...options,
    });
    const run = (source: string) => {
      board.run(source);
      clock.runFor(SECOND);
      return board.errors.map(String);
    };
    return { board, run };
  };

  it("is interrupted by Ctrl-C, also in a timer, and all else goes on", () => {
    const { run, board: it } = board(after([CTRL_C]).stall);
    const program = "setTimeout(function () { while (true); }, 10); setTimeout(function () { later = 1; }, 20);";
    expect(run(program)).toEqual(["Error: Execution Interrupted"]);
    expect(it.realm.global["later"]).toBe(1);
  });

  it("is interrupted at a board's pace", () => {
    const { run } = board(after([CTRL_C]).stall, { pace: BOARDS.ESP32 });
    expect(run("for (;;);")).toEqual(["Error: Execution Interrupted"]);
  });

  it("leaves what else is typed to whoever reads; what stands before Ctrl-C is given up", async () => {
    const { stall, left } = after([97, CTRL_C, 98, 99]);
    board(stall).run("while (true) {}");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(left).toEqual([[98, 99]]);
  });

  it("leaves signals to the system where the terminal is not raw, until it comes to its end", async () => {
    const listener = () => {};
    process.on("SIGINT", listener);
    let during = -1;
    const stall = new Stall({ isRaw: false });
    const { board: it, run } = board(stall);
    it.realm.define({ look: () => (during = process.listenerCount("SIGINT")), now: () => performance.now() });
    expect(run("var end = now() + 400; while (now() < end) look();")).toEqual([]);
    expect(during).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(process.listeners("SIGINT")).toContain(listener);
    process.off("SIGINT", listener);
  });
});
