/** The packets: a line each, marked by what became of it; the chosen one field by field, with its bytes. */
import { useMemo, useRef, useState } from "preact/hooks";
import { seconds } from "../format";
import type { Lab } from "../lab";
import { Rows } from "../rows";
import type { PacketRow } from "../store";
import { PacketDetail } from "./packet_detail";

/** What passes the filter; extended as packets come. */
function useFiltered(lab: Lab, filter: string): PacketRow[] {
  const kept = useRef({
    store: lab.store,
    filter: "",
    looked: 0,
    rows: [] as PacketRow[],
    first: undefined as unknown,
  });
  const { store } = lab;
  const all = store.packets;
  let mine = kept.current;
  if (mine.store !== store || mine.filter !== filter || mine.first !== all[0])
    mine = kept.current = { store, filter, looked: 0, rows: [], first: all[0] };
  if (!filter) return all;
  const words = filter.toLowerCase().split(/\s+/);
  for (; mine.looked < all.length; mine.looked++) {
    const row = all[mine.looked];
    const text = `${row.proto} ${row.record.from} ${row.line}`.toLowerCase();
    if (words.every((word) => text.includes(word))) mine.rows.push(row);
  }
  return mine.rows;
}

export function Packets({ lab }: { lab: Lab }) {
  const [filter, setFilter] = useState("");
  const { store } = lab;
  const rows = useFiltered(lab, filter);
  const count = store.seen(rows);
  const selected = useMemo(
    () => (lab.selected === undefined ? -1 : rows.findIndex(({ record }) => record.id === lab.selected)),
    [rows, lab.selected, count],
  );
  const choose = (i: number) => {
    const row = rows[Math.max(0, Math.min(count - 1, i))];
    if (row) lab.change(() => (lab.selected = row.record.id));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: { [key: string]: number } = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    choose(selected < 0 ? count - 1 : selected + move);
  };
  const chosen = selected >= 0 && selected < count ? rows[selected] : undefined;
  return (
    <div class={chosen ? "split has-detail" : "split"}>
      <section class="list" aria-label="Packets">
        <div class="bar">
          <input
            type="search"
            placeholder="Filter: tcp 10.0.2.2"
            aria-label="Filter"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
          <span class="count">
            {count} {count === 1 ? "packet" : "packets"}
          </span>
        </div>
        <Rows
          count={count}
          label="Packets"
          follow={store.live}
          selected={selected}
          onKeyDown={onKeyDown}
          row={(i) => rows[i] && <Line lab={lab} row={rows[i]} isChosen={i === selected} />}
        />
        {!count && <p class="empty">Nothing has passed yet. The bench has traffic: a ping, a page, a stream.</p>}
      </section>
      {chosen && <PacketDetail lab={lab} row={chosen} />}
    </div>
  );
}

/** The last that is known of a packet by now, the worst first. */
export function verdict(lab: Lab, row: PacketRow): { text: string; kind: string } {
  const fates = row.fates.slice(0, lab.store.seen(row.fates)).map(({ record }) => record);
  const bad = fates.find((fate) => fate.bad);
  const told =
    bad ?? fates.findLast(({ where }) => where === "stack") ?? fates.findLast(({ where }) => where === "sent");
  const fate = told ?? fates.at(-1);
  if (!fate) return { text: "", kind: "none" };
  return { text: fate.what, kind: fate.bad ? "bad" : fate.where === "cable" ? "odd" : "good" };
}

function Line({ lab, row, isChosen }: { lab: Lab; row: PacketRow; isChosen: boolean }) {
  const { record, proto, line } = row;
  const { text, kind } = verdict(lab, row);
  const isOut = record.from === lab.shownBoard;
  return (
    <button
      type="button"
      role="option"
      tabIndex={-1}
      class={isChosen ? "row packet chosen" : "row packet"}
      aria-selected={isChosen}
      onClick={() => lab.change(() => (lab.selected = isChosen ? undefined : record.id))}
    >
      <span class="t">{seconds(record.t)}</span>
      <span class={isOut ? "way out" : "way"} title={`from ${record.from}`}>
        {isOut ? "→" : "←"}
      </span>
      <span class={`proto p-${proto.toLowerCase()}`}>{proto}</span>
      <span class="line">{line.replace(/^IP /, "")}</span>
      <span class={`fate ${kind}`} title={text}>
        {text}
      </span>
    </button>
  );
}
