/**
 * The last stretch of cable, between the segment and a chip. It has a rate: frames come one after another, each takes the time
 * of its bits, and in half duplex both directions share it.
 *
 * At the segment's end is the port of a switch. It keeps frames that have to wait, as many as its memory holds, and drops
 * what is more. In half duplex it defers to what the chip sends, as the chip does to what it sends, and after each of its
 * frames a chip that has waited is first; so there are no collisions but those that a chip's model draws.
 */
import type { ClockEvent, VirtualClock } from "./clock";

/** Preamble and start of frame delimiter, checksum, and gap between two frames, in bytes. */
const PREAMBLE = 8;
const CRC = 4;
const GAP = 12;
/** Bytes that a port keeps for a device: what small switches have. */
const MEMORY = 128 * 1024;

/** A device whose end of the line has a rate. */
export interface Transceiver {
  /** ns of a byte on the wire; 0: frames take no time. */
  readonly byteTime: number;
  /** Until when the device's own frame keeps the other direction silent: half duplex. In full duplex long ago. */
  readonly sendingUntil: number;
  /** The first bit of a frame of `length` bytes, its CRC included, arrives. */
  announce(length: number): void;
}

export class Line {
  private queue: Uint8Array[] = [];
  private bytes = 0;
  private event: ClockEvent | undefined;
  /** When the gap behind the last frame is over. */
  private freeAt = Number.NEGATIVE_INFINITY;

  /** `arrived` takes each frame when its last bit arrives. */
  constructor(
    private readonly clock: VirtualClock,
    private readonly device: Transceiver,
    private readonly arrived: (frame: Uint8Array) => void,
  ) {}

  /** Sends a frame when those before it have gone; false when there is no room for it to wait. */
  send(frame: Uint8Array): boolean {
    if (this.bytes + frame.length > MEMORY) return false;
    this.bytes += frame.length;
    this.queue.push(frame);
    if (!this.event) this.next();
    return true;
  }

  /** The plug is pulled; answers how many frames are lost by it. */
  cut(): number {
    const lost = this.queue.length;
    this.clock.cancel(this.event);
    this.event = undefined;
    this.queue = [];
    this.bytes = 0;
    return lost;
  }

  /** The frame at the head of the queue goes as soon as the wire is free. */
  private next(): void {
    const { clock, device } = this;
    this.event = undefined;
    if (!this.queue.length) return;
    const start = Math.max(this.freeAt, device.sendingUntil + GAP * device.byteTime);
    if (start > clock.now()) this.event = clock.at(start, () => this.next());
    else this.begin(this.queue[0]);
  }

  private begin(frame: Uint8Array): void {
    const { clock, device } = this;
    const { byteTime } = device;
    device.announce(frame.length + CRC);
    this.event = clock.after((PREAMBLE + frame.length + CRC) * byteTime, () => this.end(frame));
  }

  private end(frame: Uint8Array): void {
    this.event = undefined;
    this.queue.shift();
    this.bytes -= frame.length;
    this.freeAt = this.clock.now() + GAP * this.device.byteTime;
    this.arrived(frame);
    if (!this.event) this.next();
  }
}
