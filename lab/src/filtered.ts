/**
 * Of a store's list the rows that pass a filter, found as they come. What a frame has no time for comes in the next.
 */
import { useRef } from "preact/hooks";
import type { Lab } from "./lab";
import { countBefore } from "./store";

/** ms of a frame for looking. */
const BUDGET = 4;
/** Rows between two looks at the clock. */
const PIECE = 50;

type Numbered = { at: number };

export class Filtered<R extends Numbered> {
  readonly rows: R[] = [];
  /** the number of the first record that has not been looked at */
  private next = 0;

  constructor(private readonly passes: (row: R) => boolean) {}

  /** Looks at what is new in `list`, for `ms` at most; answers whether that is all. */
  update(list: readonly R[], ms = BUDGET): boolean {
    if (list.length) this.rows.splice(0, countBefore(this.rows, list[0].at));
    const end = performance.now() + ms;
    let i = countBefore(list, this.next);
    for (; i < list.length && (i % PIECE || performance.now() < end); i++)
      if (this.passes(list[i])) this.rows.push(list[i]);
    this.next = list[i]?.at ?? (list.at(-1)?.at ?? -1) + 1;
    return i === list.length;
  }
}

/** `key`: which filter it is; "": none, everything passes. */
export function useFiltered<R extends Numbered>(lab: Lab, list: R[], key: string, passes: (row: R) => boolean): R[] {
  const kept = useRef<{ store: Lab["store"]; key: string; filtered: Filtered<R> } | undefined>(undefined);
  const { store } = lab;
  if (!key) return list;
  if (kept.current?.store !== store || kept.current.key !== key)
    kept.current = { store, key, filtered: new Filtered(passes) };
  const { filtered } = kept.current;
  if (!filtered.update(list)) requestAnimationFrame(() => lab.change(() => {}));
  return filtered.rows;
}
