/**
 * `unix:PATH` and `stream:HOST:PORT`: the segment continues in another process: QEMU, passt, or another simulator.
 *
 * Format: QEMU's stream framing, a 32-bit big-endian length and the frame. The link connects; where nobody listens it
 * listens itself, so that either end may be started first. When the peer goes, frames have nobody to go to until it
 * (or another one) comes back.
 */
import { existsSync, lstatSync, unlinkSync } from "node:fs";
import { createConnection, createServer, type NetConnectOpts, type Server, type Socket } from "node:net";
import type { SegmentPort } from "../segment";
import { type Link, type LinkContext, type LinkCounters, LinkError, onTheWire } from "./link";

/** Where the peer is: a path (Unix socket), or a host and port (TCP). */
export type StreamAddress = { path: string } | { host: string; port: number };

const PREFIX = 4;
const HEADER = 14;
/** The longest frame that a peer may announce: what QEMU itself accepts. */
const MAX_ANNOUNCED = 69632;
/** Bytes that may wait for a slow peer before frames are dropped. */
const MAX_BACKLOG = 1 << 20;
/** How long until a peer that went away is looked for again, ms. */
const RETRY_MS = 500;

export class StreamLink implements Link {
  readonly counters: LinkCounters = { badLength: 0, dropped: 0 };
  private readonly port: SegmentPort;
  private peer: Socket | undefined;
  private server: Server | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  private constructor(
    private readonly address: StreamAddress,
    private readonly context: LinkContext,
  ) {
    this.port = context.segment.attach(textOf(address), (frame) => context.realTime.outward(() => this.toPeer(frame)));
  }

  /** Connects, or listens. Rejects with a LinkError when neither is possible. */
  static async open(address: StreamAddress, context: LinkContext): Promise<StreamLink> {
    const link = new StreamLink(address, context);
    try {
      await link.meet();
    } catch (error) {
      await link.close();
      throw new LinkError(`Cannot connect to or listen at ${textOf(address)}: ${(error as Error).message}`);
    }
    return link;
  }

  get description(): string {
    return `${textOf(this.address)}, ${this.server ? "listening" : "connected"}`;
  }

  /** True while there is a peer. */
  get connected(): boolean {
    return this.peer !== undefined;
  }

  close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    this.port.detach();
    this.peer?.destroy();
    return new Promise((resolve) => {
      if (this.server) this.server.close(() => resolve());
      else resolve();
    });
  }

  /** Finds a peer: connects to it, or lets it connect. */
  private async meet(): Promise<void> {
    const socket = await connected(this.address);
    if (this.closed) socket?.destroy();
    else if (socket) this.adopt(socket);
    else await this.listen();
  }

  /** When both ends start at the same moment, one of them comes too late for listening and connects after all. */
  private async listen(): Promise<void> {
    try {
      this.server = await listening(this.address, (peer) => this.accept(peer));
    } catch (error) {
      const socket = await connected(this.address);
      if (!socket) throw error;
      this.adopt(socket);
    }
  }

  /** One peer at a time: this is a cable, not a hub. */
  private accept(socket: Socket): void {
    if (!this.peer) {
      this.adopt(socket);
      return;
    }
    this.context.report(`${textOf(this.address)}: refused a second peer`);
    socket.on("error", () => {});
    socket.destroy();
  }

  private adopt(socket: Socket): void {
    const frames = new FrameReader();
    this.peer = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.fromPeer(socket, frames, bytes));
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => this.lost(socket));
    if (this.server) this.context.report(`${textOf(this.address)}: a peer has connected`);
  }

  private fromPeer(socket: Socket, frames: FrameReader, bytes: Uint8Array): void {
    this.context.realTime.inject(() => {
      for (const frame of frames.read(bytes)) this.onCable(frame);
    });
    if (frames.malformed === undefined) return;
    this.context.report(`${textOf(this.address)}: impossible frame length ${frames.malformed}, connection closed`);
    socket.destroy();
  }

  private onCable(frame: Uint8Array): void {
    const whole = onTheWire(frame);
    if (whole) this.port.send(whole);
    else this.counters.badLength++;
  }

  private toPeer(frame: Uint8Array): void {
    if (!this.peer || this.peer.writableLength > MAX_BACKLOG) {
      this.counters.dropped++;
      return;
    }
    const message = Buffer.alloc(PREFIX + frame.length);
    message.writeUInt32BE(frame.length, 0);
    message.set(frame, PREFIX);
    this.peer.write(message);
  }

  private lost(socket: Socket): void {
    if (this.peer !== socket) return;
    this.peer = undefined;
    if (this.closed) return;
    this.context.report(`${textOf(this.address)}: the peer has gone, waiting for it to come back`);
    if (!this.server) this.meetLater();
  }

  private meetLater(): void {
    this.retry = setTimeout(() => {
      this.meet().catch(() => this.closed || this.meetLater());
    }, RETRY_MS);
  }
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  /** The announced length that no frame can have; nothing is read after it. */
  malformed: number | undefined;
  private rest: Buffer = Buffer.alloc(0);

  /** The frames that are complete with these further bytes. */
  read(bytes: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    this.rest = Buffer.concat([this.rest, bytes]);
    for (let length = this.announced(); length > 0; length = this.announced()) {
      frames.push(this.rest.subarray(PREFIX, PREFIX + length));
      this.rest = this.rest.subarray(PREFIX + length);
    }
    return frames;
  }

  /** The length of the first frame when all of it is there, else 0. */
  private announced(): number {
    if (this.malformed !== undefined || this.rest.length < PREFIX) return 0;
    const length = this.rest.readUInt32BE(0);
    if (length < HEADER || length > MAX_ANNOUNCED) {
      this.malformed = length;
      return 0;
    }
    return this.rest.length >= PREFIX + length ? length : 0;
  }
}

/** A Unix socket that nobody serves any more would be in the way of listening. Any other file is left alone. */
function removeStale(address: StreamAddress): void {
  if (!("path" in address) || !existsSync(address.path)) return;
  if (lstatSync(address.path).isSocket()) unlinkSync(address.path);
}

/** A connection to the address; undefined when nobody listens there. */
function connected(address: StreamAddress): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(address as NetConnectOpts);
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNREFUSED" && error.code !== "ENOENT") reject(error);
      else {
        removeStale(address);
        resolve(undefined);
      }
    });
  });
}

function listening(address: StreamAddress, accept: (peer: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(accept);
    server.once("error", reject);
    server.listen(address, () => {
      server.removeListener("error", reject);
      resolve(server);
    });
  });
}

function textOf(address: StreamAddress): string {
  return "path" in address ? `unix:${address.path}` : `stream:${address.host}:${address.port}`;
}
