/**
 * A board with the machine code that is shipped (host-sim/native/thumb.ts), on the bench.
 */
import type { NetworkChip } from "../../../host-sim/chips";
import type { MachineOptions } from "../../../host-sim/machine";
import type { Processor } from "../../../host-sim/native/processor";
import { whyNoCore } from "../../../tools/native/cores";
import { Bench } from "../../lib/bench";
import { bundleFor, CHIP } from "../../lib/chip";

/* tools/native/runtime/board.c: the memory's head */
const ALIGN = 128;
const HEAD_BROKEN = 16;

/** Leaves a spec out, aloud, where there is no machine code. */
export function needsCore(chip = CHIP): void {
  const why = whyNoCore({ chip, profile: "full", thumb: "thumb1" });
  if (why) pending(why);
}

export class ThumbBench extends Bench<NetworkChip> {
  constructor(options: Partial<MachineOptions> = {}) {
    const chip = (options.chip as string | undefined) ?? CHIP;
    super({ bundle: bundleFor(chip, "readable"), ...options, core: "thumb" });
  }

  get processor(): Processor {
    return this.machine.processor!;
  }

  /** Thumb instructions that `work` takes, the interpreter's functions aside. */
  instructions(work: () => void): number {
    const { cortex } = this.processor.interpreter;
    const before = cortex.instructions;
    work();
    return cortex.instructions - before;
  }

  /** Functions of the interpreter's that gave machine code no answer. */
  get broken(): number {
    const { processor } = this;
    const base = (processor.flatStrings[0].start + ALIGN - 1) & -ALIGN;
    return processor.interpreter.memory.readUint32(base + HEAD_BROKEN);
  }

  evaluate<T>(text: string): T {
    return this.machine.board.realm.evaluate<T>(text, "test");
  }
}
