/**
 * The order of evaluation.
 */
import type ts from "typescript";
import type { Compiler } from "./compiler";
import { mustPrecede } from "./effects";
import { exact } from "./expressions";
import { BINDS, isConstant, type Value } from "./value";

/**
 * Operands, evaluated from left to right: where C might do otherwise and it could be told, those further left go into
 * temporaries, in front of what is made of them.
 */
export class Sequence {
  readonly values: Value[];
  private readonly before: string[] = [];

  constructor(
    cx: Compiler,
    nodes: readonly ts.Expression[],
    how: (cx: Compiler, node: ts.Expression, i: number) => Value = exact,
  ) {
    this.values = nodes.map((node, i) => how(cx, node, i));
    let last = nodes.length - 1;
    while (last > 0 && !nodes.slice(0, last).some((node) => mustPrecede(cx, node, nodes[last]))) last--;
    for (let i = 0; i < last; i++) this.save(cx, i);
  }

  private save(cx: Compiler, i: number): void {
    const v = this.values[i];
    if (constantLike(v)) return;
    const temporary = cx.temporary();
    this.before.push(`__auto_type ${temporary} = ${v.c};`);
    this.values[i] = { ...v, c: temporary, binds: BINDS.primary };
  }

  /** Are there any temporaries? */
  get needed(): boolean {
    return this.before.length > 0;
  }

  /** `v`, made of the operands, behind their temporaries. */
  around(v: Value): Value {
    return this.before.length ? { ...v, c: `({ ${this.before.join(" ")} ${v.c}; })`, binds: BINDS.primary } : v;
  }
}

/** Does it mean the same whenever it is evaluated? */
function constantLike(v: Value): boolean {
  return v.type.kind === "refused" || v.type.kind === "null" || isConstant(v);
}
