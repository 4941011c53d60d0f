/**
 * The console: Espruino's prompt into a board, with the world around it.
 */
import { PassThrough } from "node:stream";
import { Bench, watchLeds } from "../../host-sim/bench";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine, type MachineOptions } from "../../host-sim/machine";
import { Prompt } from "../../host-sim/prompt";
import type { RealTime } from "../../host-sim/realtime";
import { restarted } from "../../host-sim/restart";
import { Segment } from "../../host-sim/segment";

const BUNDLE = "exports.connect = function () { return { getIP: function () { return { ip: '10.0.0.1' }; } }; };";

describe("The prompt into a simulated board", () => {
  let clock: VirtualClock;
  let machine: Machine;
  let prompt: Prompt;
  let input: PassThrough;
  let shown: string;
  let ended: boolean;

  beforeEach(() => {
    clock = new VirtualClock();
    ended = false;
    shown = "";
    input = new PassThrough();
    const output = new PassThrough();
    output.on("data", (data) => (shown += data));
    const options: MachineOptions = {
      clock,
      segment: new Segment(clock),
      chip: "enc28j60",
      bundle: BUNDLE,
      app: "print('program runs');",
      print: (line) => prompt?.print(line),
      onRestart: (runs) => {
        machine = restarted(machine, options, runs);
      },
    };
    machine = createMachine(options);
    clock.runFor(MS);
    const inject = (work: () => void) => {
      work();
      clock.runFor(MS);
    };
    const realTime = { inject } as unknown as RealTime;
    const bench = new Bench(
      () => machine,
      () => realTime,
      () => (ended = true),
    );
    watchLeds(machine, (line) => prompt?.print(line));
    prompt = new Prompt(bench, input, output);
  });
  afterEach(() => prompt.close());

  /** What is shown after a line was typed. */
  const typed = async (...lines: string[]) => {
    shown = "";
    for (const line of lines) input.write(`${line}\n`);
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    return shown.replace(/[>:]*$/, "");
  };

  it("shows the value of what is typed, and what was thrown", async () => {
    expect(await typed("1 + 2")).toBe("=3\n");
    expect(await typed('"a" + 1')).toBe('="a1"\n');
    expect(await typed("[1, { a: 2 }]")).toBe('=[ 1, { "a": 2 } ]\n');
    expect(await typed("nothing.there")).toMatch(/^Uncaught ReferenceError: nothing is not defined/);
    expect(await typed("eth.getIP().ip")).toBe('="10.0.0.1"\n');
    expect(await typed("")).toBe("");
  });

  it("prints what the board prints, and keeps its variables", async () => {
    expect(await typed("var n = 5; print('n is', n); n")).toBe("n is 5\n>=5\n".replace(">", ""));
    expect(await typed("n + 1")).toBe("=6\n");
  });

  it("waits for the rest of what is not complete", async () => {
    expect(await typed("function f(a) {", "  return a * 2;", "}", "f(21)")).toContain("=42\n");
    expect(await typed("f(1 2)")).toContain("Uncaught SyntaxError");
  });

  it("pulls pins, and shows LEDs as far as an eye sees them", async () => {
    expect(await typed("BTN1.read()")).toBe("=false\n");
    expect(await typed(".pin BTN1=1", "BTN1.read()")).toContain("=true\n");
    expect(await typed(".pin BTN1=", "BTN1.read()")).toContain("=false\n");
    expect(await typed(".pin Q7=1")).toBe("The board has no pin Q7\n");
    expect(await typed(".pin")).toContain(".pin NAME=1");
    expect(await typed("LED1.set()")).toContain("LED1 on\n");
    expect(await typed("LED1.reset(); for (var i = 0; i < 100; i++) LED1.toggle();")).not.toContain("LED1 off");
    clock.runFor(SECOND);
    expect(shown).toContain("LED1 off\n");
  });

  it("pulls the cable's plug, helps, and says what it does not know", async () => {
    await typed(".cable out");
    expect(machine.port.plugged).toBe(false);
    await typed(".cable in");
    expect(machine.port.plugged).toBe(true);
    expect(await typed(".help")).toContain(".pin B3=1");
    expect(await typed(".nonsense x")).toBe(".nonsense x: there is no such thing; .help tells\n");
  });

  /** A second goes by. */
  const later = () => {
    shown = "";
    clock.runFor(SECOND);
    return shown;
  };

  it("runs the program again with load(), and is there when it does", async () => {
    await typed("var mine = 1; require('Storage').write('note', 'kept');");
    expect(await typed("load()")).toBe("=undefined\n");
    expect(later()).toContain("program runs\n");
    expect(await typed("typeof mine")).toBe('="undefined"\n');
    expect(await typed("require('Storage').read('note')")).toBe('="kept"\n');
    expect(await typed("eth.getIP().ip")).toBe('="10.0.0.1"\n');
  });

  it("waits with what is typed until the board is there again", async () => {
    await typed("load()", "1 + 1");
    expect(later()).toContain("program runs\n");
    expect(await typed("2 + 2")).toContain("=2\n>=4\n");
  });

  it("has nothing of a program after reset(), and has it again after load()", async () => {
    await typed("var mine = 1; setInterval(function () { print('tick'); }, 100); reset();");
    expect(later()).not.toMatch(/tick|program runs/);
    expect(await typed("typeof mine + typeof eth")).toBe('="undefinedundefined"\n');
    await typed("load(); reset();");
    expect(later()).toContain("program runs\n");
  });

  it("runs a saved program in place of its own, and none after reset(true)", async () => {
    await typed("E.setBootCode('print(\"saved\")'); load();");
    expect(later()).toMatch(/saved\n/);
    expect(shown).not.toContain("program runs");
    await typed("reset(true)");
    expect(later()).not.toContain("saved");
    await typed("load()");
    expect(later()).toContain("program runs\n");
  });

  it("loads a file of Storage by its name, and says when there is none", async () => {
    await typed("require('Storage').write('other', 'print(\"other\", typeof eth)'); load('other');");
    expect(later()).toContain("other undefined\n");
    await typed("load('none')");
    expect(later()).toContain("Uncaught Error: Storage has no none");
  });

  it("stays with the cable as it was when it restarts", async () => {
    await typed(".cable out", "load()");
    later();
    expect(machine.port.plugged).toBe(false);
  });

  it("says that save() does not keep the board's memory", async () => {
    expect(await typed("save()")).toContain("load() runs the program that it was given");
  });

  it("completes names, of variables and of fields", () => {
    const bench = new Bench(
      () => machine,
      () => undefined as unknown as RealTime,
      () => {},
    );
    expect(bench.complete("setTimeo")).toEqual(["setTimeout"]);
    expect(bench.complete("eth.getI")).toEqual(["eth.getIP"]);
    expect(bench.complete("no.such.thi")).toEqual([]);
  });

  it("ends with .exit, and at the end of what is typed", async () => {
    await typed(".exit");
    expect(ended).toBe(true);
    ended = false;
    input.end();
    await typed();
    expect(ended).toBe(true);
  });

  it("ends with Ctrl-C twice on an empty line", async () => {
    prompt.interrupt();
    expect(shown).toContain("Press Ctrl-C again to exit");
    expect(ended).toBe(false);
    prompt.interrupt();
    await typed();
    expect(ended).toBe(true);
  });
});
