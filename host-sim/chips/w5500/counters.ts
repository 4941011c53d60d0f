/**
 * What a test wants to know of the past: frames, drops by cause, commands.
 */
import { type FrameCounters, newFrameCounters, zeros } from "../model";

export const COMMANDS = ["OPEN", "CLOSE", "SEND", "RECV"] as const;
export type CommandName = (typeof COMMANDS)[number];

/** Why a frame from the cable did not reach the receive buffer. The chip itself counts none of them. */
export const DROP_CAUSES = [
  "absent",
  "linkDown",
  "closed",
  "deaf",
  "runt",
  "oversize",
  "crc",
  "filter",
  "overflow",
] as const;
export type DropCause = (typeof DROP_CAUSES)[number];

export interface Counters extends FrameCounters<DropCause> {
  /** Frames that were given up: by CLOSE, by a reset. */
  framesAbandoned: number;
  commands: Record<CommandName, number>;
}

export function newCounters(): Counters {
  return { ...newFrameCounters(DROP_CAUSES), framesAbandoned: 0, commands: zeros(COMMANDS) };
}
