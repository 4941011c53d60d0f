// Values as text: E.toJS and JSON.stringify.
[
  { 5: 6, a: 1, b: [true, null, undefined], "c d": "x", if: 7, $: 8 },
  [1.5, -0, 1e20, NaN, Infinity, 1 / 3, 1e6 / 3, 1e15 / 3, 0.1 + 0.2, 1e-5, 1.5e-7, -2.5],
  'tab\t quote" back\\ nul\0 one\x011 bell\x07 esc\x1b del\x7f high\xff',
  new Uint8Array([1, 2, 3]),
  new Uint16Array(2),
  new Uint8Array([1, 2]).buffer,
  undefined,
  null,
  true,
  "",
  {},
  [],
  [[], {}],
  { x: undefined, y: null },
  { toJSON: () => ({ instead: 1 }) },
].forEach((value) => {
  say(E.toJS(value));
  say(JSON.stringify(value));
});
[
  (a, b) => a + b,
  (a) => {
    a();
  },
  function named(a, b) {},
  (x) => x + 1,
  (x) => {
    return x;
  },
  print,
  D0,
  {
    get x() {
      return 1;
    },
    y: 2,
  },
  new Date(0),
].forEach((value) => {
  say(E.toJS(value));
});
say(JSON.stringify([D0, new Date(0)]));
say(JSON.stringify({ f: () => {}, g: 1 }));
say(
  JSON.stringify({ a: [1, { b: 2 }], e: [], o: {} }, null, 2)
    .split("\n")
    .join("|"),
);
say(
  JSON.stringify([1, { b: 2 }], null, "-")
    .split("\n")
    .join("|"),
);
say(JSON.stringify({ a: 1 }, undefined, 0));
['{"a":[1,2,{"b":null}]}', "[1,2", '"\\u0041\\x41"', "{a:1}", "1e3", "true", "nonsense", "", "[1,]"].forEach((text) => {
  try {
    say(JSON.stringify(JSON.parse(text)));
  } catch (e) {
    say(text + " " + e.toString().split(":")[0]);
  }
});
done();
