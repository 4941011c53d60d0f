/**
 * What has been recorded, in order, and how much of it is to be seen: the views draw the moment at the cursor. While it is live the
 * cursor is at the end. Records are numbered from 0 on; of a long recording the first are let go.
 */
import { PacketDecoder } from "../../host-sim/decode/packet";
import { type SpiReader, spiReader } from "../../host-sim/decode/spi";
import type {
  BoardRecord,
  CableRecord,
  CallRecord,
  LabRecord,
  NoteRecord,
  PartName,
  Parts,
  PinRecord,
  PrintRecord,
  SpiRecord,
  StateRecord,
  TcpRecord,
} from "../../host-sim/lab/records";
import { standing } from "../../host-sim/lab/standing";
import { type At, PacketRow, SpiRow } from "./store_rows";

/** Records that a page keeps, and how many go when there are more: few, since a frame has to have time for it. */
const MOST = 300_000;
const PART = 4000;

type List = { at: number }[];

/** How many of a list, which is in the order of `key`, lie before `end`: by their numbers those that have happened. */
export function countBefore<T extends { at: number }>(
  list: readonly T[],
  end: number,
  key: (item: T) => number = ({ at }) => at,
): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(list[middle]) < end) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Store {
  records: LabRecord[] = [];
  /** the number of the first that is kept */
  begin = 0;
  cursor = 0;
  live = true;
  packets: PacketRow[] = [];
  spi: SpiRow[] = [];
  calls: At<CallRecord>[] = [];
  prints: At<PrintRecord>[] = [];
  pins: At<PinRecord>[] = [];
  notes: At<NoteRecord>[] = [];
  boards: At<BoardRecord>[] = [];
  cables: At<CableRecord>[] = [];
  /** by "board|socket" */
  tcp = new Map<string, At<TcpRecord>[]>();
  private states = new Map<string, At<StateRecord>[]>();
  private byId = new Map<number, PacketRow>();
  private decoder = new PacketDecoder();
  /** how the SPI of each board is read, and what its chip was told last */
  private chips = new Map<string, { reader: SpiReader; state: number }>();
  private readonly listeners = new Set<(isFlow: boolean) => void>();

  constructor(private readonly most = MOST) {}

  clear(): void {
    Object.assign(this, new Store(this.most), { listeners: this.listeners });
    this.changed();
  }

  /** Calls `listener` when something is to be drawn anew; `isFlow`: since records have come, which many more may follow. */
  subscribe(listener: (isFlow: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(isFlow = false): void {
    for (const listener of this.listeners) listener(isFlow);
  }

  add(records: readonly LabRecord[]): void {
    for (const record of records) this.take(record);
    while (this.records.length > this.most) this.letGo(PART);
    if (this.live) this.cursor = this.end;
    this.changed(true);
  }

  /** The number of the next record. */
  get end(): number {
    return this.begin + this.records.length;
  }

  moveTo(cursor: number, live = false): void {
    this.live = live;
    this.cursor = live ? this.end : Math.max(this.begin, Math.min(this.end, cursor));
    this.changed();
  }

  /** A record by its number. */
  record(at: number): LabRecord | undefined {
    return this.records[at - this.begin];
  }

  /** All up to the cursor. */
  past(): LabRecord[] {
    return this.records.slice(0, this.cursor - this.begin);
  }

  /** Virtual time at the cursor, ns. */
  get now(): number {
    return this.record(this.cursor - 1)?.t ?? 0;
  }

  /** Of a list, what has happened by now. */
  seen<T extends { at: number }>(list: readonly T[]): number {
    return this.live ? list.length : countBefore(list, this.cursor);
  }

  /** The last of a list's that have happened and that are `wanted`, at most `n`, in order. */
  last<T extends { at: number }>(list: readonly T[], n: number, wanted: (item: T) => boolean): T[] {
    const found: T[] = [];
    for (let i = this.seen(list) - 1; i >= 0 && found.length < n; i--) if (wanted(list[i])) found.push(list[i]);
    return found.reverse();
  }

  /** A part of a board's state as it is now, and as it was before that. */
  state<P extends PartName>(board: string, part: P): { now: Parts[P] | undefined; before: Parts[P] | undefined } {
    const list = this.states.get(`${board}/${part}`) ?? [];
    const n = this.seen(list);
    const value = (one: At<StateRecord> | undefined) => one?.record.value as Parts[P] | undefined;
    return { now: value(list[n - 1]), before: value(list[n - 2]) };
  }

  /** The boards that there are by now, in the order in which they came. */
  get boardNames(): string[] {
    return [...new Set(this.boards.slice(0, this.seen(this.boards)).map(({ record }) => record.board))];
  }

  board(name: string): BoardRecord | undefined {
    return this.last(this.boards, 1, ({ record }) => record.board === name)[0]?.record;
  }

  /** The first records go, but for what they say of how things stand. */
  private letGo(n: number): void {
    const kept = standing(this.records.splice(0, n));
    const first = this.begin + n;
    for (const list of this.lists()) list.splice(0, countBefore(list, first));
    for (const [id, { at }] of this.byId) {
      if (at >= first) break;
      this.byId.delete(id);
    }
    for (const [key, list] of this.tcp) if (!list.length) this.tcp.delete(key);
    this.records.unshift(...kept);
    this.begin = first - kept.length;
    for (let i = kept.length - 1; i >= 0; i--) this.listOf(kept[i])?.unshift({ at: this.begin + i, record: kept[i] });
    this.cursor = Math.max(this.cursor, this.begin);
  }

  private lists(): List[] {
    const { packets, spi, calls, prints, pins, notes, boards, cables, tcp, states } = this;
    return [packets, spi, calls, prints, pins, notes, boards, cables, ...tcp.values(), ...states.values()];
  }

  private take(record: LabRecord): void {
    const at = this.end;
    this.records.push(record);
    if (record.k === "packet") this.packet(new PacketRow(at, record, this.decoder));
    else if (record.k === "fate") this.byId.get(record.id)?.fates.push({ at, record });
    else if (record.k === "spi") this.spi.push(this.spiRow(at, record));
    else this.listOf(record)?.push({ at, record });
    if (record.k === "board") this.chips.set(record.board, { reader: spiReader(record.chip), state: 0 });
  }

  /** Where the records of a kind are kept, as they are. */
  private listOf(record: LabRecord): At<LabRecord>[] | undefined {
    switch (record.k) {
      case "call":
        return this.calls;
      case "print":
        return this.prints;
      case "pin":
        return this.pins;
      case "note":
        return this.notes;
      case "cable":
        return this.cables;
      case "board":
        return this.boards;
      case "tcp":
        return listIn(this.tcp, `${record.board}|${record.socket}`);
      case "state":
        return listIn(this.states, `${record.board}/${record.part}`);
      default:
        return undefined;
    }
  }

  private packet(row: PacketRow): void {
    this.packets.push(row);
    this.byId.set(row.record.id, row);
  }

  private spiRow(at: number, record: SpiRecord): SpiRow {
    const chip = this.chips.get(record.board) ?? { reader: spiReader(""), state: 0 };
    const head = atob(record.mosi.slice(0, 4));
    const row = new SpiRow(at, record, chip.reader, chip.state);
    chip.state = chip.reader.next(chip.state, head.charCodeAt(0) || 0, head.charCodeAt(1) || 0);
    return row;
  }
}

function listIn<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  if (!list.length) map.set(key, list);
  return list;
}
