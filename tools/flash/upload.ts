/**
 * The program that puts files into a board's Storage, a line at a time, and says how it went. It runs on the board, sent
 * by Espruino's command line like any other program.
 */
import { crc32 } from "node:zlib";
import type { Plan, StorageFile } from "./plan";

/** Bytes of a file in one line; in base64 that is well within the input buffer of the smallest board. */
const PIECE = 384;
/** What the board prints once all is there. */
export const DONE = "flash: done";

/** The text of that program. Old versions of the files go first, and their room with them. */
export function uploadProgram({ files, program, restarts }: Plan): string {
  const erase = files.map(({ name }) => `require("Storage").erase(${JSON.stringify(name)});`);
  const lines = [...erase, 'require("Storage").compact();', ...files.flatMap(fileLines)];
  lines.push(`print(${JSON.stringify(DONE)});`);
  if (program !== undefined) lines.push(program);
  if (restarts) lines.push("load();");
  return `${lines.join("\n")}\n`;
}

function fileLines({ name, content }: StorageFile): string[] {
  const quoted = JSON.stringify(name);
  const bytes = Buffer.from(content, "latin1");
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE).toString("base64");
    lines.push(`require("Storage").write(${quoted},atob("${piece}"),${at}${at ? "" : `,${bytes.length}`});`);
  }
  const crc = `E.CRC32(require("Storage").read(${quoted}))==${crc32(bytes)}`;
  lines.push(`print("flash: "+${quoted}+(${crc}?" ok":" DAMAGED"));`);
  return lines;
}
