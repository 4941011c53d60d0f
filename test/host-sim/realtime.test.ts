import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { RealTime } from "../../host-sim/realtime";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** A machine with other work lets this process run when it likes: ms that passed until it has come to that, 5 s at most. */
async function until(done: () => boolean): Promise<number> {
  const start = performance.now();
  while (!done() && performance.now() - start < 5000) await sleep(20);
  return performance.now() - start;
}

describe("Real time", () => {
  let realTime: RealTime;
  afterEach(() => realTime.stop());

  it("keeps virtual time in step with the wall clock", async () => {
    const clock = new VirtualClock();
    realTime = new RealTime(clock);
    let ticks = 0;
    const tick = () => {
      ticks++;
      clock.after(5 * MS, tick);
    };
    clock.after(5 * MS, tick);
    realTime.start();
    const before = performance.now();
    await sleep(200);
    const elapsed = performance.now() - before;
    expect(ticks).toBeGreaterThan(elapsed / 5 - 10);
    expect(ticks).toBeLessThanOrEqual(elapsed / 5 + 2);
  });

  it("runs what the host injects at the present moment", async () => {
    const clock = new VirtualClock();
    realTime = new RealTime(clock);
    realTime.start();
    await sleep(50);
    let at = 0;
    realTime.inject(() => {
      at = clock.now();
    });
    expect(at).toBeGreaterThan(45 * MS);
    expect(at).toBeLessThan(1 * SECOND);
  });

  it("wakes for what the host's work has set off", async () => {
    const clock = new VirtualClock();
    realTime = new RealTime(clock);
    realTime.start();
    await sleep(5);
    let done = false;
    realTime.inject(() => {
      clock.after(MS, () => {
        done = true;
      });
    });
    await sleep(50);
    expect(done).toBe(true);
  });

  it("sleeps between events instead of spinning", async () => {
    const clock = new VirtualClock();
    realTime = new RealTime(clock);
    const tick = () => void clock.after(20 * MS, tick);
    tick();
    realTime.start();
    const before = process.cpuUsage();
    await sleep(300);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(150_000); // us
  });

  it("slips when the simulation is slower than the wall, and still lets the host in", async () => {
    const clock = new VirtualClock();
    realTime = new RealTime(clock);
    const busy = () => {
      const until = performance.now() + 2;
      while (performance.now() < until);
      clock.after(MS, busy);
    };
    clock.after(MS, busy);
    realTime.start();
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const elapsed = await until(() => turns > 10 && realTime.slipped > 0);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
    expect(realTime.slipped).toBeGreaterThan(0);
    expect(clock.now()).toBeLessThan(0.75 * elapsed * MS + 20 * MS);
  });

  it("lets a program that never rests not keep the host out", async () => {
    const clock = new VirtualClock();
    realTime = new RealTime(clock);
    const poll = () => {
      clock.advance(0.01 * MS);
      clock.defer(poll);
    };
    clock.defer(poll);
    realTime.start();
    const elapsed = await until(() => clock.now() > 30 * MS);
    expect(clock.now()).toBeGreaterThan(30 * MS);
    expect(clock.now()).toBeLessThan(elapsed * MS + 100 * MS);
  });

  it("lets out at its time, and in order, what a long turn has sent", async () => {
    const clock = new VirtualClock();
    realTime = new RealTime(clock);
    realTime.start();
    const before = performance.now();
    const left: [string, number][] = [];
    const send = (name: string) => realTime.outward(() => left.push([name, performance.now() - before]));
    realTime.inject(() =>
      clock.defer(() => {
        send("at once");
        clock.advance(100 * MS);
        send("after 100 ms");
        clock.advance(100 * MS);
        send("after 200 ms");
      }),
    );
    await sleep(400);
    expect(left.map(([name]) => name)).toEqual(["at once", "after 100 ms", "after 200 ms"]);
    expect(left[0][1]).toBeLessThan(90);
    expect(left[1][1]).toBeGreaterThan(95);
    expect(left[2][1]).toBeGreaterThan(195);
  });

  it("stands still before its start and after its end", async () => {
    const clock = new VirtualClock();
    realTime = new RealTime(clock);
    realTime.inject(() => {});
    expect(clock.now()).toBe(0);
    realTime.start();
    await sleep(10);
    realTime.stop();
    const end = clock.now();
    await sleep(20);
    realTime.inject(() => {});
    expect(clock.now()).toBe(end);
  });
});
