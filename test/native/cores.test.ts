/**
 * The machine code that is checked in (cores/): it is what the compiler makes of today's sources, and nothing else is ever taken.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedBlob } from "../../tools/native/blob";
import { type Blob, blobs, nameOf } from "../../tools/native/blobs";
import { Cores, coreBytes, whyNoCore } from "../../tools/native/cores";
import { thumbCompiler } from "../../tools/native/gcc";

const ONE: Blob = { chip: "enc28j60", profile: "small", thumb: "thumb2" };
const BYTES = Buffer.from("machine code");

describe("Machine code that is kept", () => {
  let folder: string;
  let cores: Cores;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cores-"));
    new Cores(folder).keep([[ONE, BYTES]], "a compiler");
    cores = new Cores(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Of the manifest, as somebody else's change of the sources would have it. */
  function changed(change: (text: string) => string): Cores {
    const path = join(folder, "manifest.json");
    writeFileSync(path, change(readFileSync(path, "utf8")));
    return new Cores(folder);
  }

  it("is taken while it is of today's sources, without a compiler", () => {
    expect(cores.fault(ONE)).toBe("");
    expect(whyNoCore(ONE, cores, "")).toBe("");
    expect(coreBytes(ONE, cores)).toEqual(BYTES);
    expect([cores.compiler, cores.names]).toEqual(["a compiler", ["enc28j60-small.thumb2"]]);
  });

  it("is not taken when it was made of other sources, which is said", () => {
    const other = changed((text) => text.replace(/"sources": "./, '"sources": "x'));
    expect(other.fault(ONE)).toBe("cores/enc28j60-small.thumb2.bin was made of other sources than are here");
    expect(whyNoCore(ONE, other, "")).toBe(
      "cores/enc28j60-small.thumb2.bin was made of other sources than are here, and there is no arm-none-eabi-gcc to make it (Debian: gcc-arm-none-eabi)",
    );
    expect(whyNoCore(ONE, other, "a compiler")).toBe("");
  });

  it("is not taken when it is damaged or gone", () => {
    const path = join(folder, "enc28j60-small.thumb2.bin");
    writeFileSync(path, "machine cOde");
    expect(cores.fault(ONE)).toBe("cores/enc28j60-small.thumb2.bin is damaged");
    rmSync(path);
    expect(cores.fault(ONE)).toBe("cores/ has no enc28j60-small.thumb2");
    expect(new Cores(join(folder, "nowhere")).fault(ONE)).toBe("cores/ has no enc28j60-small.thumb2");
  });

  it("is another one for each chip, profile and kind of processor", () => {
    const all = blobs();
    new Cores(folder).keep(
      all.map((one) => [one, Buffer.from(nameOf(one))] as const),
      "",
    );
    const sources = Object.values(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")).cores);
    expect(new Set(sources.map((one) => (one as { sources: string }).sources)).size).toBe(all.length);
  });
});

describe("The machine code that is checked in", () => {
  const cores = new Cores();
  const compiler = thumbCompiler();
  const obstacle = () => {
    if (!cores.names.length) return "cores/ is empty: npm run cores fills it";
    if (!compiler) return "there is no arm-none-eabi-gcc";
    return compiler === cores.compiler ? "" : `cores/ was made by ${cores.compiler}, and here is ${compiler}`;
  };

  it("is of today's sources, for each chip, profile and kind of processor", () => {
    if (!cores.names.length) skip(obstacle());
    for (const one of blobs()) expect(cores.fault(one)).withContext("npm run cores mends that").toBe("");
    expect(cores.names.length).toBe(blobs().length);
  });

  for (const one of blobs())
    it(`${nameOf(one)} is, byte for byte, what the compiler makes`, () => {
      if (obstacle()) skip(obstacle());
      const path = join(__dirname, `../../cores/${nameOf(one)}.bin`);
      expect(existsSync(path) && readFileSync(path).equals(cachedBlob(one))).toBeTrue();
    }, 120000);

  function skip(why: string): void {
    console.log(`skipped: machine code that is checked in, because ${why}`);
    pending(why);
  }
});
