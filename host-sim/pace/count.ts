/**
 * Counts what an interpreter that reads text would have to do: a program's text with calls in it that tell, wherever control
 * comes by, how many tokens are interpreted from there on and how many characters are read over.
 *
 * A stretch of text is whatever runs whole: a function's body, a branch, a loop's body or head, what stands behind && or || or ?.
 * Whoever comes into a stretch pays for its tokens, and for reading over the stretches within that may be left out.
 */
import { type AnyNode, type Node, parse, type Token, tokenizer } from "acorn";

/** The name by which the text calls: `name(tokens, skipped)`. */
export const COUNTER = "$pace$";

const OPTIONS = { ecmaVersion: "latest", sourceType: "script", allowReturnOutsideFunction: true } as const;

interface Stretch {
  node: Node;
  inner: Stretch[];
  isExpression: boolean;
}

interface Edit {
  at: number;
  text: string;
  /** Of those at one place, what closes comes first. */
  order: number;
}

/** Texts are counted once: drawers of a bundle are evaluated again and again. */
const done = new Map<string, string>();
const MAX_DONE = 1000;

/** `source`, counted; as it is when it cannot be parsed, for then it does not run either. */
export function counted(source: string): string {
  let text = done.get(source);
  if (text === undefined) {
    if (done.size >= MAX_DONE) done.clear();
    text = withCalls(source);
    done.set(source, text);
  }
  return text;
}

function withCalls(source: string): string {
  let program: Node;
  try {
    program = parse(source, OPTIONS);
  } catch {
    return source;
  }
  const root: Stretch = { node: program, inner: [], isExpression: false };
  collect(program as AnyNode, root);
  const starts = tokenStarts(source);
  const edits: Edit[] = [];
  mark(root, starts, edits);
  return applied(source, edits);
}

function tokenStarts(source: string): number[] {
  const tokens: Token[] = [...tokenizer(source, OPTIONS)];
  return tokens.map(({ start }) => start);
}

/** Finds the stretches below `node`. */
function collect(node: AnyNode, stretch: Stretch): void {
  for (const [key, value] of Object.entries(node))
    for (const child of (Array.isArray(value) ? value : [value]) as (AnyNode | null)[]) {
      if (!child || typeof child.type !== "string") continue;
      const kind = kindOf(node, key, child);
      if (!kind) collect(child, stretch);
      else {
        const inner: Stretch = { node: child, inner: [], isExpression: kind === "expression" };
        stretch.inner.push(inner);
        collect(child, inner);
      }
    }
}

/** Whether a part of a node is a stretch of its own. */
function kindOf(node: AnyNode, key: string, child: AnyNode): "statement" | "expression" | undefined {
  const isBody = key === "body" && /^(Function|ArrowFunction|For|While|DoWhile)/.test(node.type);
  if (isBody) return child.type === "BlockStatement" || /Statement$/.test(child.type) ? "statement" : "expression";
  if (node.type === "IfStatement" && (key === "consequent" || key === "alternate")) return "statement";
  if (node.type === "ConditionalExpression" && key !== "test") return "expression";
  if (node.type === "LogicalExpression" && key === "right") return "expression";
  if (/^(For|While)Statement$/.test(node.type) && (key === "test" || key === "update")) return "expression";
  return undefined;
}

function mark(stretch: Stretch, starts: readonly number[], edits: Edit[]): void {
  const { node, inner, isExpression } = stretch;
  const tokens = count(starts, node) - inner.reduce((sum, { node }) => sum + count(starts, node), 0);
  const skipped = inner.reduce((sum, { node }) => sum + node.end - node.start, 0);
  const call = `${COUNTER}(${tokens},${skipped})`;
  const isBlock = node.type === "BlockStatement";
  if (isExpression) edits.push({ at: node.start, text: `(${call},`, order: 1 }, { at: node.end, text: ")", order: 0 });
  else if (isBlock || node.type === "Program")
    edits.push({ at: node.start + (isBlock ? 1 : 0), text: `${call};`, order: 1 });
  else edits.push({ at: node.start, text: `{${call};`, order: 1 }, { at: node.end, text: "}", order: 0 });
  for (const each of inner) mark(each, starts, edits);
}

/** Tokens within a node. */
function count(starts: readonly number[], { start, end }: Node): number {
  return lowerBound(starts, end) - lowerBound(starts, start);
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Those at one place as they were made: outer ones open first, and close last. */
function applied(source: string, edits: Edit[]): string {
  const sorted = edits
    .map((edit, i) => ({ ...edit, rank: edit.order ? i : -i }))
    .sort((a, b) => a.at - b.at || a.order - b.order || a.rank - b.rank);
  let text = "";
  let at = 0;
  for (const edit of sorted) {
    text += source.slice(at, edit.at) + edit.text;
    at = edit.at;
  }
  return text + source.slice(at);
}
