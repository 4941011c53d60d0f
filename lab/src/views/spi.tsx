/** What the board says to its chip: a line for each period of chip select, and what it costs. */
import { useState } from "preact/hooks";
import { bytesText } from "../../../host-sim/decode/spi_tap";
import { useFiltered } from "../filtered";
import { duration, grouped, seconds } from "../format";
import type { Lab } from "../lab";
import type { Line } from "../row_list";
import { Rows } from "../rows";
import { countBefore } from "../store";
import { bytesOf, type SpiRow } from "../store_rows";

/** Transactions that the figures are of. */
const RECENT = 400;

export function Spi({ lab }: { lab: Lab }) {
  const { store, shownBoard: board } = lab;
  const [selected, setSelected] = useState<SpiRow | undefined>();
  const several = store.boardNames.length > 1;
  const rows = useFiltered(lab, store.spi, several ? board : "", ({ record }) => record.board === board);
  const count = store.seen(rows);
  return (
    <div class="split has-detail">
      <section class="list" aria-label="SPI">
        <div class="bar">
          <span class="count">{grouped(count)} transactions</span>
        </div>
        <Rows
          count={count}
          label="Transactions"
          follow={store.live}
          line={(i) => lineOf(rows[i], rows[i] === selected)}
          choose={(i) => setSelected(rows[i] === selected ? undefined : rows[i])}
        />
      </section>
      <section class="detail" aria-label="What it costs">
        <div class="bar">
          <strong>What it costs</strong>
        </div>
        <div class="scroll">
          {selected && <Wires row={selected} />}
          <Costs rows={rows.slice(Math.max(0, count - RECENT), count)} lab={lab} />
        </div>
      </section>
    </div>
  );
}

function lineOf({ text, record }: SpiRow, isChosen: boolean): Line {
  const cells = [
    { kind: "t", text: seconds(record.t) },
    { kind: "op", text: text.slice(0, 4) },
    { kind: "line", text: text.slice(4) },
    { kind: "n", text: `${record.length} B` },
    { kind: "n", text: duration(record.ns) },
  ];
  return { kind: "spi", isChosen, cells };
}

function Wires({ row }: { row: SpiRow }) {
  return (
    <div class="wires">
      <h3>{row.text}</h3>
      <dl>
        <dt>MOSI</dt>
        <dd>{bytesText(bytesOf(row.record.mosi), 64)}</dd>
        <dt>MISO</dt>
        <dd>{bytesText(bytesOf(row.record.miso), 64)}</dd>
      </dl>
    </div>
  );
}

/** Totals of the last ones, by what they touch. */
function Costs({ rows, lab }: { rows: SpiRow[]; lab: Lab }) {
  if (!rows.length) return <p class="empty">The bus is silent.</p>;
  const by = new Map<string, { n: number; bytes: number; ns: number }>();
  for (const { text, record } of rows) {
    const name = /^(RBM|WBM)/.test(text) ? text.slice(0, 3) : text.split(/ +/).slice(0, 2).join(" ");
    const sum = by.get(name) ?? { n: 0, bytes: 0, ns: 0 };
    by.set(name, { n: sum.n + 1, bytes: sum.bytes + record.length, ns: sum.ns + record.ns });
  }
  const busy = rows.reduce((sum, { record }) => sum + record.ns, 0);
  const span = Math.max(1, lab.store.now - rows[0].record.t);
  const packets = countBefore(lab.store.packets, lab.store.cursor) - countBefore(lab.store.packets, rows[0].at);
  const sorted = [...by].sort(([, a], [, b]) => b.ns - a.ns).slice(0, 20);
  const most = sorted[0][1].ns;
  return (
    <>
      <p class="figures">
        The last {rows.length} took <b>{duration(busy)}</b> of the bus in {duration(span)},{" "}
        {((100 * busy) / span).toFixed(1)} %;{" "}
        {packets > 0 && (
          <>
            <b>{(rows.length / packets).toFixed(1)}</b> transactions for each of {packets} packets
          </>
        )}
      </p>
      <table class="bars">
        <tbody>
          {sorted.map(([name, { n, bytes, ns }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="n">{n}×</td>
              <td class="n">{grouped(bytes)} B</td>
              <td class="bar-cell">
                <i style={{ width: `${(100 * ns) / most}%` }} />
              </td>
              <td class="n">{duration(ns)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
