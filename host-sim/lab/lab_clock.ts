/**
 * The wall clock of a simulation that can be slowed down and stopped: real time sees it in place of the host's.
 */

function monotonic(): number {
  return Number(process.hrtime.bigint());
}

export class LabClock {
  private at = 0;
  private since = monotonic();
  private factor = 1;
  private isPaused = false;

  /** ns */
  now(): number {
    return this.at + (monotonic() - this.since) * (this.isPaused ? 0 : this.factor);
  }

  /** Times as fast as the wall clock; 1 at first. */
  get speed(): number {
    return this.factor;
  }

  set speed(factor: number) {
    this.settle();
    this.factor = Math.min(1, Math.max(0.001, factor));
  }

  get paused(): boolean {
    return this.isPaused;
  }

  set paused(isPaused: boolean) {
    this.settle();
    this.isPaused = isPaused;
  }

  /** Moves on by `ns`, negative never: a step was made. */
  skip(ns: number): void {
    this.settle();
    this.at += Math.max(0, ns);
  }

  private settle(): void {
    this.at = this.now();
    this.since = monotonic();
  }
}
