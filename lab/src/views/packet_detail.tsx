/** A packet field by field, its bytes beside, and its way. */
import { useMemo, useState } from "preact/hooks";
import { layersOf } from "../../../host-sim/decode/fields";
import type { Field } from "../../../host-sim/decode/layer";
import { duration, hexByte, seconds } from "../format";
import type { Lab } from "../lab";
import type { PacketRow } from "../store_rows";

interface Span {
  at: number;
  length: number;
}

export function PacketDetail({ lab, row }: { lab: Lab; row: PacketRow }) {
  const layers = useMemo(() => layersOf(row.bytes), [row]);
  const [span, setSpan] = useState<Span | undefined>();
  const { record } = row;
  return (
    <section class="detail" aria-label="Packet">
      <div class="bar">
        <strong>Packet {record.id}</strong>
        <span class="count">
          {seconds(record.t)} s, {row.bytes.length} bytes, from {record.from}
        </span>
        <button
          type="button"
          class="plain"
          aria-label="Close"
          onClick={() => lab.change(() => (lab.selected = undefined))}
        >
          ×
        </button>
      </div>
      <div class="scroll">
        <Fates lab={lab} row={row} />
        {layers.map((layer) => (
          <details key={layer.name} open>
            <summary>
              <b>{layer.name}</b> {layer.title}
            </summary>
            <table class="fields">
              <tbody>
                {layer.fields.map((field) => (
                  <FieldRow key={`${field.name}${field.at}`} field={field} mark={setSpan} />
                ))}
              </tbody>
            </table>
          </details>
        ))}
        <Hex bytes={row.bytes} span={span} />
      </div>
    </section>
  );
}

function FieldRow({ field, mark }: { field: Field; mark: (span: Span | undefined) => void }) {
  return (
    <tr onMouseEnter={() => mark(field)} onMouseLeave={() => mark(undefined)}>
      <th scope="row">{field.name}</th>
      <td>{field.value}</td>
    </tr>
  );
}

/** Each thing that happened to it. */
function Fates({ lab, row }: { lab: Lab; row: PacketRow }) {
  const fates = row.fates.slice(0, lab.store.seen(row.fates)).map(({ record }) => record);
  return (
    <ol class="fates" aria-label="What became of it">
      <li>
        <span class="t">0</span> sent by {row.record.from}
      </li>
      {fates.map((fate, i) => (
        <li key={i} class={fate.bad ? "bad" : ""}>
          <span class="t">+{duration(fate.t - row.record.t)}</span> <b>{fate.at}</b> {fate.what}
          {fate.path && <div class="path">{fate.path.join(" › ")}</div>}
          {fate.counters && (
            <ul class="chips">
              {fate.counters.map((counter) => (
                <li key={counter}>{counter}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}

function Hex({ bytes, span }: { bytes: Uint8Array; span: Span | undefined }) {
  const lines: number[] = [];
  for (let at = 0; at < bytes.length; at += 16) lines.push(at);
  const isMarked = (i: number) => span !== undefined && i >= span.at && i < span.at + span.length;
  return (
    <pre class="hex">
      {lines.map((at) => (
        <div key={at}>
          <span class="offset">{at.toString(16).padStart(4, "0")}</span>
          {Array.from(bytes.subarray(at, at + 16), (byte, i) => (
            <span key={i} class={isMarked(at + i) ? "on" : ""}>
              {hexByte(byte)}{" "}
            </span>
          ))}
          <span class="ascii">
            {Array.from(bytes.subarray(at, at + 16), (byte) =>
              byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·",
            ).join("")}
          </span>
        </div>
      ))}
    </pre>
  );
}
