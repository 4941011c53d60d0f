/**
 * Somebody at a terminal: a connection to the board, as a process, what is typed into it, and what comes out.
 */
import type { ChildProcess } from "node:child_process";

const POLL_MS = 20;

export class Caller {
  /** all that has come, a char a byte */
  heard = "";
  /** the connection is over */
  ended = false;

  constructor(private readonly process: ChildProcess) {
    process.stdout?.on("data", (data) => (this.heard += data.toString("latin1")));
    process.stdin?.on("error", () => {}); // the connection is over, which is told below
    process.on("close", () => (this.ended = true));
  }

  say(text: string): void {
    this.process.stdin?.write(text, "latin1");
  }

  /** Waits until `what` has been heard since the last time; gives all that was heard meanwhile. */
  async hears(what: string, ms = 20000): Promise<string> {
    await this.until(() => this.heard.includes(what), ms, what);
    const end = this.heard.indexOf(what) + what.length;
    const all = this.heard.slice(0, end);
    this.heard = this.heard.slice(end);
    return all;
  }

  /** Waits until the board has ended the connection. */
  async goes(ms = 20000): Promise<void> {
    await this.until(() => this.ended, ms, "the end");
  }

  /** Ends the connection, as a terminal does whose user goes away. */
  hangUp(): void {
    this.process.kill();
  }

  private async until(holds: () => boolean, ms: number, what: string): Promise<void> {
    for (const late = Date.now() + ms; !holds(); await new Promise((resolve) => setTimeout(resolve, POLL_MS)))
      if (Date.now() > late) throw new Error(`waited in vain for ${what}: ${JSON.stringify(this.heard)}`);
  }
}
