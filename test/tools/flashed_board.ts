/**
 * A board to be flashed: a Storage whose files lie as Espruino lays them (src/jsflash.c), one behind the other, where one that
 * is erased keeps its room until the rest is moved together; and what of the interpreter the upload's program uses.
 */

import { createContext, runInContext } from "node:vm";
import { crc32 } from "node:zlib";

const BASE = 0x08004000;
const HEADER = 32;

interface File {
  name: string;
  content: string;
  isErased: boolean;
  isLog: boolean;
}

export class FlashedBoard {
  /** bytes of RAM for a copy of a file */
  memory = 100000;
  private files: File[];

  constructor(
    files: Record<string, string>,
    private readonly room = 12000,
  ) {
    this.files = Object.entries(files).map(([name, content]) => ({ name, content, isErased: false, isLog: false }));
  }

  /** Runs a program's lines; what it printed. */
  run(text: string): string[] {
    const printed: string[] = [];
    const world = createContext({
      atob: (base64: string) => Buffer.from(base64, "base64").toString("latin1"),
      print: (line: string) => printed.push(line),
      load: () => printed.push("load"),
      E: {
        CRC32: (content: string) => crc32(Buffer.from(content, "latin1")),
        getAddressOf: (content: string) => this.addressOf((file) => file.content === content),
        toUint8Array: (content: string) => {
          if (content.length > this.memory) throw new Error("out of memory");
          return content;
        },
      },
      require: () => this.storage(),
    });
    for (const line of text.trim().split("\n")) runInContext(line, world);
    return printed;
  }

  /** All that is there, as it lies. */
  get names(): string[] {
    return this.present().map(({ name }) => name);
  }

  read(name: string): string | undefined {
    return this.find(name)?.content;
  }

  address(name: string): number {
    return this.addressOf((file) => file.name === name);
  }

  /** A StorageFile. */
  log(name: string, content: string): void {
    this.files.push({ name: `${name}\x01`, content, isErased: false, isLog: true });
  }

  write(name: string, data: string, at = 0, size = data.length, isLog = false): void {
    if (!at) {
      this.erase(name);
      if (this.free() < HEADER + size) this.compact();
      if (this.free() < HEADER + size) throw new Error("Unable to find or create file");
      this.files.push({ name, content: "\xff".repeat(size), isErased: false, isLog });
    }
    const file = this.find(name)!;
    file.content = file.content.slice(0, at) + data + file.content.slice(at + data.length);
  }

  erase(name: string): void {
    const file = this.find(name);
    if (file) file.isErased = true;
  }

  compact(): void {
    this.files = this.present();
  }

  private storage(): object {
    return {
      erase: (name: string) => this.erase(name),
      compact: () => this.compact(),
      getFree: () => this.free(),
      list: (_: undefined, filter?: { sf: boolean }) =>
        this.present()
          .filter(({ isLog }) => !filter || isLog === filter.sf)
          .map(({ name, isLog }) => (filter?.sf && isLog ? name.slice(0, -1) : name)),
      read: (name: string) => this.read(name),
      write: (name: string, data: string, at?: number, size?: number) => this.write(name, data, at, size),
      open: (name: string) => this.open(`${name}\x01`),
    };
  }

  private open(name: string): object {
    let at = 0;
    return {
      read: (length: number) => {
        const piece = this.read(name)?.slice(at, at + length);
        at += length;
        return piece || undefined;
      },
      erase: () => this.erase(name),
      write: (data: string) => this.write(name, data, 0, data.length, true),
    };
  }

  private present(): File[] {
    return this.files.filter(({ isErased }) => !isErased);
  }

  private find(name: string): File | undefined {
    return this.present().find((file) => file.name === name);
  }

  private free(): number {
    return this.room - sizeOf(this.files);
  }

  private addressOf(isWanted: (file: File) => boolean): number {
    const at = this.files.findIndex((file) => !file.isErased && isWanted(file));
    return at < 0 ? 0 : BASE + sizeOf(this.files.slice(0, at)) + HEADER;
  }
}

function sizeOf(files: File[]): number {
  return files.reduce((sum, { content }) => sum + HEADER + Math.ceil(content.length / 4) * 4, 0);
}
