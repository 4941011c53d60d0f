/**
 * Ctrl-C while a program runs and runs: this process is busy with it, and hears neither its signals nor the keys.
 *
 * So whoever is in a loop has to look (espruino/loops.ts). At the prompt, where the terminal is raw, Ctrl-C is a key, which is
 * then read here, and interrupts the loop as it does on a board. Elsewhere it is a signal, which is left to the system: it ends
 * the process.
 */
import { closeSync, constants, openSync, readSync } from "node:fs";
import type { ReadStream } from "node:tty";

/** How long a program may keep the host waiting before it is looked after, and how often then, ms. */
const PATIENCE = 200;
const PERIOD = 50;
/** Rounds of loops between two looks at the clock; a power of two. */
const ROUNDS = 16;
const CTRL_C = 3;

export class Stall {
  private rounds = 0;
  /** When to look; undefined: the host has had its turn since the last round. */
  private due: number | undefined;

  /** `typed` gives what was typed meanwhile; `later` has what of it is for others, when they can take it. */
  constructor(
    private readonly terminal: Pick<ReadStream, "isRaw">,
    private readonly typed: () => Uint8Array = readTerminal,
    private readonly later: (keys: Uint8Array) => void = (keys) => process.stdin.unshift(keys),
  ) {}

  /** To be called in each round of a loop. True: Ctrl-C was pressed. */
  isInterrupted(): boolean {
    if (++this.rounds & (ROUNDS - 1)) return false;
    const now = performance.now();
    if (this.due === undefined) this.begin(now);
    if (now < (this.due as number)) return false;
    this.due = now + PERIOD;
    if (this.terminal.isRaw) return this.isPressed();
    leaveSignals();
    return false;
  }

  private begin(now: number): void {
    this.due = now + PATIENCE;
    setImmediate(() => {
      this.due = undefined;
    });
  }

  private isPressed(): boolean {
    const keys = this.typed();
    const end = keys.indexOf(CTRL_C);
    const others = keys.subarray(end + 1);
    if (others.length) setImmediate(() => this.later(others));
    return end >= 0;
  }
}

/** Until the host has its turn. */
function leaveSignals(): void {
  const listeners = process.listeners("SIGINT");
  if (!listeners.length) return;
  process.removeAllListeners("SIGINT");
  setImmediate(() => {
    for (const listener of listeners) process.on("SIGINT", listener);
  });
}

/** What has been typed and nobody has read; nothing where there is no such file. */
function readTerminal(): Uint8Array {
  const keys = new Uint8Array(256);
  let fd: number | undefined;
  try {
    fd = openSync("/dev/tty", constants.O_RDONLY | constants.O_NONBLOCK);
    return keys.subarray(0, readSync(fd, keys));
  } catch {
    return new Uint8Array(0);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
