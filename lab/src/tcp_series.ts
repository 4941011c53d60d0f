/**
 * A connection as tcptrace draws it: from the packets of one direction and the acknowledgements of the other. Sequence numbers count
 * from the first that was seen; times in seconds.
 */
import { type Segment, segmentOf } from "../../host-sim/decode/tcp_fields";
import { countBefore, type Store } from "./store";

const SYN = 2;
const FIN = 1;
const RST = 4;

export interface Mark {
  t: number;
  /** of the record, to be cut at the cursor */
  at: number;
  id: number;
}

export interface DataMark extends Mark {
  from: number;
  to: number;
  /** "data", "again" (sent before), "SYN", "FIN", "RST", "probe" */
  kind: string;
}

export interface AckMark extends Mark {
  ack: number;
  /** the window's right edge */
  edge: number;
  sack: [number, number][];
}

export interface Direction {
  from: string;
  to: string;
  bytes: number;
  data: DataMark[];
  acks: AckMark[];
}

interface Building extends Direction {
  base: number | undefined;
  max: number;
  shift: number;
}

interface Known {
  /** the number of the first record that has not been looked at */
  next: number;
  /** the first that was kept then */
  begin: number;
  directions: Map<string, Building>;
}

const cache = new WeakMap<Store, Known>();

/** All directions in which data were sent, in the order in which they began. */
export function directionsOf(store: Store): Direction[] {
  const { packets } = store;
  const known = knownOf(store);
  for (let i = countBefore(packets, known.next); i < packets.length; i++) {
    const row = packets[i];
    const segment = row.isTcp ? segmentOf(row.bytes) : undefined;
    if (segment) take(known.directions, segment, { t: row.record.t / 1e9, at: row.at, id: row.record.id });
  }
  known.next = store.end;
  if (known.begin !== store.begin) forget(known, store.begin);
  return [...known.directions.values()].filter(({ data }) => data.length);
}

function knownOf(store: Store): Known {
  let known = cache.get(store);
  if (!known || known.next > store.end) {
    known = { next: 0, begin: 0, directions: new Map() };
    cache.set(store, known);
  }
  return known;
}

/** What lies before the first record goes. */
function forget(known: Known, begin: number): void {
  known.begin = begin;
  for (const [key, { data, acks }] of known.directions) {
    data.splice(0, countBefore(data, begin));
    acks.splice(0, countBefore(acks, begin));
    if (!data.length && !acks.length) known.directions.delete(key);
  }
}

function directionFor(all: Map<string, Building>, from: string, to: string): Building {
  const key = `${from} ${to}`;
  let found = all.get(key);
  if (!found) {
    found = { from, to, bytes: 0, data: [], acks: [], base: undefined, max: 0, shift: 0 };
    all.set(key, found);
  }
  return found;
}

function take(all: Map<string, Building>, segment: Segment, mark: Mark): void {
  const forward = directionFor(all, segment.from, segment.to);
  const backward = directionFor(all, segment.to, segment.from);
  if (segment.flags & SYN) {
    forward.shift = segment.shift ?? 0;
    if (forward.base !== segment.seq)
      Object.assign(forward, { base: segment.seq, max: 0, data: [], acks: [], bytes: 0 });
  }
  forward.base ??= segment.seq;
  const from = (segment.seq - forward.base) | 0;
  const length = segment.length + (segment.flags & SYN ? 1 : 0) + (segment.flags & FIN ? 1 : 0);
  if (length || segment.flags & RST) {
    const to = from + length;
    forward.data.push({ ...mark, from, to, kind: kindOf(segment, from < forward.max) });
    forward.bytes += segment.length;
    forward.max = Math.max(forward.max, to);
  }
  if (segment.ack === undefined || backward.base === undefined) return;
  const { base } = backward;
  const ack = (segment.ack - base) | 0;
  const shift = segment.flags & SYN ? 0 : forward.shift;
  const sack = segment.sack.map(([start, end]): [number, number] => [(start - base) | 0, (end - base) | 0]);
  backward.acks.push({ ...mark, ack, edge: ack + segment.win * 2 ** shift, sack });
}

function kindOf({ flags, length }: Segment, isAgain: boolean): string {
  if (flags & RST) return "RST";
  if (flags & SYN) return "SYN";
  if (isAgain) return length === 1 ? "probe" : "again";
  return flags & FIN ? "FIN" : "data";
}
