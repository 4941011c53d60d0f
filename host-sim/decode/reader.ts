/**
 * What the decoders share: bytes of a packet that may be cut short, and texts as tcpdump(1) writes them.
 */

/** Big-endian fields by their offset; what is not there reads as 0. */
export class Reader {
  private readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(at: number): number {
    return this.bytes[at] ?? 0;
  }

  u16(at: number): number {
    return (this.u8(at) << 8) | this.u8(at + 1);
  }

  u32(at: number): number {
    return this.u16(at) * 65536 + this.u16(at + 2);
  }

  /** "10.0.2.15" */
  ip(at: number): string {
    return [0, 1, 2, 3].map((i) => this.u8(at + i)).join(".");
  }

  /** "02:00:00:00:00:01" */
  mac(at: number): string {
    return [0, 1, 2, 3, 4, 5].map((i) => hex(this.u8(at + i))).join(":");
  }

  text(from: number, to: number): string {
    return this.bytes.toString("latin1", from, Math.min(to, this.length));
  }

  from(at: number, end = this.length): Reader {
    return new Reader(this.bytes.subarray(at, Math.min(end, this.length)));
  }
}

export function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** The first line of a text, where it is one that people can read. */
export function firstLine(text: string): string {
  const [line] = text.split(/\r?\n/);
  return /^[\x20-\x7e\t]+$/.test(line) ? line : "";
}
