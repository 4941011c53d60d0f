/**
 * What a test wants to know of the past: frames, drops by cause, instructions.
 */
import { type FrameCounters, newFrameCounters, zeros } from "../model";

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

export interface Counters extends FrameCounters<DropCause> {
  /** Transmissions that were aborted, and frames sent into no link. */
  framesAborted: number;
  framesLost: number;
  collisions: number;
  pauseFramesIn: number;
  pauseFramesOut: number;
  instructions: Record<Instruction, number>;
}

export function newCounters(): Counters {
  return {
    ...newFrameCounters(DROP_CAUSES),
    framesAborted: 0,
    framesLost: 0,
    collisions: 0,
    pauseFramesIn: 0,
    pauseFramesOut: 0,
    instructions: zeros(INSTRUCTIONS),
  };
}
