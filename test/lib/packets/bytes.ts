/**
 * Bytes, addresses and the Internet checksum, done as plainly as can be: what the stack does is compared with this.
 */

export type Bytes = readonly number[] | Uint8Array;

/** A 16-bit word, high byte first. */
export function word(n: number): number[] {
  return [(n >> 8) & 255, n & 255];
}

/** A 32-bit word, high byte first. */
export function long(n: number): number[] {
  return [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
}

export function wordAt(bytes: Bytes, offset: number): number {
  return bytes[offset] * 256 + bytes[offset + 1];
}

export function longAt(bytes: Bytes, offset: number): number {
  return wordAt(bytes, offset) * 65536 + wordAt(bytes, offset + 2);
}

/** The six bytes of "02:00:00:00:00:01". */
export function macBytes(text: string): number[] {
  return text.split(":").map((part) => Number.parseInt(part, 16));
}

export function macText(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** "02:00:00:00:00:01" as the stack has a hardware address. */
export function enaddr(text: string): Uint8Array {
  return Uint8Array.from(macBytes(text));
}

/** The four bytes of "192.0.2.1". */
export function ipBytes(text: string): number[] {
  return text.split(".").map(Number);
}

export function ipText(bytes: Bytes): string {
  return Array.from(bytes).join(".");
}

/** "192.0.2.1" as int32, which is how the stack writes an address. */
export function ipNumber(text: string): number {
  return longAt(ipBytes(text), 0) | 0;
}

/** The bytes of a text of chars 0 to 255. */
export function chars(text: string): number[] {
  return Array.from(text, (char) => char.charCodeAt(0));
}

/** `length` bytes no two neighbours of which are the same. */
export function pattern(length: number, first = 1): number[] {
  return Array.from({ length }, (_, i) => (first + 7 * i) & 255);
}

/** RFC 1071: the complement of the one's-complement sum of the 16-bit words, the last one filled up with zero. */
export function internetChecksum(bytes: Bytes): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += bytes[i] * 256 + (i + 1 < bytes.length ? bytes[i + 1] : 0);
    if (sum > 65535) sum -= 65535;
  }
  return 65535 - sum;
}

/** Does a sum over `bytes`, checksum included, say that they are right? */
export function sumsUp(bytes: Bytes): boolean {
  return internetChecksum(bytes) === 0;
}
