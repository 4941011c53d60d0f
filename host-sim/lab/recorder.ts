/**
 * Records what happens on a cable and on the boards that are plugged into it (board_tap.ts), in the order of virtual time. Whoever
 * wants to see it as it comes listens; what has been is kept, the oldest gives way.
 */
import type { VirtualClock } from "../clock";
import type { FrameFate, Segment } from "../segment";
import type { FateRecord, LabRecord } from "./records";
import { standing } from "./standing";

/** Records that are kept. */
const MOST = 300_000;

const FATES: Record<FrameFate, { what: string; bad: boolean }> = {
  lost: { what: "lost on the cable", bad: true },
  duplicated: { what: "doubled by the cable", bad: false },
  reordered: { what: "held back by the cable", bad: false },
  corrupted: { what: "a bit flipped on the cable", bad: false },
  unplugged: { what: "the plug is out", bad: true },
  overrun: { what: "more than the line carries", bad: true },
};

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

export class Recorder {
  records: LabRecord[] = [];
  private readonly listeners = new Set<(record: LabRecord) => void>();
  private readonly senders = new Map<string, (frame: Uint8Array, id: number) => void>();
  private readonly ids = new WeakMap<Uint8Array, number>();
  private readonly ends: (() => void)[];
  private packets = 0;

  constructor(
    readonly clock: VirtualClock,
    readonly segment: Segment,
  ) {
    this.ends = [
      segment.tap((t, frame, from) => this.packet(t, frame, from)),
      segment.follow((fate, frame, to, arriving) => this.onCable(fate, frame, to, arriving)),
    ];
    this.cable();
  }

  /** Ends it; what was recorded stays. */
  stop(): void {
    for (const end of this.ends) end();
    this.listeners.clear();
  }

  /** Calls `listener` for each record from now on; the result ends it. */
  listen(listener: (record: LabRecord) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Time now, ns. */
  now(): number {
    return this.clock.now();
  }

  add(record: LabRecord): void {
    this.records.push(record);
    if (this.records.length > MOST) this.letGo(MOST >> 2);
    for (const listener of this.listeners) listener(record);
  }

  private letGo(n: number): void {
    this.records = [...standing(this.records.slice(0, n)), ...this.records.slice(n)];
  }

  /** Which packet a frame is of; undefined when it did not come over the cable. */
  idOf(frame: Uint8Array): number | undefined {
    return this.ids.get(frame);
  }

  /** `sent` is told of the frames that come from the port. */
  onSend(port: string, sent: (frame: Uint8Array, id: number) => void): void {
    this.senders.set(port, sent);
  }

  fate(id: number, fate: Omit<FateRecord, "k" | "t" | "id">): void {
    this.add({ k: "fate", t: this.now(), id, ...fate });
  }

  /** The cable as it is now. */
  cable(plugged: { [board: string]: boolean } = {}): void {
    this.add({ k: "cable", t: this.now(), faults: { ...this.segment.faults }, plugged });
  }

  private packet(t: number, frame: Uint8Array, from: string): void {
    const id = this.packets++;
    this.ids.set(frame, id);
    this.add({ k: "packet", t, id, from, frame: base64(frame) });
    this.senders.get(from)?.(frame, id);
  }

  private onCable(fate: FrameFate, frame: Uint8Array, to: string, arriving?: Uint8Array): void {
    const id = this.ids.get(frame);
    if (id === undefined) return;
    if (arriving) this.ids.set(arriving, id);
    this.fate(id, { at: to, where: "cable", ...FATES[fate] });
  }
}
