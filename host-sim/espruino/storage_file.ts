/**
 * StorageFile: a file that can be added to, in pieces of Storage named NAME\1, NAME\2 ... Where 0xff begins is its end, as
 * erased flash has it. Espruino: src/jswrap_storage.c.
 */
import { byteString, bytesOf } from "./bytes";
import type { Realm } from "./realm";
import type { Storage } from "./storage";

/** Bytes of a piece on boards whose flash has pages of 4 KB or more: a page without the piece's header. */
const CHUNK_BYTES = 4096 - 32;
const LAST_CHUNK = 255;
const END = /\xff/;
const CLASSES = { StorageFile: "read readLine getLength write erase pipe" };

/** What programs see of one. */
interface OpenFile {
  name: string;
  chunk: number;
  offset: number;
  /** a letter's code: r, w, a; 0 once it cannot be written any more */
  mode: number;
}

type Pipe = (source: unknown, destination: unknown, options: unknown) => void;

export class StorageFiles {
  private readonly StorageFile: new () => OpenFile;

  constructor(
    private readonly realm: Realm,
    private readonly storage: Storage,
    pipe: Pipe,
  ) {
    this.StorageFile = realm.classes<OpenFile>(CLASSES, {
      read: (file: OpenFile, count: unknown) => this.read(file, Math.max(0, Math.trunc(Number(count)) || 0)),
      readLine: (file: OpenFile) => this.readLine(file),
      getLength: (file: OpenFile) => this.pieces(file).reduce((sum, piece) => sum + piece.length, 0),
      write: (file: OpenFile, data: unknown) => this.write(file, data),
      erase: (file: OpenFile) => this.erase(file),
      pipe,
    }).StorageFile;
  }

  open(name: unknown, mode: unknown): OpenFile {
    if (mode !== "r" && mode !== "w" && mode !== "a") throw this.realm.error(`Invalid mode ${JSON.stringify(mode)}`);
    const fields = { name: String(name), chunk: 1, offset: 0, mode: mode.charCodeAt(0) };
    const file = Object.assign(new this.StorageFile(), fields);
    if (mode === "w") this.erase(file);
    file.mode = fields.mode;
    if (mode === "a") this.seekEnd(file);
    return file;
  }

  /** A piece's bytes up to its end; undefined when there is none. */
  private piece({ name }: OpenFile, chunk: number): string | undefined {
    return this.storage.read(nameOf(name, chunk))?.split(END)[0];
  }

  private pieces(file: OpenFile): string[] {
    const pieces: string[] = [];
    for (let i = 1, piece = this.piece(file, i); piece !== undefined; piece = this.piece(file, ++i)) pieces.push(piece);
    return pieces;
  }

  private isFull(file: OpenFile, chunk: number): boolean {
    return this.storage.read(nameOf(file.name, chunk))?.length === this.piece(file, chunk)?.length;
  }

  private seekEnd(file: OpenFile): void {
    const count = this.pieces(file).length;
    file.chunk = Math.max(1, count);
    if (count && this.isFull(file, count) && count < LAST_CHUNK) file.chunk++;
    file.offset = this.piece(file, file.chunk)?.length ?? 0;
  }

  private read(file: OpenFile, count: number): string | undefined {
    if (String.fromCharCode(file.mode) !== "r") throw this.realm.error("Can't read in this mode");
    let text: string | undefined;
    while ((text ?? "").length < count) {
      const piece = this.piece(file, file.chunk);
      if (piece === undefined) break;
      const part = piece.slice(file.offset, file.offset + count - (text ?? "").length);
      if (part) text = (text ?? "") + part;
      file.offset += part.length;
      if (file.offset < piece.length) break;
      if (!this.isFull(file, file.chunk) || file.chunk === LAST_CHUNK) break;
      file.chunk++;
      file.offset = 0;
    }
    return text;
  }

  private readLine(file: OpenFile): string | undefined {
    let line = this.read(file, 1);
    for (let next = line; next !== undefined && next !== "\n"; ) {
      next = this.read(file, 1);
      line += next ?? "";
    }
    return line;
  }

  private write(file: OpenFile, data: unknown): void {
    const mode = String.fromCharCode(file.mode);
    if (mode !== "w" && mode !== "a") throw this.realm.error("Can't write in this mode");
    const text = byteString(bytesOf(String(data)));
    if (!text) return;
    const there = this.storage.read(nameOf(file.name, file.chunk));
    if (there === undefined) {
      this.begin(file, text);
      return;
    }
    const room = there.length - file.offset;
    this.storage.write(nameOf(file.name, file.chunk), text.slice(0, room), file.offset);
    file.offset += Math.min(room, text.length);
    if (text.length < room) return;
    if (file.chunk === LAST_CHUNK) throw this.realm.error("File too big!");
    file.chunk++;
    file.offset = 0;
    this.begin(file, text.slice(room));
  }

  /** The first bytes of a new piece. What does not fit there is refused, and the file with it. */
  private begin(file: OpenFile, text: string): void {
    const { mode } = file;
    file.mode = 0;
    this.storage.write(nameOf(file.name, file.chunk), text, 0, CHUNK_BYTES, true);
    file.offset = text.length;
    file.mode = mode;
  }

  private erase(file: OpenFile): void {
    for (let chunk = 1; this.storage.read(nameOf(file.name, chunk)) !== undefined; chunk++)
      this.storage.erase(nameOf(file.name, chunk));
    Object.assign(file, { chunk: 1, offset: 0, mode: 0 });
  }
}

function nameOf(name: string, chunk: number): string {
  return name + String.fromCharCode(chunk);
}
