/**
 * Instructions of the ENC28J60 (DS39662E 4.2). Which of four registers an address means depends on the bank, which ECON1
 * selects: whoever decodes follows what is written there.
 */
import { indexOf, REG } from "../chips/enc28j60/registers";
import { bytesText, type SpiTransaction } from "./spi_tap";

const RBM = 0x3a;
const WBM = 0x7a;
const SRC = 0xff;
const NAMES = new Map(Object.entries(REG).map(([name, index]) => [index, name]));
const OPCODES = ["RCR", "RBM", "WCR", "WBM", "BFS", "BFC", "?", "SRC"];
const BANK = 3;

/** The value of ECON1 behind a transaction of which these are the first two bytes. */
export function enc28j60Econ1(econ1: number, first: number, value: number): number {
  if (first === SRC) return 0;
  if (!isRegister(first) || indexOf(econ1 & BANK, first & 31) !== REG.ECON1) return econ1;
  const opcode = OPCODES[first >> 5];
  if (opcode === "WCR") return value;
  return opcode === "BFS" ? econ1 | value : opcode === "BFC" ? econ1 & ~value : econ1;
}

function isRegister(first: number): boolean {
  return first !== RBM && first !== WBM;
}

/** `econ1`: as it was before. */
export function enc28j60Text({ mosi, miso }: SpiTransaction, econ1: number): string {
  if (!mosi.length) return "nothing";
  const [first, value = 0] = mosi;
  if (first === SRC) return "SRC  soft reset";
  if (first === RBM) return `RBM  ${bytesText(miso.subarray(1))}`;
  if (first === WBM) return `WBM  ${bytesText(mosi.subarray(1))}`;
  const name = NAMES.get(indexOf(econ1 & BANK, first & 31)) ?? `0x${(first & 31).toString(16).padStart(2, "0")}`;
  const opcode = OPCODES[first >> 5];
  if (opcode === "RCR") return `RCR  ${name} -> ${byte(readValue(name, miso))}`;
  return `${opcode}  ${name} ${{ WCR: "=", BFS: "|=", BFC: "&= ~" }[opcode] ?? ""} ${byte(value)}`.replace("~ ", "~");
}

/** Behind a register of the MAC or the MII comes a dummy byte first (4.2.1). */
function readValue(name: string, miso: Uint8Array): number {
  return (/^M/.test(name) ? miso[2] : miso[1]) ?? 0;
}

function byte(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
