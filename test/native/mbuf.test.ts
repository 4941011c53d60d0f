/**
 * Mbufs in both worlds: random verbs on random chains, and after each the same answer, the same bytes in the arena, the
 * same chains and the same counts.
 */
import type { Mbuf } from "../../firmware/net/kern/mbuf";
import { Random } from "../../host-sim/random";
import { hostCompiler } from "../../tools/native/host";
import { javascriptOnly } from "../lib/javascript_only";
import { bootKernel, type Net } from "../lib/kernel";
import { CORE_VERBS, type Core, coreOf, reader, translatedCore } from "./lib/core";
import { compileNative } from "./lib/house";

const STEPS = 1500;
const SLOTS = 5;

/** A chain in both worlds. */
interface Chain {
  js: Mbuf | null;
  c: unknown;
}

describe("Mbufs of native code", () => {
  beforeEach(() => {
    javascriptOnly("it is JavaScript that this is compared with");
    if (!hostCompiler()) pending("needs gcc or clang");
  });

  for (const seed of [1, 2, 3])
    it(`are those of JavaScript (seed ${seed})`, () => {
      const translation = translatedCore();
      compileNative(translation, CORE_VERBS, (native) => {
        const { net } = bootKernel(seed);
        const core = coreOf(native, translation, CORE_VERBS);
        const worlds = new Worlds(net, core, reader(translation, "Mbuf"), () => native.arena, new Random(seed));
        for (let i = 0; i < STEPS; i++) worlds.step();
        worlds.end();
        expect(worlds.verbs).toBeGreaterThan(STEPS - 1);
        expect(native.faults()).toBe(0);
      });
    });
});

class Worlds {
  verbs = 0;
  private readonly chains: Chain[] = Array.from({ length: SLOTS }, () => ({ js: null, c: null }));
  /** arrays that clusters have adopted, so that they stay where they are */
  private readonly adopted: Buffer[] = [];

  constructor(
    private readonly net: Net,
    private readonly core: Core,
    private readonly readMbuf: (at: unknown) => { [field: string]: unknown },
    private readonly arena: () => Buffer,
    private readonly random: Random,
  ) {
    net.mbinit();
    core["mbinit"]();
  }

  step(): void {
    const chain = this.chains[this.random.below(SLOTS)];
    const verb = chain.js ? this.verb(chain) : this.make(chain);
    this.verbs++;
    this.compare(verb);
  }

  end(): void {
    for (const chain of this.chains) this.free(chain);
    this.compare("m_freem");
    expect(this.net.mbstat().m_mfree).toBe(this.net.NMBUFS);
    expect(this.net.mbstat().m_clfree).toBe(this.net.NMBCLUSTERS);
  }

  private bytes(): Buffer {
    const bytes = Buffer.alloc(this.random.chance(0.3) ? 600 + this.random.below(900) : 30 + this.random.below(80));
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.random.below(256);
    return bytes;
  }

  /** A packet as a device delivers it. */
  private make(chain: Chain): string {
    const bytes = this.bytes();
    this.adopted.push(bytes);
    chain.js = this.net.m_devget(new Uint8Array(bytes), bytes.length, 14, null);
    chain.c = this.core["m_devget"](bytes, bytes.length, 14, null);
    return "m_devget";
  }

  private free(chain: Chain): void {
    this.net.m_freem(chain.js);
    this.core["m_freem"](chain.c);
    chain.js = chain.c = null;
  }

  private verb(chain: Chain): string {
    const { net, core, random } = this;
    const length = net.m_length(chain.js);
    const how = random.below(3);
    const [a, b] = [random.below(length + 20), random.below(length + 20)];
    switch (random.below(9)) {
      case 0:
        this.free(chain);
        return "m_freem";
      case 1: {
        const room = random.below(60);
        chain.js = net.m_prepend(chain.js!, room, how);
        chain.c = core["m_prepend"](chain.c, room, how);
        return "m_prepend";
      }
      case 2: {
        const other = this.empty();
        if (!other) return this.ask(chain, a, b);
        const len = random.chance(0.2) ? net.M_COPYALL : b;
        other.js = net.m_copym(chain.js!, a, len, how);
        other.c = core["m_copym"](chain.c, a, len, how);
        return "m_copym";
      }
      case 3: {
        const n = random.chance(0.5) ? a >> 2 : -(a >> 2);
        net.m_adj(chain.js!, n);
        core["m_adj"](chain.c, n);
        return "m_adj";
      }
      case 4:
        chain.js = net.m_pullup(chain.js!, a % 140);
        chain.c = core["m_pullup"](chain.c, a % 140);
        return "m_pullup";
      case 5: {
        const other = this.empty();
        if (!other) return this.ask(chain, a, b);
        other.js = net.m_split(chain.js!, a, how);
        other.c = core["m_split"](chain.c, a, how);
        return "m_split";
      }
      case 6: {
        const bytes = this.bytes().subarray(0, 100);
        const n = b % bytes.length;
        expect(core["m_copyback"](chain.c, a, n, bytes, 0)).toBe(
          net.m_copyback(chain.js!, a, n, new Uint8Array(bytes), 0) as never,
        );
        return "m_copyback";
      }
      case 7: {
        const other = this.chains.find((one) => one !== chain && one.js);
        if (!other) return this.ask(chain, a, b);
        net.m_cat(chain.js!, other.js!);
        core["m_cat"](chain.c, other.c);
        other.js = other.c = null;
        return "m_cat";
      }
      default:
        return this.ask(chain, a, b);
    }
  }

  private empty(): Chain | undefined {
    return this.chains.find(({ js }) => !js);
  }

  /** Questions that change nothing. */
  private ask(chain: Chain, a: number, b: number): string {
    const { net, core } = this;
    const other = this.chains[b % SLOTS];
    const [mine, its] = [0, 0].map(() => Buffer.alloc(net.m_length(chain.js) + 30));
    net.m_copydata(chain.js, a, b, mine, 3);
    core["m_copydata"](chain.c, a, b, its, 3);
    expect(its.equals(mine)).withContext("m_copydata").toBeTrue();
    const questions: [string, unknown, unknown][] = [
      ["m_length", net.m_length(chain.js), core["m_length"](chain.c)],
      ["in_cksum", net.in_cksum(chain.js!, a, b), core["in_cksum"](chain.c, a, b)],
      ["m_fair", net.m_fair(chain.js, other.js), core["m_fair"](chain.c, other.c)],
      ["m_spare", net.m_spare(a & 31), core["m_spare"](a & 31)],
      ["m_space", net.m_space(), core["m_space"]()],
      ["m_clspare", net.m_clspare(b % 3), core["m_clspare"](b % 3)],
      ["m_sparefirst", net.m_sparefirst((a & 1) === 1), core["m_sparefirst"]((a & 1) === 1)],
    ];
    for (const [verb, expected, answer] of questions) expect(answer).withContext(verb).toEqual(expected);
    return "ask";
  }

  private compare(verb: string): void {
    const stat = Buffer.alloc(20);
    this.core["mbstat"](stat);
    const counts = [0, 4, 8, 12, 16].map((at) => stat.readInt32LE(at));
    const context = `step ${this.verbs}, ${verb}`;
    expect(counts).withContext(context).toEqual(Object.values(this.net.mbstat()));
    expect(this.arena().subarray(0, this.net.arena.length).equals(Buffer.from(this.net.arena)))
      .withContext(context)
      .toBeTrue();
    for (const { js, c } of this.chains) expect(this.textOf(c)).withContext(context).toEqual(jsText(js));
  }

  /** What there is to know of a chain. */
  private textOf(first: unknown): string[] {
    const text: string[] = [];
    for (let at = first; at; ) {
      const m = this.readMbuf(at);
      text.push(FIELDS.map((field) => m[field]).join(" "));
      at = m["m_next"];
    }
    return text;
  }
}

const FIELDS = ["m_data", "m_len", "m_flags", "m_type", "m_pktlen", "m_dat"] as const;

function jsText(first: Mbuf | null): string[] {
  const text: string[] = [];
  for (let m = first; m; m = m.m_next) text.push(FIELDS.map((field) => (m as Mbuf)[field]).join(" "));
  return text;
}
