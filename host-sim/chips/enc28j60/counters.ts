/**
 * What a test wants to know of the past: frames, drops by cause, instructions.
 */

export const INSTRUCTIONS = ["RCR", "RBM", "WCR", "WBM", "BFS", "BFC", "SRC"] as const;
export type Instruction = (typeof INSTRUCTIONS)[number];

/** Why a frame from the cable did not reach the FIFO. */
export const DROP_CAUSES = [
  "absent",
  "linkDown",
  "receiverOff",
  "deaf",
  "jammed",
  "runt",
  "oversize",
  "filter",
  "crc",
  "controlFrame",
  "overflow",
  "packetCount",
  "erratum17",
  "aborted",
] as const;
export type DropCause = (typeof DROP_CAUSES)[number];

export interface Counters {
  /** Frames the cable brought (loopback included), and those of them that reached the FIFO. */
  framesArrived: number;
  framesIn: number;
  /** Frames the cable was given, transmissions that were aborted, and frames sent into no link. */
  framesOut: number;
  framesAborted: number;
  framesLost: number;
  collisions: number;
  pauseFramesIn: number;
  pauseFramesOut: number;
  /** Falls of the INT pin. */
  interrupts: number;
  dropped: Record<DropCause, number>;
  instructions: Record<Instruction, number>;
}

export function newCounters(): Counters {
  return {
    framesArrived: 0,
    framesIn: 0,
    framesOut: 0,
    framesAborted: 0,
    framesLost: 0,
    collisions: 0,
    pauseFramesIn: 0,
    pauseFramesOut: 0,
    interrupts: 0,
    dropped: zeros(DROP_CAUSES),
    instructions: zeros(INSTRUCTIONS),
  };
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
