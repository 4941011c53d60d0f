/**
 * What has been recorded, in order, and how much of it is to be seen: the views draw the moment at the cursor. While it is live the
 * cursor is at the end.
 */
import { PacketDecoder } from "../../host-sim/decode/packet";
import { spiDecoder } from "../../host-sim/decode/spi";
import type {
  BoardRecord,
  CableRecord,
  CallRecord,
  FateRecord,
  LabRecord,
  NoteRecord,
  PacketRecord,
  PartName,
  Parts,
  PinRecord,
  PrintRecord,
  SpiRecord,
  TcpRecord,
} from "../../host-sim/lab/records";

/** Records that a page keeps. */
const MOST = 400_000;

/** A record, and its number among all. */
export interface At<R> {
  at: number;
  record: R;
}

export interface PacketRow extends At<PacketRecord> {
  bytes: Uint8Array;
  line: string;
  proto: string;
  fates: At<FateRecord>[];
}

export interface SpiRow extends At<SpiRecord> {
  text: string;
}

export function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** How many of a list lie before `end`: those that have happened. */
export function countBefore(list: readonly { at: number }[], end: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].at < end) low = middle + 1;
    else high = middle;
  }
  return low;
}

const PROTOS: [RegExp, string][] = [
  [/^ARP/, "ARP"],
  [/ ICMP /, "ICMP"],
  [/: Flags \[/, "TCP"],
  [/BOOTP/, "DHCP"],
  [/^IP \S+\.(53|5353) >|^IP \S+ > \S+\.(53|5353):/, "DNS"],
  [/NTPv/, "NTP"],
  [/ UDP,/, "UDP"],
  [/fragment at/, "FRAG"],
  [/igmp/, "IGMP"],
];

export class Store {
  records: LabRecord[] = [];
  cursor = 0;
  live = true;
  /** changes with everything that is to be drawn anew */
  version = 0;
  packets: PacketRow[] = [];
  spi: SpiRow[] = [];
  calls: At<CallRecord>[] = [];
  prints: At<PrintRecord>[] = [];
  pins: At<PinRecord>[] = [];
  notes: At<NoteRecord>[] = [];
  boards: At<BoardRecord>[] = [];
  cables: At<CableRecord>[] = [];
  tcp = new Map<string, At<TcpRecord>[]>();
  private states = new Map<string, At<Parts[PartName]>[]>();
  private byId = new Map<number, PacketRow>();
  private decoder = new PacketDecoder();
  private spiText = new Map<string, ReturnType<typeof spiDecoder>>();
  private readonly listeners = new Set<() => void>();

  clear(): void {
    Object.assign(this, new Store(), { listeners: this.listeners, version: this.version + 1 });
    this.changed();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }

  add(records: readonly LabRecord[]): void {
    for (const record of records) this.take(record);
    if (this.records.length > MOST) this.rebuild(this.records.slice(MOST >> 2));
    if (this.live) this.cursor = this.records.length;
    this.changed();
  }

  moveTo(cursor: number, live = false): void {
    this.cursor = Math.max(0, Math.min(this.records.length, cursor));
    this.live = live;
    if (live) this.cursor = this.records.length;
    this.changed();
  }

  /** Virtual time at the cursor, ns. */
  get now(): number {
    return this.records[this.cursor - 1]?.t ?? 0;
  }

  /** Of a list, what has happened by now. */
  seen<T extends { at: number }>(list: readonly T[]): number {
    return this.live ? list.length : countBefore(list, this.cursor);
  }

  /** A part of a board's state as it is now, and as it was before that. */
  state<P extends PartName>(board: string, part: P): { now: Parts[P] | undefined; before: Parts[P] | undefined } {
    const list = this.states.get(`${board}/${part}`) ?? [];
    const n = this.seen(list);
    return { now: list[n - 1]?.record as Parts[P] | undefined, before: list[n - 2]?.record as Parts[P] | undefined };
  }

  /** The boards that there are by now, in the order in which they came. */
  get boardNames(): string[] {
    return [...new Set(this.boards.slice(0, this.seen(this.boards)).map(({ record }) => record.board))];
  }

  board(name: string): BoardRecord | undefined {
    const n = this.seen(this.boards);
    return this.boards.slice(0, n).findLast(({ record }) => record.board === name)?.record;
  }

  private rebuild(records: LabRecord[]): void {
    const { live, cursor } = this;
    const lost = this.records.length - records.length;
    this.clear();
    for (const record of records) this.take(record);
    this.live = live;
    this.cursor = live ? records.length : Math.max(0, cursor - lost);
  }

  private take(record: LabRecord): void {
    const at = this.records.push(record) - 1;
    if (record.k === "packet") this.packet(at, record);
    else if (record.k === "fate") this.byId.get(record.id)?.fates.push({ at, record });
    else if (record.k === "spi") this.spi.push({ at, record, text: this.decodedSpi(record) });
    else if (record.k === "call") this.calls.push({ at, record });
    else if (record.k === "print") this.prints.push({ at, record });
    else if (record.k === "pin") this.pins.push({ at, record });
    else if (record.k === "note") this.notes.push({ at, record });
    else if (record.k === "cable") this.cables.push({ at, record });
    else if (record.k === "board") this.began(at, record);
    else if (record.k === "tcp") pushTo(this.tcp, `${record.board}|${record.socket}`, { at, record });
    else pushTo(this.states, `${record.board}/${record.part}`, { at, record: record.value });
  }

  /** A chip that begins anew has its first bank selected. */
  private began(at: number, record: BoardRecord): void {
    this.boards.push({ at, record });
    this.spiText.delete(record.board);
  }

  private packet(at: number, record: PacketRecord): void {
    const bytes = bytesOf(record.frame);
    const line = this.decoder.line(bytes);
    const proto = PROTOS.find(([pattern]) => pattern.test(line))?.[1] ?? "ETH";
    const row = { at, record, bytes, line, proto, fates: [] };
    this.packets.push(row);
    this.byId.set(record.id, row);
  }

  private decodedSpi({ board, mosi, miso }: SpiRecord): string {
    let decoder = this.spiText.get(board);
    if (!decoder) {
      decoder = spiDecoder(this.boards.findLast(({ record }) => record.board === board)?.record.chip ?? "");
      this.spiText.set(board, decoder);
    }
    return decoder({ mosi: bytesOf(mosi), miso: bytesOf(miso) });
  }
}

function pushTo<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
