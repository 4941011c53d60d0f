/**
 * The same source in both worlds: random functions as JavaScript, and as C with the sanitizer of undefined behaviour.
 */
import { Random } from "../../host-sim/random";
import { hostCompiler } from "../../tools/native/host";
import { Generator } from "./lib/expressions";
import { compileNative, runAsJavaScript, translateText } from "./lib/house";

const MODULES = Number(process.env["NATIVE_MODULES"] ?? 2);
const FUNCTIONS = 30;
const INPUTS = 60;
const VALUES = [0, 1, -1, 2, 255, -256, 65536, 0x7fffffff, -0x80000000, 0x12345678];

describe("Arithmetic of native code", () => {
  const seed = Number(process.env["NATIVE_SEED"] ?? 20261129);

  beforeEach(() => {
    if (!hostCompiler()) pending("needs gcc or clang");
  });

  for (let i = 0; i < MODULES; i++)
    it(`means what it means in JavaScript, evaluated from left to right (seed ${seed + i})`, () =>
      compareWorlds(seed + i));
});

function compareWorlds(seed: number): void {
  const random = new Random(seed);
  const text = new Generator(random).module(FUNCTIONS);
  const translation = translateText(text);
  translation.errors.length = 0; // TypeScript finds some conditions odd
  const names = ["reset", "look", ...Array.from({ length: FUNCTIONS }, (_, i) => `f${i}`)];
  const js = runAsJavaScript(text);
  compileNative(
    translation,
    names,
    (native) => {
      const c = Object.fromEntries(names.map((name) => [name, native.function(prototype(name))]));
      const value = () =>
        random.below(2) ? VALUES[random.below(VALUES.length)] : random.below(0x80000000) - random.below(0x80000000);
      let compared = 0;
      for (let i = 0; i < FUNCTIONS; i++)
        for (let n = 0; n < INPUTS; n++) {
          const args = [value(), value(), value(), value()];
          const [expected, answer] = [js, c].map((world) => {
            world["reset"](args[0], args[3]);
            return world[`f${i}`](...args);
          });
          const looks = Array.from({ length: Generator.LOOKS }, (_, k) => [js["look"](k), c["look"](k)]);
          const differs = looks.findIndex(([a, b]) => a !== b);
          if (answer !== expected || differs >= 0)
            fail(`seed ${seed}, f${i}(${args}): ${answer} for ${expected}, look ${differs}: ${looks[differs]}`);
          compared++;
        }
      expect(compared).toBe(FUNCTIONS * INPUTS);
      expect(native.faults()).withContext("overflows, and values that did not fit").toBe(0);
    },
    ["-w"],
  ); // random code looks odd to any compiler
}

function prototype(name: string): string {
  if (name === "reset") return "void native_reset(int32_t a, int32_t b)";
  const params = name === "look" ? "int32_t i" : "int32_t a, int32_t b, int32_t c, int32_t d";
  return `int32_t native_${name}(${params})`;
}
