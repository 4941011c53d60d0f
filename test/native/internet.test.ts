/**
 * ARP, IP, ICMP, IGMP and UDP in both worlds: frames at random, right and wrong, packets of our own, groups and time. What is
 * sent is the same byte for byte, and so are all counters, the tables of neighbours and groups, and the memory that is left.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pointer, proto, register } from "koffi";
import * as wireEther from "../../firmware/net/wire/ether";
import * as wireIcmp from "../../firmware/net/wire/icmp";
import * as wireIp from "../../firmware/net/wire/ip";
import { MS, VirtualClock } from "../../host-sim/clock";
import { Random } from "../../host-sim/random";
import { translate } from "../../tools/native/emit";
import { NATIVE_FILES } from "../../tools/native/files";
import { hostCompiler } from "../../tools/native/host";
import { amounts } from "../../tools/native/pools";
import { javascriptOnly } from "../lib/javascript_only";
import { bootKernel } from "../lib/kernel";
import * as packets from "../lib/packets";
import { type Core, coreOf } from "./lib/core";
import { compileNative, type Native, runAsJavaScript } from "./lib/house";

const TOY = "test/native/lib/toy_neighbour.ts";
const VERBS = "toy_boot toy_hear toy_said toy_byte toy_send toy_group toy_stat toy_tables toy_free".split(" ");
const WORD = pointer(proto("int32_t internet_word(void)"));
const STEPS = 2000;
const SEED = 11;
const US = { mac: "02:00:00:00:00:01", ip: "192.0.2.1" };

describe("The Internet in native code", () => {
  beforeEach(() => {
    javascriptOnly("it is JavaScript that this is compared with");
    if (!hostCompiler()) pending("needs gcc or clang");
  });

  it(`says what it says in JavaScript, whatever it hears (seed ${SEED})`, () => {
    const translation = translate({ files: [...NATIVE_FILES, TOY] }, (constants) => {
      const all = amounts(constants);
      return { ...all, pools: { ...all.pools, Arpcom: 1 } };
    });
    compileNative(translation, VERBS, (native) => {
      const clock = new VirtualClock();
      const [randomJs, randomC] = [new Random(SEED), new Random(SEED)];
      const { net } = bootKernel(SEED, {}, { clock, random: () => randomJs.word() | 0 });
      const wire = { ...wireEther, ...wireIcmp, ...wireIp };
      const modules = (path: string) => (path.includes("/wire/") ? wire : net);
      const toy = runAsJavaScript(readFileSync(join(__dirname, "lib/toy_neighbour.ts"), "utf8"), modules);
      const time = register(() => net.uptime(), WORD);
      const random = register(() => randomC.word() | 0, WORD);
      native.function("void native_machine(void *, void *, void *)")(random, time, time);
      const both = new Both(toy as Core, coreOf(native, translation, VERBS), new Random(SEED));
      both.same("toy_boot", Buffer.from(packets.macBytes(US.mac)), packets.ipNumber(US.ip), -256);
      both.compare("the announcement");
      const free = both.same("toy_free");
      for (let i = 0; i < STEPS; i++) {
        both.step();
        for (let n = both.random.below(4); n; n--) tick(clock, native);
        both.compare(`step ${i}`);
      }
      for (let n = 0; n < 40_000; n++) tick(clock, native);
      both.compare("in the end");
      expect(both.same("toy_free")).toBe(free);
      expect(both.frames)
        .withContext("frames sent")
        .toBeGreaterThan(STEPS / 10);
      expect(native.faults()).toBe(0);
    });
  });
});

/** A millisecond goes by, in both. */
function tick(clock: VirtualClock, native: Native): void {
  clock.runFor(MS);
  const next = native.function("int32_t native_timeouts_next(void)");
  while (next() === 0) native.function("void native_timeouts_run(void)")();
}

class Both {
  frames = 0;
  /** C refers to what it has been given */
  private readonly heard: Buffer[] = [];

  constructor(
    private readonly js: Core,
    private readonly c: Core,
    readonly random: Random,
  ) {}

  private when = "at boot";

  same(name: string, ...args: unknown[]): number {
    const expected = this.js[name](...args.map((arg) => (Buffer.isBuffer(arg) ? Uint8Array.from(arg) : arg)));
    const answer = this.c[name](...args);
    expect(answer).withContext(`${this.when}: ${name} ${args.join()}`).toBe(expected);
    return answer;
  }

  step(): void {
    const kind = this.random.below(10);
    if (kind < 7) this.hear();
    else if (kind < 9) this.same("toy_send", packets.ipNumber(this.somebody()), this.random.below(3) * 8 + 1, 30, 2);
    else this.same("toy_group", this.random.chance(0.5), packets.ipNumber(this.group()));
  }

  compare(when: string): void {
    this.when = when;
    for (;;) {
      const len = this.same("toy_said");
      if (!len) break;
      const [js, c] = [this.js, this.c].map((core) =>
        Buffer.from(Array.from({ length: len }, (_, i) => core["toy_byte"](i))),
      );
      expect(c.toString("hex")).withContext(when).toBe(js.toString("hex"));
      this.frames++;
    }
    this.same("toy_tables");
    this.same("toy_free");
    for (let i = 0; this.same("toy_stat", i) >= 0; ) i++;
  }

  private hear(): void {
    const frame = packets.ethernet(this.frame());
    if (this.random.chance(0.15)) frame[this.random.below(frame.length)] = this.random.below(256);
    this.heard.push(frame);
    this.same("toy_hear", frame, frame.length);
  }

  private frame(): packets.Ethernet {
    const n = this.random.below(20);
    const mac = packets.macText([2, 0, 0, 0, 0, n]);
    const to = this.random.chance(0.7) ? US.mac : this.random.chance(0.7) ? packets.EVERYBODY : "01:00:5e:00:00:01";
    if (this.random.chance(0.3)) return { to, from: mac, type: packets.TYPE_ARP, payload: this.arp(mac) };
    return { to, from: mac, type: this.random.chance(0.97) ? packets.TYPE_IP : 0x86dd, payload: this.ip() };
  }

  private arp(senderMac: string): number[] {
    const senderIp = this.random.chance(0.05) ? US.ip : this.somebody();
    const targetIp = this.random.chance(0.6) ? US.ip : this.somebody();
    return packets.arp({ op: 1 + this.random.below(2), senderMac, senderIp, targetMac: packets.NOBODY, targetIp });
  }

  private ip(): number[] {
    const from = this.somebody();
    const to = this.random.chance(0.6) ? US.ip : this.random.chance(0.5) ? this.group() : this.somebody();
    const [protocol, payload] = this.payload(from);
    const options = this.random.chance(0.1) ? Array.from({ length: 8 }, () => this.random.below(140)) : [];
    const moreFragments = this.random.chance(0.03);
    return packets.ipv4({ from, to, protocol, payload, options, moreFragments });
  }

  private payload(from: string): [protocol: number, payload: number[]] {
    const kind = this.random.below(6);
    const data = packets.pattern(this.random.below(this.random.chance(0.1) ? 1400 : 60), this.random.below(256));
    if (kind < 2) return [packets.ICMP, packets.echo(packets.ECHO_REQUEST, 7, this.random.below(65536), data)];
    if (kind < 3)
      return [
        packets.ICMP,
        packets.icmp({ type: this.random.below(20), code: this.random.below(5), payload: this.ours(from) }),
      ];
    if (kind < 4)
      return [
        packets.IGMP,
        packets.igmp({ type: 0x11 + this.random.below(7), time: this.random.below(30), group: this.group() }),
      ];
    return kind < 5 ? [packets.UDP, [0, 9, 0, 9, 0, 8 + data.length, 0, 0, ...data]] : [this.random.below(256), data];
  }

  /** What an error returns. */
  private ours(to: string): number[] {
    return packets.ipv4({ from: US.ip, to, protocol: 17, payload: packets.pattern(8) });
  }

  private somebody(): string {
    return this.random.chance(0.8)
      ? `192.0.2.${this.random.below(24)}`
      : ["0.0.0.0", "192.0.2.255", "127.0.0.1", "255.255.255.255", "198.51.100.7"][this.random.below(5)];
  }

  private group(): string {
    return this.random.chance(0.3) ? "0.0.0.0" : `224.0.0.${1 + this.random.below(6)}`;
  }
}
