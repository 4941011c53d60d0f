/**
 * Random numbers of a simulation: seeded, so that a run can be repeated exactly.
 *
 * The generator is mulberry32 (one 32-bit word of state, period 2^32): far too weak for secrets, plenty for a bad cable.
 */
export class Random {
  private state: number;

  /** `seed`: any number; its low 32 bits count. */
  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** 0 <= result < 2^32, an integer. */
  word(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** 0 <= result < 1. */
  fraction(): number {
    return this.word() / 0x100000000;
  }

  /** 0 <= result < `limit`, an integer. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** True with the given probability (0..1). Draws nothing when the answer is certain. */
  chance(probability: number): boolean {
    if (probability <= 0) return false;
    return probability >= 1 || this.fraction() < probability;
  }
}

/** A 32-bit seed from a text (FNV-1a), so that a name gives the same numbers in each run. */
export function seedFrom(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
