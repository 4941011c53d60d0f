import { US } from "../../host-sim/clock";
import { HardwareClock } from "./lib/turn_clock";

describe("In a turn of two boards that are compared", () => {
  let clock: HardwareClock;
  let happened: string[];

  beforeEach(() => {
    clock = new HardwareClock();
    happened = [];
  });

  const happens = (what: string, us: number) => clock.after(us * US, () => happened.push(what));

  /** SPI for 100 µs, and what has happened by then. */
  const spi = () => {
    clock.advance(100 * US);
    happened.push("turn");
  };

  it("a frame has not left when the next has been written, however long that takes", () => {
    clock.defer(() => {
      happens("frame", 70);
      clock.defer(spi);
      spi();
    });
    clock.runFor(1000 * US);
    expect(happened).toEqual(["turn", "turn", "frame"]);
  });

  it("what a driver waits for by SPI comes to its end", () => {
    clock.defer(() => {
      happens("PHY", 11);
      spi();
    });
    clock.runFor(1000 * US);
    expect(happened).toEqual(["PHY", "turn"]);
  });

  it("nothing happens that is not wanted any longer", () => {
    clock.defer(() => {
      const frame = happens("frame", 70);
      spi();
      clock.cancel(frame);
    });
    clock.runFor(1000 * US);
    expect(happened).toEqual(["turn"]);
  });
});
