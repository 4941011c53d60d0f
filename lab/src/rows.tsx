/** A list of any length in a view (row_list.ts draws it). */
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Line, RowList } from "./row_list";

interface Props {
  count: number;
  label: string;
  /** the row that is to be in sight */
  selected?: number | undefined;
  /** keep the end in sight while it is there */
  follow: boolean;
  line: (i: number) => Line;
  choose: (i: number) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
}

export function Rows({ count, label, selected = -1, follow, line, choose, onKeyDown }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<RowList | undefined>(undefined);
  useLayoutEffect(() => {
    const made = new RowList(box.current as HTMLElement);
    list.current = made;
    return () => made.close();
  }, []);
  useLayoutEffect(() => list.current?.show({ count, selected, follow, line, choose }));
  return <div class="rows" ref={box} role="listbox" aria-label={label} tabIndex={0} onKeyDown={onKeyDown} />;
}
