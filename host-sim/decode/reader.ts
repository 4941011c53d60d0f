/**
 * What the decoders share: bytes of a packet that may be cut short, and texts as tcpdump(1) writes them. As all of this folder it
 * needs nothing of Node: the lab's page decodes with it, too.
 */

const LONGEST_TEXT = 4096;

/** Big-endian fields by their offset; what is not there reads as 0. */
export class Reader {
  constructor(private readonly bytes: Uint8Array) {}

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

  /** A character a byte; of long texts the beginning. */
  text(from: number, to: number): string {
    return String.fromCharCode(...this.bytes.subarray(from, Math.min(to, from + LONGEST_TEXT)));
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
