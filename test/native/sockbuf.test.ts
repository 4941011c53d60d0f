/**
 * Socket buffers in both worlds: streams and datagrams come in and go out at random, are merged when crumbs fill the pool,
 * and after each step the buffer, its records and the pool's counts are the same.
 */
import type { Mbuf } from "../../firmware/net/kern/mbuf";
import type { Sockbuf } from "../../firmware/net/kern/socketvar";
import { Random } from "../../host-sim/random";
import { hostCompiler } from "../../tools/native/host";
import { javascriptOnly } from "../lib/javascript_only";
import { bootKernel, type Net } from "../lib/kernel";
import { CORE_VERBS, type Core, coreOf, reader, translatedCore } from "./lib/core";
import { compileNative } from "./lib/house";

const STEPS = 1200;
const COUNTS = ["sb_cc", "sb_hiwat", "sb_lowat", "sb_mbcnt", "sb_mbmax", "sb_flags"] as const;
const FIELDS = ["m_len", "m_flags", "m_type"] as const;

type Read = (at: unknown) => { [field: string]: unknown };

describe("Socket buffers of native code", () => {
  beforeEach(() => {
    javascriptOnly("it is JavaScript that this is compared with");
    if (!hostCompiler()) pending("needs gcc or clang");
  });

  for (const stream of [true, false])
    it(`are those of JavaScript: ${stream ? "a stream" : "datagrams"} (seed 9)`, () => {
      const translation = translatedCore();
      compileNative(translation, CORE_VERBS, (native) => {
        const { net } = bootKernel();
        const core = coreOf(native, translation, CORE_VERBS);
        const both = new Both(net, core, reader(translation, "Sockbuf"), reader(translation, "Mbuf"), new Random(9));
        for (let i = 0; i < STEPS; i++) {
          if (stream) both.streamStep();
          else both.datagramStep();
          both.compare(`step ${i}`);
        }
        both.end();
        expect(both.refused).withContext("packets that found no room").toBeGreaterThan(0);
        expect(native.faults()).toBe(0);
      });
    });
});

class Both {
  refused = 0;
  private readonly sb: Sockbuf;
  private readonly memory = Buffer.alloc(256);
  private readonly adopted: Buffer[] = [];

  constructor(
    private readonly net: Net,
    private readonly core: Core,
    private readonly readBuffer: Read,
    private readonly readMbuf: Read,
    private readonly random: Random,
  ) {
    net.mbinit();
    core["mbinit"]();
    this.sb = net.sb_new();
    core["sb_new"](this.memory);
    expect(core["sbreserve"](this.memory, 6000)).toBe(net.sbreserve(this.sb, 6000));
  }

  private packet(): [js: Mbuf | null, c: unknown] {
    const bytes = Buffer.alloc(this.random.chance(0.2) ? 300 + this.random.below(900) : 14 + this.random.below(80));
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.random.below(256);
    const cluster = Buffer.alloc(this.net.MCLBYTES); // it may grow in place
    bytes.copy(cluster);
    this.adopted.push(cluster);
    const js = this.net.m_devget(new Uint8Array(bytes), bytes.length, 14, null);
    const c = this.core["m_devget"](cluster, bytes.length, 14, null);
    expect(c === null).toBe(js === null);
    if (!js) this.refused++;
    return [js, c];
  }

  streamStep(): void {
    if (this.random.chance(0.8)) {
      const [js, c] = this.packet();
      if (!js) {
        expect(this.core["sbcollapse"](this.memory)).toBe(this.net.sbcollapse(this.sb));
        return;
      }
      this.net.sbappend(this.sb, js);
      this.core["sbappend"](this.memory, c);
    } else this.drop();
  }

  datagramStep(): void {
    if (this.random.chance(0.6)) {
      const [js, c] = this.packet();
      if (!js) return;
      const taken = this.net.sbappendaddr(this.sb, js, null);
      expect(this.core["sbappendaddr"](this.memory, c, null)).toBe(taken);
      if (taken) return;
      this.refused++;
      this.net.m_freem(js);
      this.core["m_freem"](c);
    } else if (this.random.chance(0.05)) this.flush();
    else {
      this.net.sbdroprecord(this.sb);
      this.core["sbdroprecord"](this.memory);
    }
  }

  private drop(): void {
    const len = this.random.below((this.sb.sb_cc >> 1) + 1);
    this.net.sbdrop(this.sb, len);
    this.core["sbdrop"](this.memory, len);
  }

  private flush(): void {
    this.net.sbflush(this.sb);
    this.core["sbflush"](this.memory);
  }

  compare(context: string): void {
    const c = this.readBuffer(this.memory);
    expect(COUNTS.map((field) => c[field]))
      .withContext(context)
      .toEqual(COUNTS.map((field) => this.sb[field]));
    expect(this.core["sbspace"](this.memory)).toBe(this.net.sbspace(this.sb));
    expect(this.records(c["sb_mb"])).withContext(context).toEqual(jsRecords(this.sb.sb_mb));
    const stat = Buffer.alloc(20);
    this.core["mbstat"](stat);
    expect([4, 12].map((at) => stat.readInt32LE(at))).toEqual([this.net.mbstat().m_mfree, this.net.mbstat().m_clfree]);
  }

  private records(first: unknown): unknown[][] {
    const records: unknown[][] = [];
    for (let p = first; p; p = this.readMbuf(p)["m_nextpkt"]) {
      const record: unknown[] = [];
      for (let m: unknown = p; m; m = this.readMbuf(m)["m_next"])
        record.push(...FIELDS.map((field) => this.readMbuf(m)[field]));
      records.push(record);
    }
    return records;
  }

  end(): void {
    this.flush();
    this.compare("at the end");
    expect(this.net.mbstat().m_mfree).toBe(this.net.NMBUFS);
  }
}

function jsRecords(first: Mbuf | null): unknown[][] {
  const records: unknown[][] = [];
  for (let p = first; p; p = p.m_nextpkt) {
    const record: unknown[] = [];
    for (let m: Mbuf | null = p; m; m = m.m_next) record.push(...FIELDS.map((field) => (m as Mbuf)[field]));
    records.push(record);
  }
  return records;
}
