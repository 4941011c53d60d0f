import { MS, SECOND } from "../../../../host-sim/clock";
import { bootKernel, type Kernel } from "../../../lib/kernel";

describe("callouts", () => {
  let kernel: Kernel;
  let called: string[];

  beforeEach(() => {
    kernel = bootKernel();
    kernel.net.netinit(null);
    called = [];
  });

  const note = ({ name }: { name: string }) => called.push(`${name} ${kernel.clock.now() / MS}`);

  function after(ms: number, name: string) {
    const callout = kernel.net.callout_new();
    kernel.net.callout_reset(callout, ms, note, { name });
    return callout;
  }

  it("are called once, in the order of their deadlines", () => {
    after(30, "c");
    after(10, "a");
    after(20, "b");
    kernel.clock.runFor(SECOND);
    expect(called).toEqual(["a 10", "b 20", "c 30"]);
  });

  it("of the same deadline are called in the order in which they were set", () => {
    after(10, "a");
    after(10, "b");
    kernel.clock.runFor(SECOND);
    expect(called).toEqual(["a 10", "b 10"]);
  });

  it("that are stopped are not called, and may be stopped again", () => {
    const { net } = kernel;
    const a = after(10, "a");
    after(20, "b");
    expect(net.callout_pending(a)).toBeTrue();
    net.callout_stop(a);
    net.callout_stop(a);
    expect(net.callout_pending(a)).toBeFalse();
    kernel.clock.runFor(SECOND);
    expect(called).toEqual(["b 20"]);
  });

  it("that are set again move, to later and to earlier", () => {
    const { net, clock } = kernel;
    const a = after(10, "a");
    const b = after(100, "b");
    net.callout_reset(a, 50, note, { name: "a" });
    net.callout_reset(b, 20, note, { name: "b" });
    clock.runFor(SECOND);
    expect(called).toEqual(["b 20", "a 50"]);
  });

  it("may set themselves again, a millisecond on at the least", () => {
    const { net, clock } = kernel;
    const tick = net.callout_new();
    let left = 2;
    const again = () => {
      note({ name: "tick" });
      if (left--) net.callout_reset(tick, 0, again, null);
    };
    net.callout_reset(tick, 0, again, null);
    clock.runFor(SECOND);
    expect(called).toEqual(["tick 1", "tick 2", "tick 3"]);
  });

  it("come in order where the uptime wraps, after 25 days", () => {
    const before = 0x80000000 - 50;
    kernel.clock.runFor(before * MS);
    after(100, "c");
    after(20, "a");
    after(60, "b");
    kernel.clock.runFor(SECOND);
    expect(called).toEqual([`a ${before + 20}`, `b ${before + 60}`, `c ${before + 100}`]);
    expect(kernel.net.uptime()).toBe((before + 1000) | 0);
  });

  it("come in time after hours in which nothing else happened", () => {
    after(7200000, "two hours");
    kernel.clock.runFor(3 * 3600 * SECOND);
    expect(called).toEqual(["two hours 7200000"]);
  });

  it("let an idle board sleep for half an hour at a time, and its uptime goes on", () => {
    const { net, clock } = kernel;
    after(10, "a");
    clock.runFor(10 * SECOND);
    const armed = clock.nextEventTime() as number; // after one more look, should "a" have been broken off
    expect(armed).toBeGreaterThan(1800 * SECOND);
    clock.runFor(3600 * SECOND);
    expect(clock.nextEventTime()).toBe(armed + 2 * 1800 * SECOND);
    clock.runFor(23 * 3600 * SECOND);
    expect(net.uptime()).toBe(24 * 3600 * 1000 + 10000);
  });

  for (const step of [-86400, -3600, -0.5, 0.5, 60, 3000, 3599, 7200, 86400])
    it(`come in time, and the uptime goes on, when a program sets the clock by ${step} s`, () => {
      const { net, clock, evaluate } = kernel;
      clock.runFor(100 * SECOND);
      after(5000, "five");
      clock.runFor(2 * SECOND);
      evaluate(`setTime(getTime() + ${step})`);
      expect(net.now()).toBeCloseTo(102 + step, 6);
      expect(net.uptime()).toBeCloseTo(102000, 6);
      clock.runFor(2 * SECOND);
      expect(net.uptime()).toBeCloseTo(104000, 6);
      clock.runFor(10 * SECOND);
      expect(called).toEqual(["five 105000"]);
    });

  it("do not care how often the stack is brought up, and the clock set", () => {
    const { net, clock, evaluate } = kernel;
    for (let i = 0; i < 20; i++) net.machdep_init(1024);
    for (let i = 0; i < 20; i++) evaluate("setTime(getTime() + 1000)");
    clock.runFor(SECOND);
    expect(net.uptime()).toBeCloseTo(1000, 6);
  });
});
