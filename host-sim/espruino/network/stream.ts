/**
 * The receiving end of sockets, requests and responses: data goes to the listener at once, or waits in a small buffer for
 * the program to read. Espruino: src/jswrap_stream.c, and socketPushReceiveData.
 */
import { type EventHost, listenersOf, type NetObject, queueEvent } from "./objects";

/** Bytes that wait, unless they came in one piece. */
const BUFFER_SIZE = 512;

export class Streams {
  private readonly buffers = new WeakMap<NetObject, string>();

  constructor(private readonly host: EventHost) {}

  available(stream: NetObject): number {
    return this.buffers.get(stream)?.length ?? 0;
  }

  /** `count` bytes, or all of them. */
  read(stream: NetObject, count: number): string {
    const data = this.buffers.get(stream) ?? "";
    if (count <= 0 || count >= data.length) {
      this.buffers.delete(stream);
      return data;
    }
    this.buffers.set(stream, data.slice(count));
    return data.slice(0, count);
  }

  /** There is a listener for data now: it gets what has waited. */
  replay(stream: NetObject): void {
    const data = this.buffers.get(stream);
    if (data === undefined) return;
    queueEvent(this.host, stream, "data", data);
    this.buffers.delete(stream);
  }

  /** Hands `data` on; false when there is no room for it. By `force` what there is room for is taken, the rest is lost. */
  push(stream: NetObject, data: string, force: boolean): boolean {
    const listeners = listenersOf(stream, "data");
    if (listeners.length) {
      for (const listener of listeners) this.host.guarded(() => listener.call(stream, data));
      return true;
    }
    const buffer = this.buffers.get(stream);
    const fits = buffer === undefined || buffer.length + data.length <= BUFFER_SIZE;
    if (fits) this.buffers.set(stream, (buffer ?? "") + data);
    else if (force && buffer.length < BUFFER_SIZE) this.buffers.set(stream, (buffer + data).slice(0, BUFFER_SIZE));
    return fits;
  }

  /** Hands received data on as the body of a message, or as it is; what is left of it for later. */
  deliver(reader: NetObject, received: string, isHttp: boolean, force: boolean): string {
    if (!received) return "";
    if (isHttp && reader.chunked) return this.deliverChunks(reader, received, force);
    if (isHttp) reader.cRcv = (reader.cRcv ?? 0) - received.length;
    return this.push(reader, received, force) ? "" : received;
  }

  /** A body in chunks (RFC 9112 7.1), as the board reads it: without extensions and trailers. */
  private deliverChunks(reader: NetObject, received: string, force: boolean): string {
    let rest = received;
    while (rest.length >= 5) {
      const length = Number.parseInt(rest, 16) || 0;
      reader.cRcv = length ? 1 : 0;
      if (!length) return "";
      const start = rest.indexOf("\r\n") + 2;
      const missing = start + length + 2 - rest.length;
      if (missing === 1 || missing === 2) return rest; // the line break behind the chunk
      const chunk = rest.slice(start, start + length);
      if (chunk && !this.push(reader, chunk, force)) return chunk;
      if (missing > 0) return `${(missing - 2).toString(16)}\r\n`;
      rest = rest.slice(start + length + 2);
    }
    return rest;
  }
}
