/** The time-sequence plot of a connection, and below it what the board's control block says of it: cwnd, what is in flight, RTT. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { TcpRecord } from "../../../host-sim/lab/records";
import { grouped } from "../format";
import type { Lab } from "../lab";
import { countBefore } from "../store";
import type { At } from "../store_rows";
import { type AckMark, type DataMark, type Direction, directionsOf } from "../tcp_series";

const TALL = 0.62;
const LEAST = 160;

export function Tcp({ lab }: { lab: Lab }) {
  const { store } = lab;
  const directions = directionsOf(store).filter(({ data }) => countBefore(data, store.cursor));
  const [wanted, setWanted] = useState("");
  const names = directions.map(({ from, to }) => `${from} → ${to}`);
  const busiest = directions.reduce((best, one, i) => (one.bytes > (directions[best]?.bytes ?? -1) ? i : best), 0);
  const chosen = names.includes(wanted) ? names.indexOf(wanted) : busiest;
  const direction = directions[chosen];
  if (!direction) return <p class="empty">No TCP connection has been seen yet. The bench has one: “100 kB by TCP”.</p>;
  return (
    <div class="tcp">
      <div class="bar">
        <select
          aria-label="Connection"
          value={names[chosen]}
          onChange={(event) => setWanted(event.currentTarget.value)}
        >
          {names.map((name, i) => (
            <option key={name} value={name}>
              {name} ({grouped(directions[i].bytes)} bytes)
            </option>
          ))}
        </select>
        <Legend entries={LEGEND} />
      </div>
      <Plots lab={lab} direction={direction} />
      <div class="under">
        <Legend entries={STATE_LEGEND} />
      </div>
    </div>
  );
}

const LEGEND = [
  ["data", "segment"],
  ["again", "sent again"],
  ["ack", "acknowledged"],
  ["edge", "window's edge"],
  ["sack", "SACK"],
  ["cwnd", "cwnd"],
];

const STATE_LEGEND = [
  ["full", "cwnd"],
  ["dashed", "ssthresh"],
  ["flight", "in flight"],
  ["ms", "round trip, ms"],
  ["rto", "rto, ms"],
];

function Legend({ entries }: { entries: string[][] }) {
  return (
    <ul class="legend">
      {entries.map(([kind, text]) => (
        <li key={kind}>
          <i class={kind} />
          {text}
        </li>
      ))}
    </ul>
  );
}

/** What the control block said, where it is that of the sender. */
function samplesOf(lab: Lab, { from, to }: Direction): At<TcpRecord>[] {
  for (const [key, list] of lab.store.tcp) if (key.includes(`tcp ${from} ↔ ${to}`)) return list;
  return [];
}

function Plots({ lab, direction }: { lab: Lab; direction: Direction }) {
  const box = useRef<HTMLDivElement>(null);
  const plots = useRef<{ sequence: uPlot; state: uPlot } | undefined>(undefined);
  const shown = useRef({ lab, direction });
  shown.current = { lab, direction };
  const scheme = document.documentElement.dataset["scheme"] ?? "";
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const both = makePlots(element, () => shown.current);
    plots.current = both;
    const fit = () => {
      const { clientWidth: width, clientHeight: height } = element;
      both.sequence.setSize({ width, height: Math.max(LEAST, height * TALL) });
      both.state.setSize({ width, height: Math.max(LEAST, height * (1 - TALL)) });
    };
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    fit();
    return () => {
      observer.disconnect();
      both.sequence.destroy();
      both.state.destroy();
    };
  }, [scheme]);
  const happened = happenedOf(lab, direction);
  const counts = Object.values(happened).map(({ length }) => length);
  const data = useMemo(() => dataOf(happened), [direction, happened.sent[0], happened.acks[0], ...counts]);
  useEffect(() => {
    plots.current?.sequence.setData(data.sequence);
    plots.current?.state.setData(data.state);
  }, [data, scheme]);
  return (
    <div class="plots" ref={box} role="img" aria-label={`Sequence numbers from ${direction.from} to ${direction.to}`} />
  );
}

interface Happened {
  sent: DataMark[];
  acks: AckMark[];
  samples: At<TcpRecord>[];
}

/** What there is of a connection up to the cursor. */
function happenedOf(lab: Lab, direction: Direction): Happened {
  const before = <T extends { at: number }>(list: T[]) => list.slice(0, countBefore(list, lab.store.cursor));
  return {
    sent: before(direction.data),
    acks: before(direction.acks),
    samples: before(samplesOf(lab, direction)),
  };
}

/** Columns for uPlot; its own lines are the acknowledgements, the window's edge, and cwnd. */
function dataOf(happened: Happened): { sequence: uPlot.AlignedData; state: uPlot.AlignedData } {
  const samples = happened.samples.map(({ record }) => record);
  const rows: (number | null)[][] = [
    ...happened.sent.map(({ t, to }) => [t, to, null, null, null]),
    ...happened.acks.map(({ t, ack, edge }) => [t, null, ack, edge, null]),
    ...samples.map((s) => [s.t / 1e9, null, null, null, ((s.una - s.iss) >>> 0) + s.cwnd]),
  ];
  rows.sort((a, b) => (a[0] as number) - (b[0] as number));
  const column = (i: number) => rows.map((row) => row[i]);
  return {
    sequence: [column(0), column(1), column(2), column(3), column(4)] as uPlot.AlignedData,
    state: [
      samples.map(({ t }) => t / 1e9),
      samples.map(({ cwnd }) => cwnd),
      samples.map(({ una, max }) => (max - una) >>> 0),
      samples.map(({ ssthresh }) => (ssthresh < 1e6 ? ssthresh : null)),
      samples.map(({ srtt }) => srtt || null),
      samples.map(({ rto }) => rto || null),
    ] as uPlot.AlignedData,
  };
}

function css(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axes(label: string): uPlot.Axis[] {
  const style = {
    stroke: css("--dim"),
    grid: { stroke: css("--line"), width: 1 },
    ticks: { stroke: css("--line"), width: 1 },
  };
  const font = "12px system-ui, sans-serif";
  return [
    { ...style, font },
    { ...style, font, label, labelFont: font, size: 64, labelSize: 18, values: (_u, values) => values.map(grouped) },
  ];
}

function msAxis(): uPlot.Axis {
  const { label, ...axis } = axes("")[1];
  return { ...axis, side: 1, scale: "ms", grid: { show: false }, size: 64 };
}

function makePlots(
  element: HTMLElement,
  shown: () => { lab: Lab; direction: Direction },
): { sequence: uPlot; state: uPlot } {
  const stepped = uPlot.paths.stepped?.({ align: 1 }) as uPlot.Series.PathBuilder;
  const line = (label: string, color: string, more: Partial<uPlot.Series> = {}): uPlot.Series => ({
    label,
    stroke: css(color),
    width: 1.5,
    spanGaps: true,
    points: { show: false },
    ...more,
  });
  const common = { width: 600, height: 300, scales: { x: { time: false } }, legend: { show: false } } as const;
  const cursor: uPlot.Cursor = { sync: { key: "tcp" }, drag: { x: true, y: false } };
  const sequence = new uPlot(
    {
      ...common,
      cursor,
      axes: axes("sequence number"),
      series: [
        {},
        { label: "sent", points: { show: false }, paths: () => null },
        line("acknowledged", "--ack", { paths: stepped }),
        line("window's edge", "--edge", { paths: stepped }),
        line("cwnd", "--cwnd", { paths: stepped, dash: [4, 4], width: 1 }),
      ],
      hooks: { draw: [(plot) => drawSegments(plot, shown())] },
    },
    [[], [], [], [], []],
    element,
  );
  const state = new uPlot(
    {
      ...common,
      cursor,
      scales: { x: { time: false }, ms: {} },
      axes: [...axes("bytes"), msAxis()],
      series: [
        { label: "time", value: (_u, v) => (v === null ? "–" : `${v.toFixed(3)} s`) },
        line("cwnd", "--cwnd", { paths: stepped }),
        line("in flight", "--data"),
        line("ssthresh", "--dim", { dash: [4, 4], width: 1 }),
        line("round trip, ms", "--again", { scale: "ms" }),
        line("rto, ms", "--sack", { scale: "ms", dash: [2, 3], width: 1 }),
      ],
    },
    [[], [], [], [], [], []],
    element,
  );
  return { sequence, state };
}

/** Segments as bars, SACK blocks as thin ones, and letters at what is not plain data. */
function drawSegments(plot: uPlot, { lab, direction }: { lab: Lab; direction: Direction }): void {
  const { ctx } = plot;
  const { cursor } = lab.store;
  const x = (t: number) => Math.round(plot.valToPos(t, "x", true));
  const y = (seq: number) => Math.round(plot.valToPos(seq, "y", true));
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
  ctx.clip();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  const bar = (color: string, left: number, from: number, to: number, width: number) => {
    ctx.fillStyle = color;
    ctx.fillRect(left - width / 2, Math.min(from, to), width, Math.max(ratio, Math.abs(from - to)));
  };
  const colors = { data: css("--data"), again: css("--again"), sack: css("--sack"), text: css("--text") };
  for (const { t, sack, at } of direction.acks) {
    if (at >= cursor) break;
    for (const [start, end] of sack) bar(colors.sack, x(t), y(start), y(end), 2 * ratio);
  }
  for (const { t, from, to, kind, at } of direction.data) {
    if (at >= cursor) break;
    const isAgain = kind === "again" || kind === "probe";
    const color = isAgain ? colors.again : colors.data;
    const left = x(t);
    bar(color, left, y(from), y(to), 3 * ratio);
    if (kind === "data") continue;
    ctx.fillStyle = isAgain ? colors.again : colors.text;
    const middle = Math.max(plot.bbox.left + 16 * ratio, Math.min(plot.bbox.left + plot.bbox.width - 16 * ratio, left));
    ctx.fillText({ again: "R", probe: "P" }[kind] ?? kind, middle, Math.min(y(from), y(to)) - 4 * ratio);
  }
  ctx.restore();
}
