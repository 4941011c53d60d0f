/**
 * Time as the program of a board sees it when two boards are to be compared: it stands still in a turn, however long the turn's SPI
 * takes, and turns begin at multiples of `half` only. A timer comes with the next of these times (one that is shorter than a millisecond
 * belongs to the turn that has set it), what comes from outside with every other of them, after the timers. In between the chip does
 * whatever it has to do: so what a board does when does not depend on how its core talks to the chip.
 */
import { type ClockEvent, MS, US, VirtualClock } from "../../../host-sim/clock";
import type { Machine } from "../../../host-sim/machine";

type Pending = { -readonly [K in keyof ClockEvent]: ClockEvent[K] };

/** ns: less than the shortest frame is on the wire, more than a chip takes for what a driver waits for by SPI. */
const AT_ONCE = 50 * US;

/**
 * The time of chips and cables. What takes them longer than a moment has not happened before the turn is over: of two frames that a
 * turn says the first has not left when the second has been written, however many microseconds that took.
 */
export class HardwareClock extends VirtualClock {
  /** turns that are still to run before anything else happens */
  private toRun = 0;
  private readonly held: (() => void)[] = [];

  override at(time: number, run: () => void): ClockEvent {
    if (time - this.now() < AT_ONCE) return super.at(time, run);
    const event: Pending = { time, run };
    const happens = () => {
      if (this.toRun) this.held.push(happens);
      else event.run?.();
    };
    super.at(time, happens);
    return event;
  }

  override defer(turn: () => void): void {
    this.toRun++;
    super.defer(() => {
      turn();
      if (!--this.toRun) for (const happens of this.held.splice(0)) happens();
    });
  }
}

export class TurnClock extends VirtualClock {
  /** ns: when the turn at hand began, or the last one */
  private turn = 0;

  /** `half`: ns, longer than a chip has to do with what one turn asks of it. */
  constructor(
    private readonly real: HardwareClock,
    private readonly half: number,
  ) {
    super();
  }

  override get hardware(): VirtualClock {
    return this.real;
  }

  override now(): number {
    return this.turn;
  }

  override advance(ns: number): void {
    this.real.advance(ns);
  }

  override defer(turn: () => void): void {
    this.real.defer(turn);
  }

  /** A timer. */
  override at(time: number, run: () => void): ClockEvent {
    if (time - this.turn >= MS) return this.begins(upTo(time, this.half), run);
    const event: Pending = { time: this.turn, run };
    this.defer(() => event.run?.());
    return event;
  }

  /** What happens at the pins of the machine's board is heard at the time for it. */
  listens({ board: { loop } }: Machine): void {
    const pinEvent = loop.pinEvent.bind(loop);
    loop.pinEvent = (work) => {
      const time = upTo(this.real.now(), 2 * this.half);
      this.real.at(time, () => void this.begins(time, () => pinEvent(work))); // made now, it is the last of that time
    };
  }

  /** Lets time pass, until something from outside may be heard. */
  wait(ns: number): void {
    this.real.runFor(upTo(this.real.now() + ns, 2 * this.half) - this.real.now());
    this.turn = this.real.now();
  }

  private begins(time: number, run: () => void): ClockEvent {
    const event: Pending = { time, run };
    this.real.at(time, () => {
      this.turn = Math.max(this.turn, time);
      event.run?.();
    });
    return event;
  }
}

function upTo(time: number, multiple: number): number {
  return Math.ceil(time / multiple) * multiple;
}
