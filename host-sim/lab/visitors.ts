/**
 * The pages that are open: each is told what has been recorded so far, and then what comes, some records at a time. One that cannot
 * keep up is told later.
 */
import type { Message } from "./messages";
import type { Recorder } from "./recorder";
import type { LabRecord } from "./records";
import type { Visitor } from "./server";
import { standing } from "./standing";

/** ms between two messages with records. */
const PACE = 16;
/** Records in one message at most: a page takes a message at once. */
const BATCH = 500;
/** Records that wait for a page at most; of what it has no time for the first go. */
const MOST = 300_000;
/** Bytes on their way to a page beyond which it gets nothing more for the moment. */
const FULL = 8 << 20;

interface Reader {
  /** records that it has yet to be told */
  queue: LabRecord[];
}

export class Visitors {
  private readonly readers = new Map<Visitor, Reader>();
  private timer: NodeJS.Timeout | undefined;

  /** `records()`: what has been so far. */
  constructor(private readonly records: () => LabRecord[]) {}

  add(visitor: Visitor, hello: Message): void {
    visitor.send(hello);
    this.readers.set(visitor, { queue: this.records().slice() });
    this.soon();
  }

  delete(visitor: Visitor): void {
    this.readers.delete(visitor);
  }

  close(): void {
    clearTimeout(this.timer);
    this.readers.clear();
  }

  tell(message: Message): void {
    for (const visitor of this.readers.keys()) visitor.send(message);
  }

  /** What was told before is over: everything anew. */
  again(message: Message): void {
    for (const [visitor, reader] of this.readers) {
      visitor.send(message);
      reader.queue = this.records().slice();
    }
    this.soon();
  }

  follow(recorder: Recorder): void {
    recorder.listen((record) => {
      if (!this.readers.size) return;
      for (const reader of this.readers.values()) push(reader, record);
      this.soon();
    });
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const [visitor, reader] of this.readers) this.sendTo(visitor, reader);
      if ([...this.readers.values()].some(({ queue }) => queue.length)) this.soon();
    }, PACE);
  }

  private sendTo(visitor: Visitor, { queue }: Reader): void {
    while (queue.length && visitor.waiting < FULL) visitor.send({ say: "records", records: queue.splice(0, BATCH) });
  }
}

function push(reader: Reader, record: LabRecord): void {
  if (reader.queue.push(record) <= MOST) return;
  const gone = reader.queue.splice(0, MOST >> 2);
  reader.queue.unshift(...standing(gone));
}
