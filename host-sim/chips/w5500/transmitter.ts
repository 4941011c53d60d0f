/**
 * MACRAW transmission: one SEND, one frame. It ends, with SENDOK and Sn_TX_RD moved on, when it has been on the wire:
 * never while there is no link, and in half duplex not while the partner sends.
 */
import type { ClockEvent } from "../../clock";
import { SnIr } from "./bits";
import type { Core } from "./core";
import type { BufferMemory } from "./memory";
import type { Phy } from "./phy";
import type { Socket } from "./socket";

const SHORTEST = 60;
const LONGEST = 1514;
/** Preamble, CRC, and the gap to the next frame, in bytes of wire time. */
const PREAMBLE = 8;
const CRC = 4;
const GAP = 12;

export class Transmitter {
  /** Where the frames end that SEND was given for. */
  private queue: number[] = [];
  /** When the last bit of the last own frame has left, or will leave. */
  sendingUntil = Number.NEGATIVE_INFINITY;
  private event: ClockEvent | undefined;
  private sending = false;
  /** When the gap behind the partner's last frame is over. */
  private heldUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly core: Core,
    private readonly socket: Socket,
    private readonly memory: BufferMemory,
    private readonly phy: Phy,
    private readonly deliver: (frame: Uint8Array) => void,
  ) {}

  /** CLOSE, or a reset. */
  abandon(): void {
    this.core.counters.framesAbandoned += this.queue.length;
    this.cutOff();
    this.queue = [];
  }

  /** The partner sends a frame of `length` bytes, CRC included. */
  hold(length: number): void {
    this.heldUntil = this.core.now() + (PREAMBLE + length + GAP) * this.phy.byteTime;
  }

  send(end: number): void {
    if (this.queue.length) this.core.violate("send-before-sendok");
    this.queue.push(end);
    this.begin();
  }

  /** A link that has come lets the waiting frame go; the frame on the wire when it is lost waits again. */
  linkChanged(): void {
    this.cutOff();
    this.heldUntil = Number.NEGATIVE_INFINITY;
    if (this.core.settings.sendWithoutLink === "wait") this.begin();
  }

  /** Bytes were written into the transmit buffer at `first`: is there room for them? Addresses count modulo its size. */
  checkWritten(first: number, count: number): void {
    const { socket, core } = this;
    const size = this.memory.size(0);
    const used = (socket.txAsked - socket.txSent) & 0xffff;
    const from = (first - socket.txSent) & (size - 1);
    if (from < used || from + count > size) core.violate("tx-data-beyond-free");
  }

  private begin(): void {
    const { phy } = this;
    const { clock } = this.core;
    if (this.sending || !this.queue.length || !phy.linkUp) return;
    clock.cancel(this.event);
    if (!phy.fullDuplex && this.heldUntil > clock.now()) this.event = clock.at(this.heldUntil, () => this.begin());
    else this.transmit(this.take(this.queue[0]));
  }

  private transmit(frame: Uint8Array): void {
    const { clock } = this.core;
    const { byteTime } = this.phy;
    this.sending = true;
    this.sendingUntil = clock.now() + (PREAMBLE + Math.max(SHORTEST, frame.length) + CRC) * byteTime;
    this.event = clock.at(this.sendingUntil + GAP * byteTime, () => this.finish(frame));
  }

  /** What is on the wire ends here. */
  private cutOff(): void {
    this.core.clock.cancel(this.event);
    this.sendingUntil = Math.min(this.sendingUntil, this.core.now());
    this.sending = false;
  }

  /** The frame as the MAC takes it out of the buffer. */
  private take(end: number): Uint8Array {
    const { core, socket } = this;
    const length = (end - socket.txSent) & 0xffff;
    if (!length) core.violate("tx-empty");
    if (length > LONGEST) core.violate("tx-too-long", `${length}`);
    const cut = Math.min(length, LONGEST);
    const frame = new Uint8Array(core.settings.shortFrames === "pad" ? Math.max(cut, SHORTEST) : cut);
    for (let n = 0; n < cut; n++) frame[n] = this.memory.read(0, socket.txSent + n);
    return frame;
  }

  private finish(frame: Uint8Array): void {
    const { core, socket } = this;
    if (core.faults.sendOkNever) return;
    this.sending = false;
    socket.txSent = this.queue.shift() as number;
    core.counters.framesOut++;
    this.deliver(frame);
    socket.raise(SnIr.SENDOK);
    this.begin();
  }
}
