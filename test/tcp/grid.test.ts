import { EVENTS, filled, reason, STATES, scriptsIn } from "./grid";

describe("the grid of TCP events and states", () => {
  const squares = Object.keys(EVENTS).flatMap((event) => STATES.map((state) => [event, state]));

  it("has every square filled or explained", () => {
    const open = squares.filter(([event, state]) => !filled(event, state) && !reason(event, state));
    expect(open).toEqual([]);
  });

  it("explains no square that is filled", () => {
    const both = squares.filter(([event, state]) => filled(event, state) && reason(event, state));
    expect(both).toEqual([]);
  });

  it("has no script beside its squares", () => {
    const names = Object.keys(EVENTS).flatMap((event) => scriptsIn(event).map((name) => `${event}/${name}`));
    const astray = names.filter((name) => !STATES.some((state) => name.split("/")[1].startsWith(`${state}.`)));
    expect(astray).toEqual([]);
  });
});
