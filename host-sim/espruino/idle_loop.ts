/**
 * Espruino's idle loop: whatever a program does after its start is called from here, one thing after the other.
 *
 * One round is one turn on the clock and keeps the board's order: pin events, timers, pipes, network, queued events.
 * A round takes what is there when it comes to each of the first four; what they add waits for the next round. Queued events are
 * run until there is none left.
 */
import type { VirtualClock } from "../clock";

/** Pin events that may wait; more are lost, as in Espruino's I/O queue. */
const MAX_PIN_EVENTS = 64;

type Work = () => void;

export class IdleLoop {
  /** Runs the timers that are due. Set by the timers. */
  runTimers: Work = () => {};
  /** Moves what goes through pipes, a piece each. */
  runPipes: Work = () => {};
  /** Comes after each piece of a program's work. */
  afterWork: Work = () => {};
  /** Serves the network's sockets, once a round. */
  runNetwork: Work = () => {};
  /** True after pin events were lost; read and cleared by E.getErrorFlags(). */
  overflowed = false;
  private pinEvents: Work[] = [];
  private queued: Work[] = [];
  private awake = false;
  private stopped = false;

  /** `report` is told what a program's callback throws; the loop goes on. */
  constructor(
    private readonly clock: VirtualClock,
    private readonly report: (error: unknown) => void,
  ) {}

  /** Something happened at a pin: `work` runs first in the next round. */
  pinEvent(work: Work): void {
    if (this.pinEvents.length < MAX_PIN_EVENTS) this.pinEvents.push(work);
    else this.overflowed = true;
    this.wake();
  }

  /** Queues an event of the program's own (`emit`, a settled promise): it runs last in the next round. */
  queue(work: Work): void {
    this.queued.push(work);
    this.wake();
  }

  /** Asks for a round. */
  wake(): void {
    if (this.awake) return;
    this.awake = true;
    this.clock.defer(() => this.round());
  }

  /** Runs `work` as a turn of its own, as if typed at the console. */
  turn(work: Work): void {
    this.clock.defer(() => this.guarded(work));
  }

  /** Runs `work` now; what it throws is reported. For callers that are in a turn already. */
  guarded(work: Work): void {
    if (this.stopped) return;
    try {
      work();
    } catch (error) {
      this.report(error);
    }
    this.afterWork();
  }

  /** Nothing of the program runs any more. */
  stop(): void {
    this.stopped = true;
    this.pinEvents = [];
    this.queued = [];
  }

  private round(): void {
    this.awake = false;
    if (this.stopped) return;
    for (const work of this.pinEvents.splice(0)) this.guarded(work);
    this.runTimers();
    this.runPipes();
    this.runNetwork();
    for (let work = this.queued.shift(); work; work = this.queued.shift()) this.guarded(work);
  }
}
