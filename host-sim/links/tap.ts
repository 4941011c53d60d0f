/**
 * `tap:NAME`: the segment continues in the host's kernel, through a Linux TAP device.
 *
 * A device that does not exist is made, brought up and given an address, where the user may; it vanishes with the link.
 * One that exists is only used. Waiting for frames is one poll() in a thread; everything else happens here.
 */
import { existsSync } from "node:fs";
import type { SegmentPort } from "../segment";
import {
  bringUp,
  closeFd,
  openEvent,
  openTap,
  readFrame,
  SystemError,
  setAddress,
  signalEvent,
  whenReadable,
  writeFrame,
} from "./libc";
import { type Link, type LinkContext, type LinkCounters, LinkError, onTheWire } from "./link";

/** The host's own address on a device that the link makes. */
export interface HostAddress {
  /** "10.77.0.1" */
  address: string;
  /** prefix length */
  length: number;
  /** dotted, of the same length */
  mask: string;
}

/** Room for any frame that a device may hand out. */
const READ_SIZE = 65536;
/** Frames taken in one go before the simulation runs again. */
const BATCH = 64;

export class TapLink implements Link {
  readonly description: string;
  readonly counters: LinkCounters = { badLength: 0, dropped: 0 };
  private readonly fd: number;
  private readonly wakeUp: number;
  private readonly port: SegmentPort;
  private readonly buffer = new Uint8Array(READ_SIZE);
  private closing: (() => void) | undefined;

  /** Opens the device `name`. Throws a LinkError that says what to do when it cannot. */
  constructor(
    name: string,
    private readonly context: LinkContext,
    host?: HostAddress,
  ) {
    const isNew = !existsSync(`/sys/class/net/${name}`);
    this.fd = opened(name, host);
    try {
      prepare(name, isNew ? host : undefined);
    } catch (error) {
      closeFd(this.fd);
      throw refused(name, host, error);
    }
    this.wakeUp = openEvent();
    this.port = context.segment.attach(name, (frame) =>
      context.realTime.outward(() => this.closing || this.toHost(frame)),
    );
    this.description = describe(name, isNew, host);
    this.wait();
  }

  /** The device is let go of once the waiting thread has come back. */
  close(): Promise<void> {
    this.port.detach();
    return new Promise((resolve) => {
      this.closing = resolve;
      signalEvent(this.wakeUp);
    });
  }

  private wait(): void {
    whenReadable([this.fd, this.wakeUp], () => {
      if (this.closing) this.release(this.closing);
      else if (this.fromHost()) this.wait();
    });
  }

  private release(closed: () => void): void {
    closeFd(this.fd);
    closeFd(this.wakeUp);
    closed();
  }

  /** Puts what the kernel sent on the cable; false when the device is gone. */
  private fromHost(): boolean {
    try {
      this.context.realTime.inject(() => this.readBatch());
      return true;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.context.report(`${this.port.name} is gone (${error.message})`);
      return false;
    }
  }

  private readBatch(): void {
    for (let i = 0; i < BATCH; i++) {
      const length = readFrame(this.fd, this.buffer);
      if (!length) return;
      const frame = onTheWire(this.buffer.subarray(0, length));
      if (frame) this.port.send(frame);
      else this.counters.badLength++;
    }
  }

  /** A device that is down refuses frames; like a cable without a partner, it swallows them. */
  private toHost(frame: Uint8Array): void {
    try {
      if (!writeFrame(this.fd, frame)) this.counters.dropped++;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.counters.dropped++;
    }
  }
}

function opened(name: string, host: HostAddress | undefined): number {
  if (!/^[^/\s:]{1,15}$/.test(name)) throw new LinkError(`"${name}" cannot be the name of a network device`);
  try {
    return openTap(name);
  } catch (error) {
    throw refused(name, host, error);
  }
}

/** Brings the device up; with `host` also gives the host's side its address. */
function prepare(name: string, host: HostAddress | undefined): void {
  if (host) setAddress(name, host.address, host.mask);
  bringUp(name);
}

/** The error as the user needs it. */
function refused(name: string, host: HostAddress | undefined, error: unknown): Error {
  if (!(error instanceof SystemError)) return error as Error;
  const { code } = error;
  if (code === "EBUSY") return new LinkError(`TAP device ${name} is in use by another program`);
  if (code === "EINVAL") return new LinkError(`${name} exists and is not a TAP device`);
  if (code === "ENOENT" || code === "ENODEV" || code === "ENXIO") {
    return new LinkError(`No TAP devices here (${error.message}): try "sudo modprobe tun"`);
  }
  if (code !== "EPERM" && code !== "EACCES") return new LinkError(`Cannot use TAP device ${name}: ${error.message}`);
  const address = host ? `${host.address}/${host.length}` : "ADDRESS/24";
  return new LinkError(
    `Not permitted to make or use the TAP device ${name}; run these and try again:\n` +
      `  sudo ip tuntap add dev ${name} mode tap user $USER\n` +
      `  sudo ip addr add ${address} dev ${name} && sudo ip link set ${name} up`,
  );
}

function describe(name: string, isNew: boolean, host: HostAddress | undefined): string {
  if (!isNew) return `TAP device ${name}`;
  return `TAP device ${name}, made for this run${host ? `, the host's side is ${host.address}/${host.length}` : ""}`;
}
