/**
 * A Cortex-M0+ (that of rp2040js) with nothing around it but memory (memory.ts). Machine code is called as a function of four
 * words, and may call functions of the host's, which lie at addresses of their own. Whatever a real processor stops at is a
 * HardFault, and so is what the rules of calls forbid.
 */
import { type Logger, RP2040 } from "rp2040js";
import { HardFault, Memory } from "./memory";

type Core = RP2040["core"];

/** Where the host's functions are: no memory is there. */
const OUTSIDE = 0xf0000000;
const RETURN = OUTSIDE + 0x1000;
const STACK = 0x20000000;
const STACK_BYTES = 16384;
/** What the stack has in it where it was never used. */
const UNUSED = 0xa5;
/** A call that takes more instructions does not come back. */
const LONGEST = 20_000_000;
/** A callee gives them back as they were: r4 to r11. */
const KEPT = [4, 5, 6, 7, 8, 9, 10, 11];
/** Of those that it may leave as it likes, r1 to r3 and r12. */
const SPOILT = [1, 2, 3, 12];

export class Cortex {
  readonly memory = new Memory();
  /** that all calls have taken, the host's functions aside */
  instructions = 0;
  private readonly stackBytes = new Uint8Array(STACK_BYTES).fill(UNUSED);
  private readonly core: Core;

  /** `outside`: does what the host's function of that number does, and answers its word. */
  constructor(private readonly outside: (which: number) => number) {
    this.memory.map(STACK, this.stackBytes);
    this.core = coreOn(this.memory);
    this.core.SP = STACK + STACK_BYTES;
  }

  /** The address of one of the host's functions. */
  static outside(which: number): number {
    return (OUTSIDE + 4 * which) | 1;
  }

  /** Bytes of stack, the most so far. */
  get stack(): number {
    return STACK_BYTES - this.stackBytes.findIndex((byte) => byte !== UNUSED);
  }

  /** What one of the host's functions has been given, four of them in registers and more on the stack. */
  argument(i: number): number {
    return i < 4 ? this.core.registers[i] : this.memory.readUint32(this.core.SP + 4 * (i - 4));
  }

  /** Calls a function; may be called while one runs that has called the host. */
  call(address: number, words: readonly number[]): number {
    const { core } = this;
    const { registers } = core;
    const before = registers.slice();
    if (!(address & 1)) throw new HardFault(`a call to ${address.toString(16)}, which is not Thumb code`);
    words.forEach((word, i) => {
      registers[i] = word;
    });
    for (const i of KEPT) registers[i] = 0x5a000000 + i;
    core.SP &= ~7;
    const sp = core.SP;
    core.LR = RETURN | 1;
    core.PC = address & ~1;
    try {
      this.run();
      if (core.SP !== sp) throw new HardFault("the stack is not as it was");
      const lost = KEPT.find((i) => registers[i] !== 0x5a000000 + i);
      if (lost) throw new HardFault(`the caller's r${lost} is lost`);
      return registers[0] | 0;
    } catch (error) {
      if (error instanceof HardFault && !error.message.includes("pc ")) error.message += this.place();
      throw error;
    } finally {
      registers.set(before);
    }
  }

  private run(): void {
    const { core } = this;
    const { registers } = core;
    for (let n = 1; ; n++) {
      core.executeInstruction();
      if (registers[15] >= OUTSIDE) {
        this.instructions += n;
        if (registers[15] === RETURN) return;
        this.leave();
        n = 0;
      } else if (n > LONGEST) throw new HardFault("it does not return");
    }
  }

  /** A function of the host's is called. */
  private leave(): void {
    const { core } = this;
    core.registers[0] = this.outside((core.PC - OUTSIDE) >> 2);
    for (const i of SPOILT) core.registers[i] = 0xdead0000 + i;
    core.PC = core.LR & ~1;
  }

  private place(): string {
    const [pc, lr] = [this.core.PC, this.core.LR].map((word) => (word >>> 0).toString(16));
    return ` (pc ${pc}, lr ${lr})`;
  }
}

/** rp2040js exports the whole chip alone: its core's class is that of one. */
let anyCore: Core | undefined;

function coreOn(memory: Memory): Core {
  anyCore ??= new RP2040().core;
  const made = new (anyCore.constructor as new (bus: unknown) => Core)(
    Object.assign(memory, { logger: LOUD, onBreak: (which: number) => fault(`bkpt ${which}`) }),
  );
  return made;
}

function fault(text: string): never {
  throw new HardFault(text);
}

/** What rp2040js only complains of. */
const complain = (_component: string, message: string) => fault(message);
const LOUD: Logger = { debug: complain, info: complain, warn: complain, error: complain };
