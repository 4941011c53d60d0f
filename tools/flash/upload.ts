/**
 * The program that puts files into a board's Storage, a line at a time, and says how far it is and how it went. It runs on
 * the board, sent by Espruino's command line like any other program.
 */
import { crc32 } from "node:zlib";
import { CHIPS, coreName } from "./bundles";
import type { Plan } from "./plan";
import { flashBytes, HEADER, type StorageFile } from "./storage";

/** Bytes of a file in one line; in base64 that is well within the input buffer of the smallest board. */
const PIECE = 384;
/** After how much of all the board tells how far it is, per cent. */
const STEP = 5;
/** What the board prints once all is there. */
export const DONE = "flash: done";
/** How far it is, in what it prints and the command line passes on. */
export const PROGRESS = /^(?:--\] )?>?flash: (\d+) %\r?$/;

/** What it prints besides, and what that means to the user. */
export const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/flash: no room/, "Other files leave too little room: erase those that are not needed, and try again."],
  [/flash: \S+ FAILED/, "The board did not take a file; try again."],
  [/flash: \S+ DAMAGED/, "A file did not arrive whole; try again."],
  [
    /flash: \S+ not first/,
    "Other files lie before the machine code, and could not be moved: the Storage would move it while it runs. " +
      'Erase them, or all (require("Storage").eraseAll()), and try again.',
  ],
];

/**
 * The text of that program. Old versions of the files go first, and their room with them. Machine code is to lie first: then
 * no file that is erased later can be before it, and whenever the Storage is compacted it stays where it is. What other
 * files the board has are moved behind it.
 */
export function uploadProgram({ files, core, program, restarts }: Plan): string {
  const progress = new Progress(files.reduce((sum, { content }) => sum + content.length, 0));
  const old = [...new Set([...files.map(({ name }) => name), ...CHIPS.map(coreName)])];
  const lines = [
    PUT,
    `${JSON.stringify(old)}.forEach(function(n){FLASH.s.erase(n)});FLASH.s.compact();`,
    ...(core ? [OTHERS] : []),
    room(flashBytes(files)),
    ...files.flatMap((file) => putLines(file, progress)),
    ...(core ? [MOVE_FILES, MOVE_LOGS, "FLASH.s.compact();", isFirst(core)] : []),
    ...files.map(whole),
    `FLASH.bad||print(${JSON.stringify(DONE)});delete FLASH;`,
  ];
  if (program !== undefined) lines.push(program);
  if (restarts) lines.push("load();");
  return `${lines.join("\n")}\n`;
}

/** What it has of its own; after the first fault it writes no more. */
const PUT =
  'var FLASH={s:require("Storage"),bad:0,put:function(n,d,a,z){' +
  'if(!this.bad)try{this.s.write(n,atob(d),a,z)}catch(e){this.bad=1;print("flash: "+n+" FAILED: "+e)}}};';

/** The other files that are there, and StorageFiles, which are in pieces. */
const OTHERS = "FLASH.files=FLASH.s.list(undefined,{sf:false});FLASH.logs=FLASH.s.list(undefined,{sf:true});";

const room = (bytes: number) =>
  `if(FLASH.s.getFree()<${bytes}){FLASH.bad=1;print("flash: no room: "+FLASH.s.getFree()+` +
  `" bytes of ${bytes}, beside "+FLASH.s.list().join(", "))}`;

/** What is written anew is written behind all others. */
const moved = (list: string, work: string) =>
  `FLASH.bad||FLASH.${list}.forEach(function(n){try{${work}}catch(e){print("flash: "+n+" stays: "+e)}});`;

const MOVE_FILES = moved("files", "var d=E.toUint8Array(FLASH.s.read(n));FLASH.s.erase(n);FLASH.s.write(n,d)");
const MOVE_LOGS = moved(
  "logs",
  'var f=FLASH.s.open(n,"r"),d="",p;while((p=f.read(256))!==undefined)d+=p;f.erase();FLASH.s.open(n,"w").write(d)',
);

/** A Storage begins where a page does, a file behind its header. */
const isFirst = (core: string) =>
  `FLASH.bad||E.getAddressOf(FLASH.s.read("${core}"),true)%${PAGE}==${HEADER}||print("flash: ${core} not first");`;
/** The smallest that a board has. */
const PAGE = 1024;

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

function putLines({ name, content }: StorageFile, progress: Progress): string[] {
  const bytes = Buffer.from(content, "latin1");
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    const size = at ? "" : `,${bytes.length}`;
    const put = `FLASH.put(${JSON.stringify(name)},"${piece.toString("base64")}",${at}${size});`;
    lines.push(put + progress.after(piece.length));
  }
  return lines;
}

/** Says whether a file has arrived. */
function whole({ name, content }: StorageFile): string {
  const quoted = JSON.stringify(name);
  const crc = `E.CRC32(FLASH.s.read(${quoted}))==${crc32(Buffer.from(content, "latin1"))}`;
  return `FLASH.bad||print("flash: "+${quoted}+(${crc}?" ok":" DAMAGED"));`;
}
