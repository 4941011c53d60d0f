/** The packets: a line each, marked by what became of it; the chosen one field by field, with its bytes. */
import { useState } from "preact/hooks";
import { useFiltered } from "../filtered";
import { seconds } from "../format";
import type { Lab } from "../lab";
import type { Line } from "../row_list";
import { Rows } from "../rows";
import { countBefore } from "../store";
import type { PacketRow } from "../store_rows";
import { PacketDetail } from "./packet_detail";

function passes(filter: string): (row: PacketRow) => boolean {
  const words = filter.toLowerCase().split(/\s+/);
  return ({ proto, record, line }) => {
    const text = `${proto} ${record.from} ${line}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/** Where a packet is in the list, by its number; -1: nowhere. */
function placeOf(rows: PacketRow[], id: number | undefined): number {
  if (id === undefined) return -1;
  const at = countBefore(rows, id, ({ record }) => record.id);
  return rows[at]?.record.id === id ? at : -1;
}

export function Packets({ lab }: { lab: Lab }) {
  const [filter, setFilter] = useState("");
  const { store } = lab;
  const rows = useFiltered(lab, store.packets, filter.trim(), passes(filter.trim()));
  const count = store.seen(rows);
  const selected = placeOf(rows, lab.selected);
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
          line={(i) => lineOf(lab, rows[i], i === selected)}
          choose={(i) => lab.change(() => (lab.selected = i === selected ? undefined : rows[i]?.record.id))}
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

function lineOf(lab: Lab, row: PacketRow, isChosen: boolean): Line {
  const { record, proto, line } = row;
  const { text, kind } = verdict(lab, row);
  const isOut = record.from === lab.shownBoard;
  const cells = [
    { kind: "t", text: seconds(record.t) },
    { kind: isOut ? "way out" : "way", text: isOut ? "→" : "←", title: `from ${record.from}` },
    { kind: `proto p-${proto.toLowerCase()}`, text: proto },
    { kind: "line", text: line.replace(/^IP /, "") },
    { kind: `fate ${kind}`, text, title: text },
  ];
  return { kind: "packet", isChosen, cells };
}
