/**
 * A blob of machine code on an emulated Cortex-M0+ (rp2040js), where a board's shell would have it: in flash, with memory and a
 * stack in RAM, and Espruino's table of functions for machine code, which is played here. One call is one entry.
 */
import { RP2040 } from "rp2040js";

const FLASH = 0x10000000;
const RAM = 0x20000000;
const STACK = RAM + 0x41000;
const STUBS = RAM + 0x41400;
const EXPTR = RAM + 0x41800;
const RETURN = STUBS + 0x200;

/** Where the code lies: files in Storage begin at multiples of 4. */
const CODE = FLASH + 0x40104;

/* runtime/board.c: header, head, entries of its own */
const MAGIC = 0x31484545;
const [HEAD_NOW, HEAD_NEXT, HEAD_DATA, HEAD_BROKEN, HEAD_EXPTR] = [0, 4, 8, 12, 16];
const BOARD_HOOK = 127;
/* Espruino's table (jsinteractive, exportPtrs) */
const [EX_LOCK, EX_UNLOCK, EX_NEWINTEGER, EX_GETINTEGER, EX_CALL] = [0, 1, 6, 10, 13];
const NEXPTR = 17;
/** An entry that takes more instructions does not come back. */
const LONGEST = 20_000_000;

export type Hook = (...numbers: number[]) => number | undefined;

export class EmulatedCore {
  readonly layout: number;
  /** bytes of memory, and where core_args are in it */
  readonly size: number;
  readonly args: number;
  /** instructions that all calls have taken, the shell's functions aside; and bytes of stack, the most so far */
  total = 0;
  stack = 0;
  private readonly chip = new RP2040();
  private readonly entry: number;
  /** the interpreter's variables by handle, and how often each is locked */
  private readonly variables = new Map<number, { value: number | Hook; locks: number }>();
  private handles = 0x30000000;

  constructor(blob: Buffer) {
    if (blob.readUInt32LE(0) !== MAGIC) throw new Error("no core");
    this.layout = blob.readUInt32LE(4);
    this.size = blob.readUInt32LE(8);
    this.args = blob.readUInt32LE(12);
    if (blob.readUInt32LE(16) !== blob.length) throw new Error("a core that is not whole");
    this.entry = CODE + blob.readUInt32LE(20);
    this.chip.flash.set(blob, CODE - FLASH);
    for (let i = 0; i < NEXPTR; i++) {
      this.chip.writeUint16(STUBS + 8 * i, 0xbe00 | i); // bkpt #i
      this.chip.writeUint16(STUBS + 8 * i + 2, 0x4770); // bx lr
      this.chip.writeUint32(EXPTR + 4 * i, (STUBS + 8 * i) | 1);
    }
    this.chip.writeUint16(RETURN, 0xbe00 | 255);
    this.write(HEAD_EXPTR, EXPTR);
  }

  /** The memory: what the shell has as an array. */
  get memory(): Uint8Array {
    return this.chip.sram.subarray(0, this.size);
  }

  read(at: number): number {
    return this.chip.readUint32(RAM + at) | 0;
  }

  write(at: number, value: number): void {
    this.chip.writeUint32(RAM + at, value);
  }

  /** ms until CORE_TIMEOUT is due; -1: never */
  get next(): number {
    return this.read(HEAD_NEXT);
  }

  get broken(): number {
    return this.read(HEAD_BROKEN);
  }

  /** Locks that are held, of everything but the functions. */
  get locked(): number {
    return [...this.variables.values()].filter(({ value }) => typeof value === "number").length;
  }

  hook(which: number, func: Hook): void {
    this.call(BOARD_HOOK, 0, which, this.variable(func), 0);
  }

  /** Calls the entry as E.nativeCall does. `now`: ms of uptime. */
  call(code: number, now: number, a = 0, b = 0, c = 0): number {
    const { core } = this.chip;
    const kept = [4, 5, 6, 7, 8, 9, 10, 11];
    this.write(HEAD_NOW, now);
    this.write(HEAD_DATA, 0);
    [RAM | code, a, b, c].forEach((value, i) => {
      core.registers[i] = value;
    });
    for (const i of kept) core.registers[i] = 0x5a000000 + i;
    core.SP = STACK;
    core.LR = RETURN | 1;
    core.PC = this.entry;
    let isOver = false;
    this.chip.onBreak = (which) => {
      if (which === 255) isOver = true;
      else core.registers[0] = this.exported(which);
    };
    const begun = this.total;
    while (!isOver) {
      core.executeInstruction();
      this.stack = Math.max(this.stack, STACK - core.SP);
      if (++this.total - begun > LONGEST) throw new Error(`entry ${code} does not return`);
    }
    if (kept.some((i) => core.registers[i] !== 0x5a000000 + i)) throw new Error("a register of the caller's is lost");
    return core.registers[0] | 0;
  }

  private variable(value: number | Hook): number {
    this.handles += 8;
    this.variables.set(this.handles, { value, locks: 1 });
    return this.handles;
  }

  private exported(which: number): number {
    const [a] = this.chip.core.registers;
    if (which === EX_NEWINTEGER) return this.variable(a | 0);
    const variable = this.variables.get(a);
    if (!variable) throw new Error(`no variable ${a.toString(16)} for function ${which}`);
    if (which === EX_LOCK) variable.locks++;
    else if (which === EX_UNLOCK) {
      if (!--variable.locks) this.variables.delete(a);
    } else if (which === EX_GETINTEGER) return Number(variable.value);
    else if (which === EX_CALL) return this.called(variable.value as Hook);
    else throw new Error(`function ${which} of the interpreter`);
    return a;
  }

  private called(func: Hook): number {
    const sp = this.chip.core.SP;
    const count = this.chip.readUint32(sp);
    const at = this.chip.readUint32(sp + 4);
    const numbers = Array.from(
      { length: count },
      (_, i) => this.variables.get(this.chip.readUint32(at + 4 * i))!.value as number,
    );
    const answer = func(...numbers);
    return answer === undefined ? 0 : this.variable(answer);
  }
}
