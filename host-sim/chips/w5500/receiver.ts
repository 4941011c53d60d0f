/**
 * MACRAW reception: from the cable through the filter into the receive buffer of socket 0.
 *
 * A frame is judged and stored when its last bit arrives. In the buffer it is two bytes of length, themselves included,
 * and the frame without its CRC. What finds no room is lost, and nobody is told.
 */

import { strikes } from "../model";
import { SnIr, SnMr } from "./bits";
import type { Core } from "./core";
import type { DropCause } from "./counters";
import type { BufferMemory } from "./memory";
import type { Socket } from "./socket";

/** Frames without CRC: the shortest there is, and the longest with a VLAN tag. */
const SHORTEST = 60;
const LONGEST = 1518;
const LENGTH_BYTES = 2;
const GROUP = 0x01;
const TYPE_AT = 12;

/** What a frame's way over the cable did to it. */
export interface ArrivalOptions {
  badCrc?: boolean;
}

export class Receiver {
  /** Where the oldest record begins that has not been given back whole, and where that one and those behind it end. */
  private begin = 0;
  private ends: number[] = [];

  constructor(
    private readonly core: Core,
    private readonly socket: Socket,
    private readonly memory: BufferMemory,
    private readonly ownAddress: Uint8Array,
  ) {}

  opened(): void {
    this.begin = this.socket.rxRead;
    this.ends = [];
  }

  closed(): void {
    if (this.core.faults.rxDeaf === "until CLOSE") this.core.faults.rxDeaf = "no";
  }

  reset(): void {
    this.ends = [];
    this.core.faults.rxDeaf = "no";
  }

  /** The last bit of a frame (without CRC) arrives. */
  arrive(frame: Uint8Array, linkUp: boolean, options: ArrivalOptions): void {
    const { counters } = this.core;
    counters.framesArrived++;
    const cause = this.refusal(frame, linkUp, options);
    if (cause) counters.dropped[cause]++;
    else this.store(frame);
  }

  /** RECV: the host's pointer counts from now on. It stands between two records, or behind a record's length. */
  received(pointer: number): void {
    const { core, socket } = this;
    const starts = [this.begin, ...this.ends];
    const place = starts.findIndex((start) => pointer === start || pointer === ((start + LENGTH_BYTES) & 0xffff));
    const beyond = ((pointer - socket.rxRead) & 0xffff) > socket.received;
    if (beyond) core.violate("rx-pointer-beyond");
    else if (place < 0 && pointer !== socket.rxRead) core.violate("rx-pointer-astray");
    if (place >= 0) this.begin = starts[place];
    this.ends.splice(0, place);
    socket.rxRead = pointer;
  }

  private refusal(frame: Uint8Array, linkUp: boolean, options: ArrivalOptions): DropCause | undefined {
    const { faults } = this.core;
    if (faults.absent) return "absent";
    if (!linkUp) return "linkDown";
    if (!this.socket.open) return "closed";
    if (faults.rxDeaf !== "no") return "deaf";
    if (frame.length < SHORTEST) return "runt";
    if (frame.length > LONGEST) return "oversize";
    if (options.badCrc) return "crc";
    if (!this.accepts(frame)) return "filter";
    return frame.length + LENGTH_BYTES > this.memory.size(0) - this.socket.received ? "overflow" : undefined;
  }

  private accepts(frame: Uint8Array): boolean {
    const { socket } = this;
    if (socket.mode(SnMr.MIP6B) && frame[TYPE_AT] === 0x86 && frame[TYPE_AT + 1] === 0xdd) return false;
    if (isBroadcast(frame)) return !socket.mode(SnMr.BCASTB);
    if (frame[0] & GROUP) return this.acceptsGroup(frame);
    return !socket.mode(SnMr.MFEN) || this.ownAddress.every((byte, n) => byte === frame[n]);
  }

  /** On which sources disagree. */
  private acceptsGroup(frame: Uint8Array): boolean {
    const { socket } = this;
    const blocked = socket.mode(SnMr.MMB);
    if (this.core.settings.filters === "doc") return !blocked;
    if (frame[0] === 0x33 && frame[1] === 0x33) return true;
    const internet = frame[0] === 0x01 && frame[1] === 0x00 && frame[2] === 0x5e;
    return internet ? !blocked : !socket.mode(SnMr.MFEN);
  }

  private store(frame: Uint8Array): void {
    const { core, socket, memory } = this;
    const length = this.lengthOf(frame);
    const at = socket.rxWritten;
    memory.write(0, at, length >> 8);
    memory.write(0, at + 1, length & 0xff);
    for (let n = 0; n < frame.length; n++) memory.write(0, at + LENGTH_BYTES + n, frame[n]);
    socket.rxWritten = (at + LENGTH_BYTES + frame.length) & 0xffff;
    this.ends.push(socket.rxWritten);
    core.counters.framesIn++;
    if (!strikes(core.faults, "lostRecvNext")) socket.raise(SnIr.RECV);
  }

  private lengthOf(frame: Uint8Array): number {
    const { faults, random } = this.core;
    if (!strikes(faults, "corruptLengthNext")) return frame.length + LENGTH_BYTES;
    return faults.corruptLength < 0 ? random.below(0x10000) : faults.corruptLength;
  }
}

function isBroadcast(frame: Uint8Array): boolean {
  for (let n = 0; n < 6; n++) if (frame[n] !== 0xff) return false;
  return true;
}
