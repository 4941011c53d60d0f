/**
 * Instructions of the ENC28J60 (DS39662E 4.2). Which of four registers an address means depends on the bank, which ECON1
 * selects: the decoder follows what was written there.
 */
import { indexOf, REG } from "../chips/enc28j60/registers";
import { bytesText, type SpiTransaction } from "./spi_tap";

const RBM = 0x3a;
const WBM = 0x7a;
const SRC = 0xff;
const NAMES = new Map(Object.entries(REG).map(([name, index]) => [index, name]));
const OPCODES = ["RCR", "RBM", "WCR", "WBM", "BFS", "BFC", "?", "SRC"];
const BANK = 3;

export class Enc28j60Spi {
  private econ1 = 0;

  text({ mosi, miso }: SpiTransaction): string {
    if (!mosi.length) return "nothing";
    const [first, value = 0] = mosi;
    if (first === SRC) {
      this.econ1 = 0;
      return "SRC  soft reset";
    }
    if (first === RBM) return `RBM  ${bytesText(miso.subarray(1))}`;
    if (first === WBM) return `WBM  ${bytesText(mosi.subarray(1))}`;
    const index = indexOf(this.econ1 & BANK, first & 31);
    const name = NAMES.get(index) ?? `0x${(first & 31).toString(16).padStart(2, "0")}`;
    const opcode = OPCODES[first >> 5];
    if (opcode === "RCR") return `RCR  ${name} -> ${byte(this.readValue(name, miso))}`;
    if (index === REG.ECON1) this.changeEcon1(opcode, value);
    return `${opcode}  ${name} ${{ WCR: "=", BFS: "|=", BFC: "&= ~" }[opcode] ?? ""} ${byte(value)}`.replace("~ ", "~");
  }

  /** Behind a register of the MAC or the MII comes a dummy byte first (4.2.1). */
  private readValue(name: string, miso: Uint8Array): number {
    return (/^M/.test(name) ? miso[2] : miso[1]) ?? 0;
  }

  private changeEcon1(opcode: string, value: number): void {
    if (opcode === "WCR") this.econ1 = value;
    else if (opcode === "BFS") this.econ1 |= value;
    else if (opcode === "BFC") this.econ1 &= ~value;
  }
}

function byte(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
