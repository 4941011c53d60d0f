/**
 * LoopbackA and LoopbackB, the pair of serial devices that are each other's cable, and the console that LoopbackA can be
 * given: what a program writes to LoopbackB is then typed at the prompt, and what the board prints comes out of it.
 *
 * The console takes a line at a time and shows its value ("=3"), as a board's does in its plainest form: it echoes what
 * is typed, knows backspace, and prompts with ">". No history, no editing within a line.
 */
import { shown, uncaught } from "./console";
import type { IdleLoop } from "./idle_loop";
import type { Realm } from "./realm";

type Listener = (data: string) => void;

const PROMPT = ">";
const BACKSPACE = /[\b\x7f]/;

export class Loopback {
  private listeners: Listener[] = [];
  private hasConsole = false;
  private line = "";

  constructor(
    private readonly realm: Realm,
    private readonly loop: IdleLoop,
  ) {}

  /** What programs see. */
  globals(): Record<string, unknown> {
    return {
      LoopbackA: this.realm.object({ setConsole: () => this.takeConsole() }),
      LoopbackB: this.realm.object({
        on: (_event: string, listener: Listener) => void this.listeners.push(listener),
        removeAllListeners: () => {
          this.listeners = [];
        },
        write: (data: unknown) => this.loop.queue(() => this.type(String(data))),
      }),
    };
  }

  /** The device that has the console, as E.getConsole() tells. */
  get console(): string {
    return this.hasConsole ? "LoopbackA" : "USB";
  }

  /** E.setConsole(): any device but ours takes the console away. */
  setConsole(device: unknown): void {
    this.hasConsole = device === "LoopbackA";
  }

  /** A line that the board prints; false when it is for another console. */
  print(text: string): boolean {
    if (this.hasConsole) this.show(`${text.replaceAll("\n", "\r\n")}\r\n`);
    return this.hasConsole;
  }

  private takeConsole(): void {
    this.hasConsole = true;
    this.line = "";
    this.show(PROMPT);
  }

  private show(text: string): void {
    this.loop.queue(() => {
      for (const listener of [...this.listeners]) this.loop.guarded(() => listener(text));
    });
  }

  private type(keys: string): void {
    if (!this.hasConsole) return;
    for (const key of keys) {
      if (key === "\r" || key === "\n") this.enter();
      else if (BACKSPACE.test(key)) this.line = this.line.slice(0, -1);
      else {
        this.line += key;
        this.show(key);
      }
    }
  }

  private enter(): void {
    const line = this.line;
    this.line = "";
    this.show("\r\n");
    if (line.trim()) this.evaluate(line);
    if (this.hasConsole) this.show(PROMPT);
  }

  private evaluate(line: string): void {
    try {
      this.print(`=${shown(this.realm.evaluate(line, "console"))}`);
    } catch (error) {
      this.print(uncaught(error));
    }
  }
}
