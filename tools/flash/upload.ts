/**
 * The program that puts files into a board's Storage, a line at a time, and says how far it is and how it went. It runs on
 * the board, sent by Espruino's command line like any other program.
 */
import { crc32 } from "node:zlib";
import type { Plan, StorageFile } from "./plan";

/** Bytes of a file in one line; in base64 that is well within the input buffer of the smallest board. */
const PIECE = 384;
/** After how much of all the board tells how far it is, per cent. */
const STEP = 5;
/** What the board prints once all is there. */
export const DONE = "flash: done";
/** How far it is, in what it prints and the command line passes on. */
export const PROGRESS = /^(?:--\] )?>?flash: (\d+) %\r?$/;

/** The text of that program. Old versions of the files go first, and their room with them. */
export function uploadProgram({ files, program, restarts }: Plan): string {
  const erase = files.map(({ name }) => `require("Storage").erase(${JSON.stringify(name)});`);
  const progress = new Progress(files.reduce((sum, { content }) => sum + content.length, 0));
  const lines = [...erase, 'require("Storage").compact();', ...files.flatMap((file) => fileLines(file, progress))];
  lines.push(`print(${JSON.stringify(DONE)});`);
  if (program !== undefined) lines.push(program);
  if (restarts) lines.push("load();");
  return `${lines.join("\n")}\n`;
}

/** Says after which pieces how far it is. */
class Progress {
  private sent = 0;
  private told = 0;

  constructor(private readonly total: number) {}

  /** What to add to a line that sends so many bytes. */
  after(bytes: number): string {
    this.sent += bytes;
    const percent = Math.floor((100 * this.sent) / this.total);
    if (percent < this.told + STEP) return "";
    this.told = percent - (percent % STEP);
    return `print("flash: ${this.told} %");`;
  }
}

function fileLines({ name, content }: StorageFile, progress: Progress): string[] {
  const quoted = JSON.stringify(name);
  const bytes = Buffer.from(content, "latin1");
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    const size = at ? "" : `,${bytes.length}`;
    const write = `require("Storage").write(${quoted},atob("${piece.toString("base64")}"),${at}${size});`;
    lines.push(write + progress.after(piece.length));
  }
  const crc = `E.CRC32(require("Storage").read(${quoted}))==${crc32(bytes)}`;
  lines.push(`print("flash: "+${quoted}+(${crc}?" ok":" DAMAGED"));`);
  return lines;
}
