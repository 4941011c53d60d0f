/**
 * A board's console: what the interpreter prints, and expressions evaluated on it while its program runs.
 */
import type { ChildProcess } from "node:child_process";

/** What begins the interpreter's order to a terminal to wipe the line. */
const WIPE = "\x1b";

export class BoardConsole {
  /** Settles when the process has ended. */
  readonly ended: Promise<void>;
  private end: () => void = () => {};
  /** all that was printed */
  output = "";
  private child: ChildProcess | undefined;
  private running = true;
  private asked = 0;
  private readonly waiting = new Set<() => void>();

  /** The interpreter, or a process that passes its console on. `print` takes what it prints, as it comes. */
  constructor(
    child: ChildProcess,
    private readonly print: (text: string) => void = () => {},
  ) {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.plug(child);
  }

  /** The process is about to end, and another will take its place. */
  unplug(): void {
    this.child = undefined;
  }

  /** The board goes on as this process. */
  plug(child: ChildProcess): void {
    this.child = child;
    const hear = (chunk: Buffer) => child === this.child && this.hear(chunk);
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.stdin?.on("error", () => {}); // the process has ended, which is told below
    const end = (why: string) => {
      if (child !== this.child) return;
      this.running = false;
      this.hear(Buffer.from(why));
      this.end();
    };
    child.on("error", (error) => end(`${error.message}\n`));
    child.on("close", () => end(""));
  }

  /** What the program printed in lines that begin with `word`, without it. */
  lines(word: string): string[] {
    const start = `${word} `;
    return this.allLines()
      .filter((line) => line.startsWith(start))
      .map((line) => line.slice(start.length));
  }

  /** All complete lines; the prompt that the interpreter wipes away before it prints is not of them. */
  allLines(): string[] {
    const lines = this.output.split(/\r?\n/).slice(0, -1);
    return lines.map((line) => line.slice(line.lastIndexOf(WIPE) + 1).replace(/^\[J/, ""));
  }

  /** Waits for a line that begins with `word`; gives the rest of the first one. */
  async line(word: string, ms = 60000): Promise<string> {
    await this.until(() => this.lines(word).length > 0, ms, word);
    return this.lines(word)[0];
  }

  type(text: string): void {
    this.child?.stdin?.write(text, "latin1");
  }

  /** The value of an expression on the board. Rejects with what it throws, and when no answer comes. */
  async evaluate<T>(expression: string, ms = 60000): Promise<T> {
    const name = `VALUE${++this.asked}`;
    this.type(`try{print("${name} "+JSON.stringify(${expression}))}catch(e){print("${name} !"+e)}\n`);
    const answer = await this.line(name, ms);
    if (answer.startsWith("!")) throw new Error(`${expression}: ${answer.slice(1)}`);
    return answer === "undefined" ? (undefined as T) : JSON.parse(answer);
  }

  /** Waits until `holds`, which may depend on what is printed. Rejects after `ms`, and when the process ends before. */
  until(holds: () => boolean, ms: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (how: () => void) => {
        clearTimeout(timer);
        this.waiting.delete(look);
        how();
      };
      const fail = (why: string) => done(() => reject(new Error(`${why} "${what}"\n${this.output.slice(-1500)}`)));
      const look = () => {
        if (holds()) done(resolve);
        else if (!this.running) fail("the process ended before");
      };
      const timer = setTimeout(() => fail("waited in vain for"), ms);
      this.waiting.add(look);
      look();
    });
  }

  private hear(chunk: Buffer): void {
    const text = chunk.toString("latin1");
    this.output += text;
    if (text) this.print(text);
    for (const look of [...this.waiting]) look();
  }
}
