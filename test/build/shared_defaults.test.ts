const { withPrototypes } = require("../../tools/shared_defaults") as { withPrototypes(code: string): string };

/** Makers of large records let them share what is constant in them: tools/shared_defaults.js. */
describe("Records that begin alike", () => {
  const zeros = Array.from({ length: 20 }, (_, i) => `t_${i}: ${i - 3}`).join(", ");
  const maker = `function made(a) { return { ${zeros}, t_none: undefined, t_list: [0, 0], t_other: a }; }`;
  const made = (text: string, call: string) => new Function(`${withPrototypes(text)}; return ${call};`)();

  it("have the fields that their maker gives them", () => {
    const record = made(maker, "made(7)");
    expect([record.t_0, record.t_19, record.t_none, record.t_list, record.t_other]).toEqual([
      -3,
      16,
      undefined,
      [0, 0],
      7,
    ]);
  });

  it("have of their own the first field, those that are not constant, and those that have been set since", () => {
    const [one, other] = made(maker, "[made(1), made(2)]");
    one.t_3 = 100;
    one.t_list[0] = 1;
    expect(Object.keys(one)).toEqual(["t_0", "t_list", "t_other", "t_3"]);
    expect([other.t_3, other.t_list[0], other.t_other]).toEqual([0, 0, 2]);
  });

  it("are left as they are when they are small, or when their maker does more than make them", () => {
    const small = "function made(a) { return { t_a: a, t_b: 0 }; }";
    const busy = `function made(a) { count++; return { ${zeros}, t_other: a }; }`;
    expect(withPrototypes(small)).toBe(small);
    expect(withPrototypes(busy)).toBe(busy);
  });

  it("are left as they are when programs see them", () => {
    const seen = `function made(a) { return { ${zeros}, AF_INET: 2 }; }`;
    expect(withPrototypes(seen)).toBe(seen);
  });
});
