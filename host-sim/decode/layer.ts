/**
 * A layer of a packet and its fields, as the decoders collect them.
 */
import type { Reader } from "./reader";

export interface Field {
  name: string;
  value: string;
  /** where in the frame, and how many bytes */
  at: number;
  length: number;
}

export interface Layer {
  name: string;
  /** in a few words */
  title: string;
  at: number;
  length: number;
  fields: Field[];
}

/** Collects the fields of a layer that begins at `base` of the frame. */
export class LayerFields {
  readonly fields: Field[] = [];

  constructor(
    readonly reader: Reader,
    private readonly base: number,
  ) {}

  add(name: string, at: number, length: number, value: string | number): void {
    if (at + length <= this.reader.length) this.fields.push({ name, value: String(value), at: this.base + at, length });
  }

  u8(name: string, at: number): void {
    this.add(name, at, 1, this.reader.u8(at));
  }

  u16(name: string, at: number): void {
    this.add(name, at, 2, this.reader.u16(at));
  }

  hex16(name: string, at: number): void {
    this.add(name, at, 2, `0x${this.reader.u16(at).toString(16).padStart(4, "0")}`);
  }

  u32(name: string, at: number): void {
    this.add(name, at, 4, this.reader.u32(at));
  }

  ip(name: string, at: number): void {
    this.add(name, at, 4, this.reader.ip(at));
  }

  mac(name: string, at: number): void {
    this.add(name, at, 6, this.reader.mac(at));
  }

  layer(name: string, title: string, length: number): Layer {
    return { name, title, at: this.base, length, fields: this.fields };
  }
}
