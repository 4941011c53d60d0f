/**
 * What a chip's model has noted of rules that its driver has broken; each chip has rules of its own.
 */

/** A rule of the data sheet that the program has broken. */
export interface Violation<Rule extends string = string> {
  /** ns of virtual time */
  readonly time: number;
  readonly rule: Rule;
  readonly text: string;
}

/** A driver that breaks a rule with every frame must not fill the memory of the host. */
const LONGEST_LIST = 1000;

export class ViolationLog<Rule extends string> {
  readonly list: Violation<Rule>[] = [];
  /** All of them, also those beyond the length of the list. */
  total = 0;

  /** `rules`: their texts. */
  constructor(
    private readonly rules: Readonly<Record<Rule, string>>,
    private readonly recording: boolean,
  ) {}

  note(time: number, rule: Rule, detail: string): void {
    if (!this.recording) return;
    this.total++;
    if (this.list.length >= LONGEST_LIST) return;
    const text = this.rules[rule];
    this.list.push({ time, rule, text: detail ? `${detail}: ${text}` : text });
  }
}
