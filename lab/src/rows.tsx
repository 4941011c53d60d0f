/**
 * A list of any length of which only the rows in sight exist. All rows are equally high. They have no keys: what moves on is the text
 * in them, which costs the browser a tenth of making them anew.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const ROW = 26;
const MORE = 3;

interface Props {
  count: number;
  label: string;
  /** the row that is to be in sight */
  selected?: number | undefined;
  /** keep the end in sight while it is there */
  follow: boolean;
  row: (i: number) => ComponentChildren;
  onKeyDown?: (event: KeyboardEvent) => void;
}

export function Rows({ count, label, selected, follow, row, onKeyDown }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && follow && atEnd.current) element.scrollTop = count * ROW;
  }, [count, follow]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || selected === undefined || selected < 0) return;
    const at = selected * ROW;
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + ROW > element.scrollTop + element.clientHeight) element.scrollTop = at + ROW - element.clientHeight;
  }, [selected]);
  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - ROW;
    setTop(element.scrollTop);
  };
  const atTop = follow && atEnd.current ? Math.max(0, count * ROW - height) : top; // where it is about to be
  const first = Math.max(0, Math.min(count - 1, Math.floor(atTop / ROW)) - MORE);
  const last = Math.min(count, first + Math.ceil(height / ROW) + 2 * MORE);
  return (
    <div
      class="rows"
      ref={box}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      onScroll={scrolled}
      onKeyDown={onKeyDown}
    >
      <div style={{ height: `${count * ROW}px` }}>
        <div style={{ transform: `translateY(${first * ROW}px)` }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => row(first + i))}
        </div>
      </div>
    </div>
  );
}
