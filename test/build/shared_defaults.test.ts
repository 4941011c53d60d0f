const { withPrototypes } = require("../../tools/shared_defaults") as { withPrototypes(code: string): string };

/** Makers of large records let them share what is constant in them: tools/shared_defaults.js. */
describe("Records that begin alike", () => {
  const zeros = Array.from({ length: 20 }, (_, i) => `f${i}: ${i - 3}`).join(", ");
  const maker = `function made(a) { return { ${zeros}, none: undefined, list: [0, 0], other: a }; }`;
  const made = (text: string, call: string) => new Function(`${withPrototypes(text)}; return ${call};`)();

  it("have the fields that their maker gives them", () => {
    const record = made(maker, "made(7)");
    expect([record.f0, record.f19, record.none, record.list, record.other]).toEqual([-3, 16, undefined, [0, 0], 7]);
  });

  it("have those of their own that are not constant, and those that have been set since", () => {
    const [one, other] = made(maker, "[made(1), made(2)]");
    one.f3 = 100;
    one.list[0] = 1;
    expect(Object.keys(one)).toEqual(["list", "other", "f3"]);
    expect([other.f3, other.list[0], other.other]).toEqual([0, 0, 2]);
  });

  it("are left as they are when they are small, or when their maker does more than make them", () => {
    const small = "function made(a) { return { a: a, b: 0 }; }";
    const busy = `function made(a) { count++; return { ${zeros}, other: a }; }`;
    expect(withPrototypes(small)).toBe(small);
    expect(withPrototypes(busy)).toBe(busy);
  });
});
