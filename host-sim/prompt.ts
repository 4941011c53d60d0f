/**
 * The console of the board on a terminal: Espruino's prompt, with line editing and a history. What is typed runs on the board,
 * in a turn of its own, and its value is shown behind "=". Lines that begin with a dot are for the world around the board.
 *
 * Ctrl-C gives up the line, or stops what the line has set going, at once or later (stall.ts); twice on an empty line it ends,
 * as Ctrl-D does.
 */
import { clearLine, createInterface, cursorTo, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { Script } from "node:vm";

const PROMPT = ">";
/** For the further lines of what is not complete. */
const MORE = ":";

/** What the prompt has of the simulation. */
export interface PromptHost {
  /** Runs a program's text on the board; answers what is to be shown, when it has run. */
  evaluate(source: string): Promise<string>;
  /** Names that begin so: of variables, or of fields behind a dot. */
  complete(start: string): string[];
  /** What `.name argument` does; answers what is to be shown. */
  command(name: string, argument: string): string;
  end(): void;
}

export class Prompt {
  private readonly reader: Interface;
  private readonly isTerminal: boolean;
  private pending = "";
  private warned = false;
  private closed = false;
  /** Lines are run one after the other. */
  private busy: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: PromptHost,
    private readonly input: Readable & { setRawMode?(on: boolean): void },
    private readonly output: Writable & { isTTY?: boolean },
  ) {
    this.isTerminal = Boolean(output.isTTY);
    const completer = (line: string): [string[], string] => {
      const [start] = /[\w$.]*$/.exec(line) ?? [""];
      return [host.complete(start), start];
    };
    this.reader = createInterface({ input, output, prompt: PROMPT, completer, terminal: this.isTerminal });
    this.reader.on("line", (line) => {
      this.busy = this.busy.then(() => this.enter(line));
    });
    this.reader.on("SIGINT", () => this.interrupt());
    this.reader.on("close", () => this.busy.then(() => this.closed || host.end()));
    this.reader.prompt();
  }

  /** Prints a line above the one that is being typed. */
  print(text: string): void {
    if (this.isTerminal) {
      cursorTo(this.output, 0);
      clearLine(this.output, 0);
    }
    this.output.write(`${text}\n`);
    if (this.isTerminal && !this.closed) this.reader.prompt(true);
  }

  close(): void {
    this.closed = true;
    this.reader.close();
  }

  private async enter(line: string): Promise<void> {
    this.warned = false;
    const source = this.pending + line;
    const [, command, argument] = this.pending ? [] : (/^\s*\.(\w+)\s*(.*)$/.exec(line) ?? []);
    if (command) this.show(this.host.command(command, argument.trim()));
    else if (isUnfinished(source)) {
      this.pending = `${source}\n`;
      this.reader.setPrompt(MORE);
    } else await this.run(source);
    if (!this.closed) this.reader.prompt();
  }

  private async run(source: string): Promise<void> {
    this.clear();
    if (!source.trim()) return;
    this.input.setRawMode?.(false); // so that Ctrl-C is a signal, and stops what is running
    const text = await this.host.evaluate(source);
    if (!this.closed) this.input.setRawMode?.(true);
    this.show(text);
  }

  private show(text: string): void {
    if (text) this.output.write(`${text}\n`);
  }

  private clear(): void {
    this.pending = "";
    this.reader.setPrompt(PROMPT);
  }

  /** Ctrl-C. */
  interrupt(): void {
    const isEmpty = !this.reader.line && !this.pending;
    if (isEmpty && this.warned) {
      this.reader.close();
      return;
    }
    this.warned = isEmpty;
    this.clear();
    if (this.isTerminal) this.reader.write(null, { ctrl: true, name: "u" });
    this.output.write(isEmpty ? "\nPress Ctrl-C again to exit\n" : "\n");
    this.reader.prompt();
  }
}

/** Whether brackets, comments or a string of several lines are still open. */
function isUnfinished(source: string): boolean {
  try {
    new Script(source);
    return false;
  } catch (error) {
    return (
      /Unexpected end of input|Unterminated template|missing \) after argument list/.test(String(error)) &&
      !isWhole(source)
    );
  }
}

/** `f(1` is not complete, `f(1 2)` is wrong. */
function isWhole(source: string): boolean {
  const open = source.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/.*/g, "").match(/[()[\]{}`]/g) ?? [];
  const depth = open.reduce((sum, mark) => sum + ("([{".includes(mark) ? 1 : ")]}".includes(mark) ? -1 : 0), 0);
  return depth <= 0 && open.filter((mark) => mark === "`").length % 2 === 0;
}
