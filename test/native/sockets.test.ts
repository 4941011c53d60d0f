/**
 * Descriptors, sockets, their upcalls and callouts in both worlds: system calls at random, on a family of protocols that is itself
 * in the subset. After each, answers, upcalls, what was received, and the pools are the same.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pointer, proto, register } from "koffi";
import { MS } from "../../host-sim/clock";
import { Random } from "../../host-sim/random";
import { translate } from "../../tools/native/emit";
import { NATIVE_FILES } from "../../tools/native/files";
import { hostCompiler } from "../../tools/native/host";
import { amounts } from "../../tools/native/pools";
import { javascriptOnly } from "../lib/javascript_only";
import { bootKernel } from "../lib/kernel";
import { type Core, coreOf } from "./lib/core";
import { compileNative, type Native, runAsJavaScript } from "./lib/house";

const TOY = "test/native/lib/toy_sockets.ts";
const TOYS = "toy_init toy_connectto toy_sendbytes toy_recvbytes toy_timer toy_digest toy_events toy_peek".split(" ");
const SYSCALLS =
  "socket listen accept shutdown getsockopt setsockopt poll kern_close kern_setupcall openfiles numopensockets mbstat".split(
    " ",
  );
const STEPS = 4000;
const WORD = pointer(proto("int32_t sockets_word(void)"));

describe("Sockets of native code", () => {
  beforeEach(() => {
    javascriptOnly("it is JavaScript that this is compared with");
    if (!hostCompiler()) pending("needs gcc or clang");
  });

  it("answer as those of JavaScript, whatever is asked for (seed 3)", () => {
    const translation = translate({ files: [...NATIVE_FILES, TOY] }, (constants) => {
      const all = amounts(constants);
      return { ...all, pools: { ...all.pools, Socket: 128, Toypcb: 128, Timer: 8, Domain: 1, Protosw: 2 } };
    });
    compileNative(translation, [...TOYS, ...SYSCALLS], (native) => {
      const kernel = bootKernel();
      const modules = (path: string) => (path.endsWith("/uipc_syscalls") ? kernel.net.syscalls : kernel.net);
      const toy = runAsJavaScript(readFileSync(join(__dirname, "lib/toy_sockets.ts"), "utf8"), modules);
      const js = { ...kernel.net, ...kernel.net.syscalls, ...toy } as unknown as Core;
      const c = coreOf(native, translation, [...TOYS, ...SYSCALLS]);
      const time = register(() => Math.round(kernel.clock.now() / MS) | 0, WORD);
      native.function("void native_machine(void *, void *, void *)")(time, time, time);
      js["toy_init"]();
      c["toy_init"]();
      const both = new Both(kernel.net, js, c, new Random(3));
      for (let i = 0; i < STEPS; i++) {
        both.step();
        for (let n = both.random.below(4); n; n--) tick(kernel.clock, native);
        both.compare(`step ${i}`);
      }
      both.end();
      expect(both.answers.size).withContext("different answers").toBeGreaterThan(40);
      expect(native.faults()).toBe(0);
    });
  });
});

/** A millisecond goes by, in both. */
function tick(clock: { runFor(ns: number): void }, native: Native): void {
  clock.runFor(MS);
  const next = native.function("int32_t native_timeouts_next(void)");
  while (next() === 0) native.function("void native_timeouts_run(void)")();
}

/** The same call in both worlds. */
class Both {
  readonly answers = new Set<string>();

  constructor(
    private readonly net: ReturnType<typeof bootKernel>["net"],
    private readonly js: Core,
    private readonly c: Core,
    readonly random: Random,
  ) {}

  private call(name: string, ...args: (number | boolean)[]): number {
    const expected = this.js[name](...args);
    const answer = this.c[name](...args);
    if (answer !== expected) fail(`${name}(${args}) is ${answer} in native code, ${expected} in JavaScript`);
    this.answers.add(`${name} ${expected}`);
    return expected;
  }

  private fd(): number {
    return this.random.below(this.net.NOFILE + 3) - 1;
  }

  step(): void {
    const { random, net } = this;
    const fd = this.fd();
    switch (random.below(20)) {
      case 0:
        return void this.call("socket", 99, 1 + random.below(2), random.below(8) ? 0 : 7);
      case 1:
        return void (random.chance(0.3) && this.call("listen", fd, random.below(3)));
      case 2:
        return void this.accept(fd);
      case 3:
      case 4:
        return void this.call("toy_connectto", fd, this.fd());
      case 5:
        return void (random.chance(0.2) && this.call("shutdown", fd, random.below(4)));
      case 6:
        return void (random.chance(0.5) && this.call("kern_close", fd));
      case 7:
        return void this.call("kern_setupcall", fd, random.chance(0.7));
      case 8:
        return void this.call("getsockopt", fd, net.SOL_SOCKET, this.option());
      case 9:
        return void this.call("setsockopt", fd, net.SOL_SOCKET, this.option(), random.below(3000) - 5);
      case 10:
        return void this.call("poll", fd, random.below(16));
      case 11:
      case 12:
        return void this.timer();
      case 13:
      case 14:
      case 15:
        return void this.call("toy_sendbytes", fd, this.length(), this.flags(), random.below(256));
      default:
        return void this.call("toy_recvbytes", fd, this.length(), this.flags());
    }
  }

  private accept(fd: number): void {
    const expected = this.js["accept"](fd, null);
    expect(this.c["accept"](fd, null)).toBe(expected);
    this.answers.add(`accept ${expected}`);
  }

  private timer(): void {
    const no = this.random.below(7);
    const ms = this.random.chance(0.3) ? 0 : 1 + this.random.below(30);
    this.js["toy_timer"](no, ms);
    this.c["toy_timer"](no, ms);
  }

  private length(): number {
    return this.random.chance(0.1) ? this.random.below(4000) - 1 : this.random.below(400);
  }

  private flags(): number {
    return this.random.chance(0.8) ? 0 : this.random.below(16);
  }

  private option(): number {
    const { net } = this;
    const all = [net.SO_REUSEADDR, net.SO_LINGER, net.SO_SNDBUF, net.SO_RCVBUF, net.SO_SNDLOWAT, net.SO_RCVLOWAT];
    return [...all, net.SO_ERROR, net.SO_TYPE, net.SO_ACCEPTCONN, 5][this.random.below(all.length + 4)];
  }

  compare(context: string): void {
    for (const name of ["openfiles", "numopensockets", "toy_digest", "toy_events"])
      expect(this.c[name]()).withContext(`${name}, ${context}`).toBe(this.js[name]());
    const stat = Buffer.alloc(20);
    this.c["mbstat"](stat);
    const { m_mfree, m_clfree, m_drops } = this.net.mbstat();
    expect([4, 12, 16].map((at) => stat.readInt32LE(at)))
      .withContext(context)
      .toEqual([m_mfree, m_clfree, m_drops]);
  }

  end(): void {
    for (let fd = 1; fd <= this.net.NOFILE; fd++) this.call("kern_close", fd);
    this.compare("at the end");
    expect([this.js["toy_digest"](), this.js["toy_events"]()]).not.toContain(0);
    expect([this.js["openfiles"](), this.js["numopensockets"]()]).toEqual([0, 0]);
    expect(this.net.mbstat().m_mfree).toBe(this.net.NMBUFS);
  }
}
