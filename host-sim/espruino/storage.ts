/**
 * Storage: the board's flash files, as byte strings by name. Optionally kept in a host folder across runs.
 *
 * Here: read, readArrayBuffer, readJSON, write (with offset and size), writeJSON, open (storage_file.ts), erase, eraseAll,
 * list, hash, compact, optimise, getFree, getStats.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { byteString, bytesOf } from "./bytes";
import { Flash } from "./flash";
import { toFile } from "./json";
import type { Realm } from "./realm";

/** Bytes of flash that the Pico keeps for files (3 pages of 16 kB), and what each file costs besides its content. */
const PICO_BYTES = 48 * 1024;
const FILE_HEADER_BYTES = 32;
const MAX_NAME = 28;
/** Where Espruino keeps a saved program, and one that runs after `reset()` too. */
const SAVED = ".bootcde";
const SAVED_ALWAYS = ".bootrst";

export class Storage {
  private readonly files: Map<string, string>;
  /** Names of those that are pieces of a StorageFile. */
  private readonly pieces: Set<string>;
  /** Kept once somebody has asked for it. */
  private flash: Flash | undefined;

  /**
   * `folder`: where on the host the files live; made when missing. Without one they die with the board. `bytes`: what
   * there is room for. `before`: of the same board, before its restart.
   */
  constructor(
    private readonly realm: Realm,
    private readonly folder?: string,
    private readonly bytes = PICO_BYTES,
    before?: Storage,
  ) {
    this.files = before?.files ?? new Map();
    this.pieces = before?.pieces ?? new Set();
    this.flash = before?.flash;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      this.files.set(decodeURIComponent(name), readFileSync(join(folder, name), "latin1"));
    }
  }

  /** What `require("Storage")` gives; `open` makes a StorageFile. */
  exports(open: (name: unknown, mode: unknown) => unknown): Record<string, unknown> {
    return this.realm.object({
      open,
      read: (name: string, offset?: number, length?: number) => this.read(name, offset, length),
      readArrayBuffer: (name: string) => this.readArrayBuffer(name),
      readJSON: (name: string, noExceptions?: unknown) => this.readJson(name, noExceptions),
      write: (name: string, data: unknown, offset?: number, size?: number) => this.write(name, data, offset, size),
      writeJSON: (name: string, data: unknown) => this.write(name, toFile(data)),
      erase: (name: string) => this.erase(name),
      eraseAll: () => this.list().forEach((name) => void this.erase(name)),
      list: (pattern?: RegExp, filter?: { sf?: unknown }) => this.realm.array(this.list(pattern, filter)),
      hash: (pattern?: RegExp) => this.hash(pattern),
      compact: () => this.flash?.compact(),
      optimise: () => {},
      getFree: () => this.bytes - this.used(),
      getStats: () => this.stats(),
    });
  }

  /** The file's bytes from `offset`, at most `length` (all when 0 or missing); undefined when there is no such file. */
  read(name: string, offset = 0, length = 0): string | undefined {
    const content = this.files.get(known(name));
    return content?.slice(offset, length > 0 ? offset + length : undefined);
  }

  /**
   * Writes a file, or from `offset` on into one that exists (as flash allows it there: only over erased bytes, 0xff).
   * `size`: how long a new file is, when more than `data`. `isPiece`: of a StorageFile. Throws what a board throws when there
   * is nothing to write, no room for it, or the bytes are not erased.
   */
  write(given: string, data: unknown, offset = 0, size = 0, isPiece = false): boolean {
    const { realm } = this;
    const text = byteString(this.content(data));
    const name = known(given);
    const old = this.files.get(name);
    if (!text && !size) throw realm.error("Can't create zero length file");
    if (offset && old === undefined) throw realm.error("Unable to find or create file");
    const base = offset && old !== undefined ? old : "\xff".repeat(size || text.length);
    if (offset + text.length > base.length) throw realm.error("Too much data for file size");
    if (!isErased(base, offset, text)) throw realm.error("File already written with different data");
    if (!this.keep(name, base.slice(0, offset) + text + base.slice(offset + text.length), old))
      throw realm.error("Unable to find or create file");
    if (isPiece) this.pieces.add(name);
    return true;
  }

  /** The files as they lie in flash. */
  mapped(): Flash {
    const { files, flash = new Flash() } = this;
    if (!this.flash) for (const [name, content] of files) flash.put(name, content);
    this.flash = flash;
    return flash;
  }

  /** The name of a file that is `content`. */
  nameOf(content: string): string | undefined {
    for (const [name, text] of this.files) if (text === content) return name;
    return undefined;
  }

  /** Puts a file there from outside, as the programmer's tools do. There is always room: test bundles are large. */
  install(name: string, content: string): void {
    this.files.set(name, content);
    this.flash?.put(name, content);
  }

  erase(given: string): void {
    const name = known(given);
    this.pieces.delete(name);
    this.flash?.erase(name);
    if (this.files.delete(name) && this.folder !== undefined) rmSync(this.path(name), { force: true });
  }

  /** E.setBootCode: keeps a program in place of what was saved; none: just forgets that. `always`: also after `reset()`. */
  save(program?: unknown, always?: unknown): void {
    this.eraseSaved();
    if (program) this.write(always ? SAVED_ALWAYS : SAVED, String(program));
  }

  /** The program that is saved, when the board starts, or after `reset()`. */
  saved(afterReset: boolean): string | undefined {
    return this.read(SAVED_ALWAYS) ?? (afterReset ? undefined : this.read(SAVED));
  }

  eraseSaved(): void {
    this.erase(SAVED);
    this.erase(SAVED_ALWAYS);
  }

  /** Names that match; of a StorageFile that of its first piece, or its own where `filter` asks for such files. */
  list(pattern?: RegExp, filter?: { sf?: unknown }): string[] {
    const wanted = filter?.sf;
    return [...this.files.keys()]
      .filter((name) => wanted === undefined || Boolean(wanted) === this.pieces.has(name))
      .filter((name) => !this.pieces.has(name) || name.endsWith("\x01"))
      .map((name) => (wanted ? name.slice(0, -1) : name))
      .filter((name) => !pattern || name.match(pattern));
  }

  private keep(name: string, content: string, old: string | undefined): boolean {
    const more = content.length - (old === undefined ? -FILE_HEADER_BYTES : old.length);
    if (this.used() + more > this.bytes) return false;
    this.files.set(name, content);
    this.flash?.put(name, content);
    if (this.folder !== undefined) writeFileSync(this.path(name), content, "latin1");
    return true;
  }

  /** Objects are stored as JSON, everything else as its bytes. */
  private content(data: unknown): Uint8Array {
    const isPlain = typeof data === "object" && data !== null && !Array.isArray(data) && !("byteLength" in data);
    return bytesOf(isPlain ? JSON.stringify(data) : data);
  }

  private readArrayBuffer(name: string): ArrayBufferLike | undefined {
    const content = this.read(name);
    return content === undefined ? undefined : this.realm.bytes(bytesOf(content)).buffer;
  }

  private readJson(name: string, noExceptions: unknown): unknown {
    const content = this.read(name);
    if (content === undefined) return undefined;
    try {
      return this.realm.evaluate(`(${content})`, name); // what writeJSON wrote is JavaScript, not JSON
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

/** The name that a file gets: of a longer one the end is lost. */
function known(name: unknown): string {
  return String(name).slice(0, MAX_NAME);
}

/** Whether `text` may be written over `base` there: flash bytes change once, from 0xff. */
function isErased(base: string, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const old = base.charCodeAt(offset + i);
    if (old !== 0xff && old !== text.charCodeAt(i)) return false;
  }
  return true;
}
