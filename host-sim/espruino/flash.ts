/**
 * Where the files of Storage lie in flash, for who looks at their bytes there: one behind the other, each behind a header, at a
 * multiple of 4. What is erased leaves its bytes until all are moved together. Espruino: src/jsflash.c.
 */

const HEADER_BYTES = 32;
const ALIGN = 4;
const ERASED = 0xff;
/** Room enough for whatever a test installs. */
const BYTES = 1 << 20;

interface Place {
  at: number;
  length: number;
}

export class Flash {
  readonly bytes = new Uint8Array(BYTES).fill(ERASED);
  private readonly places = new Map<string, Place>();
  private end = 0;

  /** Where a file's bytes begin; undefined: there is no such file. */
  at(name: string): number | undefined {
    return this.places.get(name)?.at;
  }

  /** A file has these bytes now: where it lies, if they only fill in what is erased there, else in a new place. */
  put(name: string, content: string): void {
    const bytes = Buffer.from(content, "latin1");
    const place = this.places.get(name);
    if (place && this.fits(place, bytes)) {
      this.bytes.set(bytes, place.at);
      return;
    }
    this.places.delete(name);
    if (this.end + HEADER_BYTES + bytes.length > BYTES) this.compact();
    const at = this.end + HEADER_BYTES;
    this.bytes.set(bytes, at);
    this.places.set(name, { at, length: bytes.length });
    this.end = (at + bytes.length + ALIGN - 1) & -ALIGN;
  }

  erase(name: string): void {
    this.places.delete(name);
  }

  /** All files move down to where there is none. */
  compact(): void {
    this.end = 0;
    for (const [name, { at, length }] of this.places) {
      const to = this.end + HEADER_BYTES;
      this.bytes.copyWithin(to, at, at + length);
      this.places.set(name, { at: to, length });
      this.end = (to + length + ALIGN - 1) & -ALIGN;
    }
    this.bytes.fill(ERASED, this.end);
  }

  private fits({ at, length }: Place, bytes: Uint8Array): boolean {
    if (length !== bytes.length) return false;
    return bytes.every((byte, i) => this.bytes[at + i] === ERASED || this.bytes[at + i] === byte);
  }
}
