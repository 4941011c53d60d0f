/**
 * What the subset does not have: where it is written, and what to write instead.
 */
import type ts from "typescript";

export interface Refusal {
  /** path from the root of the project, with slashes */
  file: string;
  line: number;
  what: string;
  instead: string;
}

/** Where a node begins, as people count lines. */
export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

/** All refusals of a run, in the order of files and lines, each once. */
export class Refusals {
  private readonly found = new Map<string, Refusal>();

  constructor(private readonly nameOf: (file: ts.SourceFile) => string) {}

  add(node: ts.Node, what: string, instead: string): void {
    const refusal = { file: this.nameOf(node.getSourceFile()), line: lineOf(node), what, instead };
    this.found.set(`${refusal.file}:${refusal.line}: ${what}`, refusal);
  }

  get count(): number {
    return this.found.size;
  }

  list(): Refusal[] {
    return [...this.found.values()].sort((a, b) => compare(a.file, b.file) || a.line - b.line);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function refusalText({ file, line, what, instead }: Refusal): string {
  return `${file}:${line}: ${what}: ${instead}`;
}
