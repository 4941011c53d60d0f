/**
 * Storage: the board's flash files, as byte strings by name. Optionally kept in a host folder across runs.
 *
 * Here: read, readArrayBuffer, readJSON, write (with offset and size), writeJSON, erase, eraseAll, list, hash, compact,
 * getFree, getStats. Not here: open (StorageFile).
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { byteString, bytesOf } from "./bytes";
import type { Realm } from "./realm";

/** Bytes of flash that the Pico keeps for files (3 pages of 16 kB), and what each file costs besides its content. */
const PICO_BYTES = 48 * 1024;
const FILE_HEADER_BYTES = 32;
const MAX_NAME = 28;

export class Storage {
  private readonly files = new Map<string, string>();

  /**
   * `folder`: where on the host the files live; made when missing. Without one they die with the board. `bytes`: what
   * there is room for.
   */
  constructor(
    private readonly realm: Realm,
    private readonly folder?: string,
    private readonly bytes = PICO_BYTES,
  ) {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      this.files.set(decodeURIComponent(name), readFileSync(join(folder, name), "latin1"));
    }
  }

  /** What `require("Storage")` gives. */
  exports(): Record<string, unknown> {
    return this.realm.object({
      read: (name: string, offset?: number, length?: number) => this.read(name, offset, length),
      readArrayBuffer: (name: string) => this.readArrayBuffer(name),
      readJSON: (name: string, noExceptions?: unknown) => this.readJson(name, noExceptions),
      write: (name: string, data: unknown, offset?: number, size?: number) => this.write(name, data, offset, size),
      writeJSON: (name: string, data: unknown) => this.write(name, JSON.stringify(data)),
      erase: (name: string) => this.erase(name),
      eraseAll: () => this.list().forEach((name) => void this.erase(name)),
      list: (pattern?: RegExp) => this.realm.array(this.list(pattern)),
      hash: (pattern?: RegExp) => this.hash(pattern),
      compact: () => {},
      getFree: () => this.bytes - this.used(),
      getStats: () => this.stats(),
    });
  }

  /** The file's bytes from `offset`, at most `length` (all when 0 or missing); undefined when there is no such file. */
  read(name: string, offset = 0, length = 0): string | undefined {
    const content = this.files.get(String(name));
    return content?.slice(offset, length > 0 ? offset + length : undefined);
  }

  /**
   * Writes a file, or from `offset` on into one that exists (as flash allows it there: only over erased bytes, 0xff).
   * `size`: how long a new file is, when more than `data`. False when the flash is full or the bytes are not erased.
   */
  write(name: string, data: unknown, offset = 0, size = 0): boolean {
    const text = byteString(this.content(data));
    if (!name || name.length > MAX_NAME) throw this.realm.error(`Invalid file name ${JSON.stringify(name)}`);
    const old = this.files.get(name);
    const isNew = offset === 0 || old === undefined;
    const base = isNew ? "\xff".repeat(Math.max(size, offset + text.length)) : old;
    if (offset + text.length > base.length || !isErased(base, offset, text)) return false;
    return this.keep(name, base.slice(0, offset) + text + base.slice(offset + text.length), old);
  }

  /** Puts a file there from outside, as the programmer's tools do. There is always room: test bundles are large. */
  install(name: string, content: string): void {
    this.files.set(name, content);
  }

  erase(name: string): void {
    if (this.files.delete(name) && this.folder !== undefined) rmSync(this.path(name), { force: true });
  }

  list(pattern?: RegExp): string[] {
    return [...this.files.keys()].filter((name) => !pattern || name.match(pattern));
  }

  private keep(name: string, content: string, old: string | undefined): boolean {
    const more = content.length - (old === undefined ? -FILE_HEADER_BYTES : old.length);
    if (this.used() + more > this.bytes) return false;
    this.files.set(name, content);
    if (this.folder !== undefined) writeFileSync(this.path(name), content, "latin1");
    return true;
  }

  /** Objects are stored as JSON, everything else as its bytes. */
  private content(data: unknown): Uint8Array {
    const isPlain = typeof data === "object" && data !== null && !Array.isArray(data) && !("byteLength" in data);
    return bytesOf(isPlain && !("count" in data) ? JSON.stringify(data) : data);
  }

  private readArrayBuffer(name: string): ArrayBufferLike | undefined {
    const content = this.read(name);
    return content === undefined ? undefined : this.realm.bytes(bytesOf(content)).buffer;
  }

  private readJson(name: string, noExceptions: unknown): unknown {
    const content = this.read(name);
    if (content === undefined) return undefined;
    try {
      return this.realm.evaluate(`JSON.parse(${JSON.stringify(content)})`, name);
    } catch (error) {
      if (noExceptions) return undefined;
      throw error;
    }
  }

  /** Any change of the files gives another number, as on a board; the number itself means nothing. */
  private hash(pattern?: RegExp): number {
    let hash = 0;
    for (const name of this.list(pattern)) {
      for (const char of name + this.files.get(name)) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
    }
    return hash;
  }

  private used(): number {
    let bytes = 0;
    for (const content of this.files.values()) bytes += FILE_HEADER_BYTES + content.length;
    return bytes;
  }

  private stats(): Record<string, number> {
    const used = this.used();
    return this.realm.object({
      totalBytes: this.bytes,
      freeBytes: this.bytes - used,
      fileBytes: used,
      fileCount: this.files.size,
      trashBytes: 0,
      trashCount: 0,
    });
  }

  private path(name: string): string {
    return join(this.folder as string, encodeURIComponent(name));
  }
}

/** Whether `text` may be written over `base` there: flash bytes change once, from 0xff. */
function isErased(base: string, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const old = base.charCodeAt(offset + i);
    if (old !== 0xff && old !== text.charCodeAt(i)) return false;
  }
  return true;
}
