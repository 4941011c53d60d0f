/**
 * E.pipe, and the `pipe` of everything that can be read. They run in the idle loop after the timers and before the network
 * (realm/pipe.js).
 *
 * A board with a pipe spins in its loop; here a round that moved something is followed by another in 1 ms, and else by one
 * in 10 ms.
 */
import { MS, type VirtualClock } from "../clock";
import type { IdleLoop } from "./idle_loop";
import type { Streams } from "./network/stream";
import type { Realm } from "./realm";

const BUSY_ROUND = MS;
const IDLE_ROUND = 10 * MS;

interface RealmPipes {
  start(source: unknown, destination: unknown, options: unknown): void;
  count(): number;
  round(): boolean;
}

export class Pipes {
  private readonly pipes: RealmPipes;
  private waking = false;

  constructor(
    realm: Realm,
    private readonly loop: IdleLoop,
    private readonly clock: VirtualClock,
    streams: Streams,
    report: (error: unknown) => void,
  ) {
    this.pipes = realm.script<(host: object) => RealmPipes>("pipe")({
      rest: (source: object) => streams.read(source as never, 0),
      wake: () => loop.wake(),
      report,
    });
    loop.runPipes = () => this.round();
  }

  start(source: unknown, destination: unknown, options?: unknown): void {
    this.pipes.start(source, destination, options);
  }

  private round(): void {
    if (!this.pipes.count()) return;
    const busy = this.pipes.round();
    if (this.waking || !this.pipes.count()) return;
    this.waking = true;
    this.clock.after(busy ? BUSY_ROUND : IDLE_ROUND, () => {
      this.waking = false;
      this.loop.wake();
    });
  }
}
