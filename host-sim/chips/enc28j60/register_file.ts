/**
 * The storage of the control registers, and what the host's reads and writes do to it (DS39662E 3.1).
 *
 * Blocks of the chip attach their side effects: `onWrite` runs after a write by the host, `onRead` supplies what the
 * host sees. 16-bit registers are also reachable as words: the pairs lie low byte first, like every host Node runs on.
 */
import { indexOf, isClearOnly, REG, REGISTER_COUNT, REGISTERS } from "./registers";

/** `written` is what the host sent (BFS and BFC: the result before masking), `old` the register before. */
export type WriteHook = (written: number, old: number) => void;
export type ReadHook = (stored: number) => number;

const MASKS = Uint8Array.from(REGISTERS, (register) => register.mask);

export class RegisterFile {
  readonly bytes = new Uint8Array(REGISTER_COUNT);
  readonly words = new Uint16Array(this.bytes.buffer);
  private readonly writeHooks: WriteHook[][] = Array.from({ length: REGISTER_COUNT }, () => []);
  private readonly readHooks: (ReadHook | undefined)[] = new Array(REGISTER_COUNT).fill(undefined);

  /** Every register to its reset value (the caller restores what a reset spares). */
  reset(): void {
    REGISTERS.forEach((register, index) => {
      this.bytes[index] = register.reset;
    });
  }

  onWrite(indices: readonly number[], hook: WriteHook): void {
    for (const index of indices) this.writeHooks[index].push(hook);
  }

  onRead(index: number, hook: ReadHook): void {
    this.readHooks[index] = hook;
  }

  /** RCR. */
  hostRead(index: number): number {
    const hook = this.readHooks[index];
    return hook ? hook(this.bytes[index]) : this.bytes[index];
  }

  /** WCR, and BFS and BFC with their result. */
  hostWrite(index: number, written: number): void {
    const old = this.bytes[index];
    const mask = MASKS[index];
    this.bytes[index] = (old & ~mask) | (written & (isClearOnly(index) ? old & mask : mask));
    for (const hook of this.writeHooks[index]) hook(written, old);
  }

  get(index: number): number {
    return this.bytes[index];
  }

  set(index: number, value: number): void {
    this.bytes[index] = value;
  }

  has(index: number, bits: number): boolean {
    return (this.bytes[index] & bits) !== 0;
  }

  setBits(index: number, bits: number): void {
    this.bytes[index] |= bits;
  }

  clearBits(index: number, bits: number): void {
    this.bytes[index] &= ~bits;
  }

  /** A 16-bit register by the index of its low byte. */
  word(lowIndex: number): number {
    return this.words[lowIndex >> 1];
  }

  setWord(lowIndex: number, value: number): void {
    this.words[lowIndex >> 1] = value;
  }

  /** The index of an address in the bank that ECON1 selects. */
  selected(address: number): number {
    return indexOf(this.bytes[REG.ECON1] & 3, address);
  }
}
