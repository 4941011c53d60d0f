/**
 * Visitors of the simulator's own services who go without a word: what they hold is given back in minutes, and others are served.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { bundleFor, CHIP } from "../lib/chip";

const SERVICES = readFileSync(join(__dirname, "../../host-sim/apps/services.js"), "latin1");
/** More than the board has descriptors. */
const VISITORS = 40;

describe("The services", () => {
  const clock = new VirtualClock();
  const segment = new Segment(clock);
  const machine = (name: string, ip: string, bundle: string, app?: string) =>
    createMachine({ clock, segment, chip: CHIP, name, ip, bundle, app });
  const peer = (name: string, ip: string) =>
    createMachine({ clock, segment, chip: CHIP, name, ip, core: "javascript", bundle: bundleFor(CHIP, "test") });

  function open(visitor: Machine, port: number): number {
    const { net } = visitor;
    const fd = net.socket(2, 1, 0);
    visitor.call(() => net.connect(fd, { sin_family: 2, sin_addr: net.inet_addr("10.0.0.1"), sin_port: port }));
    clock.runFor(SECOND);
    return fd;
  }

  /** What comes back of a word. */
  function echoed(visitor: Machine): string {
    const fd = open(visitor, 7);
    visitor.call(() => visitor.net.send(fd, "word", 0));
    clock.runFor(2 * SECOND);
    const data = visitor.net.recv(fd, 99, 0);
    visitor.call(() => visitor.net.close(fd));
    return typeof data === "number" ? `error ${data}` : Buffer.from(data as Uint8Array).toString();
  }

  it("serve again three minutes after those have gone who held all there was", () => {
    const board = machine("board", "10.0.0.1/24", bundleFor(CHIP, "tok"), SERVICES);
    const gone = peer("gone", "10.0.0.2/24");
    const other = peer("other", "10.0.0.3/24");
    clock.runFor(3 * SECOND);
    for (let n = 0; n < VISITORS; n++) open(gone, 9);
    gone.stop();
    expect(echoed(other)).not.toBe("word");
    clock.runFor(180 * SECOND);
    expect(echoed(other)).toBe("word");
    expect(board.errors).toEqual([]);
    for (const one of [board, other]) one.stop();
  });
});
