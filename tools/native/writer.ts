/**
 * C text whose lines are those of the TypeScript that it comes from, so that a debugger shows that, and a reader finds his
 * way: what is on one line there is on one line here; gaps are kept; `#line` says where to go on.
 */

/** A gap of so many lines is left open; a longer one is jumped over. */
const GAP = 6;

export class Writer {
  private readonly lines: string[] = [];
  /** source line of the next line of text; 0: not known */
  private next = 0;
  private depth = 0;

  /** `file` is the name that #line tells. */
  constructor(private readonly file: string) {}

  /** Puts text that comes from a line of the source; behind what has come from the same line, on the same line. */
  put(text: string, line: number): void {
    if (this.next && line === this.next - 1) this.lines[this.lines.length - 1] += ` ${text}`;
    else {
      this.moveTo(line);
      this.lines.push(`${"  ".repeat(this.depth)}${text}`);
      this.next = line + 1;
    }
  }

  /** Puts text as it stands in the source, from that line on. */
  copy(text: string, line: number): void {
    const rows = text.split("\n");
    this.moveTo(line);
    this.lines.push(...rows.map((row, i) => (i ? row : `${"  ".repeat(this.depth)}${row}`)));
    this.next = line + rows.length;
  }

  indent(by: 1 | -1): void {
    this.depth += by;
  }

  private moveTo(line: number): void {
    const gap = line - this.next;
    if (this.next && gap >= 0 && gap <= GAP) for (let i = 0; i < gap; i++) this.lines.push("");
    else this.lines.push(`#line ${line} "${this.file}"`);
  }

  get text(): string {
    return this.lines.join("\n");
  }
}
