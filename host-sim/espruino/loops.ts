/**
 * Loops that can be interrupted: a program's text with a call in the body of each loop, by which the host hears of every
 * round while the program keeps everything else waiting.
 */
import { type AnyNode, type Node, parse, type Statement } from "acorn";

/** The name by which the text calls. */
export const LOOP = "$loop$";

const LOOPS = ["WhileStatement", "DoWhileStatement", "ForStatement", "ForInStatement", "ForOfStatement"];

/** `source`, with the calls, in the same lines; as it is when it cannot be parsed, for then it does not run either. */
export function watched(source: string): string {
  const edits: { at: number; text: string }[] = [];
  try {
    walk(parse(source, { ecmaVersion: "latest", sourceType: "script", allowReturnOutsideFunction: true }), (body) => {
      const isBlock = body.type === "BlockStatement";
      edits.push({ at: body.start + (isBlock ? 1 : 0), text: isBlock ? `${LOOP}();` : `{${LOOP}();` });
      if (!isBlock) edits.push({ at: body.end, text: "}" });
    });
  } catch {
    return source;
  }
  edits.sort((a, b) => b.at - a.at);
  return edits.reduce((text, { at, text: call }) => text.slice(0, at) + call + text.slice(at), source);
}

/** Calls `found` with the body of each loop, the innermost first. */
function walk(node: Node, found: (body: Statement) => void): void {
  for (const child of Object.values(node).flat())
    if (typeof (child as Node | null)?.type === "string") walk(child as Node, found);
  const loop = node as AnyNode;
  if (LOOPS.includes(loop.type)) found((loop as { body: Statement } & Node).body);
}
