/**
 * The cable: an Ethernet segment (a switch that floods) that carries every frame from one port to all the others, with the
 * faults of a bad cable on the way. What the device at a port can receive in a second is its line's business (line.ts).
 *
 * Frames are whole Ethernet frames without the CRC. Who receives one must not change it: all receivers share it.
 */
import { type ClockEvent, MS, type VirtualClock } from "./clock";
import { Line, type Transceiver } from "./line";
import { Random } from "./random";

/** What the cable does to frames. Probabilities are 0..1, times in milliseconds of virtual time. */
export interface CableFaults {
  /** Probability that a frame does not arrive at a port. */
  loss: number;
  /** Probability that a frame arrives twice. */
  dup: number;
  /** Probability that a frame is held back (by `reorderMs`), so that those sent after it overtake it. */
  reorder: number;
  /** How long a reordered frame is held back at most, ms. It is held back at least a tenth of it. */
  reorderMs: number;
  /** Probability that one random bit of a frame flips, unnoticed by the receiving MAC: checksums must catch it. */
  corrupt: number;
  /** Time from sending to arrival, besides that of the bits, ms. */
  delayMs: number;
  /** Random further delay, 0 to this many ms; more than the distance of two frames reorders them. */
  jitterMs: number;
  /** Seed of all the random choices above. */
  seed: number;
}

/** A cable without faults. */
export const PERFECT_CABLE: Readonly<CableFaults> = {
  loss: 0,
  dup: 0,
  reorder: 0,
  reorderMs: 5,
  corrupt: 0,
  delayMs: 0,
  jitterMs: 0,
  seed: 1,
};

/** What has happened on the cable, in frames. `sent` counts once per frame, the others once per receiving port. */
export interface SegmentCounters {
  sent: number;
  delivered: number;
  lost: number;
  duplicated: number;
  reordered: number;
  corrupted: number;
  /** Not carried because the sender's or the receiver's plug was out. */
  unplugged: number;
  /** Not carried because too many waited for a device that receives them more slowly than they come. */
  overrun: number;
}

/** Where one device is plugged in. */
export interface SegmentPort {
  readonly name: string;
  /** False while the plug is out. */
  readonly plugged: boolean;
  /** Puts a frame on the cable. It is copied: the sender may reuse its buffer. */
  send(frame: Uint8Array): void;
  /** Pulls this port's plug: frames in flight are lost. */
  unplug(): void;
  plug(): void;
  /** Calls `listener` after each change of the plug. */
  onLink(listener: (up: boolean) => void): void;
  /** Leaves the segment for good. */
  detach(): void;
}

/** Sees each frame as it was sent (before the faults), with the time in ns and the sending port's name. */
export type TapListener = (timeNs: number, frame: Uint8Array, from: string) => void;

/** What may become of a frame on its way to a port, apart from arriving. */
export type FrameFate = "lost" | "duplicated" | "reordered" | "corrupted" | "unplugged" | "overrun";

/** Is told of each; `arriving` is what arrives in place of a corrupted frame. */
export type FateListener = (fate: FrameFate, frame: Uint8Array, to: string, arriving?: Uint8Array) => void;

export class Segment {
  readonly faults: CableFaults;
  readonly counters: SegmentCounters = {
    sent: 0,
    delivered: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    unplugged: 0,
    overrun: 0,
  };
  private readonly ports = new Set<Port>();
  private readonly taps = new Set<TapListener>();
  private readonly followers = new Set<FateListener>();
  private readonly random: Random;

  /** `faults` may be changed while the cable is in use, except the seed. */
  constructor(
    readonly clock: VirtualClock,
    faults: Partial<CableFaults> = {},
  ) {
    this.faults = { ...PERFECT_CABLE, ...faults };
    this.random = new Random(this.faults.seed);
  }

  /**
   * Plugs a device in; `receive` is called for each frame that another port sent, from a clock event. Without a `device`
   * that has a rate frames arrive all at once.
   */
  attach(name: string, receive: (frame: Uint8Array) => void, device?: Transceiver): SegmentPort {
    const port = new Port(name, receive, this, device);
    this.ports.add(port);
    return port;
  }

  /** Calls `listener` for each frame sent; the result of `tap` takes it away again. */
  tap(listener: TapListener): () => void {
    this.taps.add(listener);
    return () => this.taps.delete(listener);
  }

  /** Calls `listener` for what becomes of frames; the result takes it away again. */
  follow(listener: FateListener): () => void {
    this.followers.add(listener);
    return () => this.followers.delete(listener);
  }

  /** For ports only. */
  count(fate: FrameFate, frame: Uint8Array, to: Port, arriving?: Uint8Array): void {
    this.counters[fate]++;
    for (const listener of this.followers) listener(fate, frame, to.name, arriving);
  }

  /** True while at least one plug is in. */
  get plugged(): boolean {
    return [...this.ports].some((port) => port.plugged);
  }

  /** Pulls every plug, as when a hub loses its power. */
  unplug(): void {
    for (const port of this.ports) port.unplug();
  }

  plug(): void {
    for (const port of this.ports) port.plug();
  }

  /** How many ports there are, plugged or not. */
  get size(): number {
    return this.ports.size;
  }

  /** For ports only. */
  carry(from: Port, bytes: Uint8Array): void {
    if (!from.plugged) {
      this.counters.unplugged++;
      return;
    }
    const frame = Uint8Array.from(bytes);
    this.counters.sent++;
    for (const listener of this.taps) listener(this.clock.now(), frame, from.name);
    for (const port of this.ports) if (port !== from) this.carryTo(port, frame);
  }

  /** For ports only. */
  remove(port: Port): void {
    this.ports.delete(port);
  }

  private carryTo(port: Port, frame: Uint8Array): void {
    if (!port.plugged) {
      this.count("unplugged", frame, port);
      return;
    }
    if (this.random.chance(this.faults.loss)) {
      this.count("lost", frame, port);
      return;
    }
    this.deliver(port, frame);
    if (!this.random.chance(this.faults.dup)) return;
    this.count("duplicated", frame, port);
    this.deliver(port, frame);
  }

  /** Even without a delay the frame arrives by an event of its own, never inside the sender's call. */
  private deliver(port: Port, frame: Uint8Array): void {
    const arriving = this.random.chance(this.faults.corrupt) ? this.corrupted(frame, port) : frame;
    port.arriveIn(this.delay(frame, port), arriving);
  }

  /** ns */
  private delay(frame: Uint8Array, port: Port): number {
    const { delayMs, jitterMs, reorder, reorderMs } = this.faults;
    let ms = delayMs + (jitterMs > 0 ? jitterMs * this.random.fraction() : 0);
    if (this.random.chance(reorder)) {
      this.count("reordered", frame, port);
      ms += reorderMs * (0.1 + 0.9 * this.random.fraction());
    }
    return ms * MS;
  }

  private corrupted(frame: Uint8Array, port: Port): Uint8Array {
    const copy = Uint8Array.from(frame);
    const bit = this.random.below(copy.length * 8);
    if (copy.length) copy[bit >> 3] ^= 1 << (bit & 7);
    this.count("corrupted", frame, port, copy);
    return copy;
  }
}

class Port implements SegmentPort {
  plugged = true;
  private readonly inFlight = new Set<ClockEvent>();
  private readonly listeners: ((up: boolean) => void)[] = [];
  private readonly line: Line | undefined;

  constructor(
    readonly name: string,
    private readonly receive: (frame: Uint8Array) => void,
    private readonly segment: Segment,
    device: Transceiver | undefined,
  ) {
    if (device) this.line = new Line(segment.clock, device, (frame) => this.arrived(frame));
  }

  send(frame: Uint8Array): void {
    this.segment.carry(this, frame);
  }

  unplug(): void {
    this.setLink(false);
    this.drop();
  }

  plug(): void {
    this.setLink(true);
  }

  onLink(listener: (up: boolean) => void): void {
    this.listeners.push(listener);
  }

  detach(): void {
    this.plugged = false;
    this.listeners.length = 0;
    this.drop();
    this.segment.remove(this);
  }

  arriveIn(ns: number, frame: Uint8Array): void {
    const event = this.segment.clock.after(ns, () => {
      this.inFlight.delete(event);
      if (!this.line) this.arrived(frame);
      else if (!this.line.send(frame)) this.segment.count("overrun", frame, this);
    });
    this.inFlight.add(event);
  }

  private arrived(frame: Uint8Array): void {
    this.segment.counters.delivered++;
    this.receive(frame);
  }

  private setLink(up: boolean): void {
    if (this.plugged === up) return;
    this.plugged = up;
    for (const listener of this.listeners) listener(up);
  }

  private drop(): void {
    for (const event of this.inFlight) this.segment.clock.cancel(event);
    this.segment.counters.unplugged += this.inFlight.size + (this.line?.cut() ?? 0);
    this.inFlight.clear();
  }
}
