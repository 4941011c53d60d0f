/**
 * What a test wants to know of the past: frames, drops by cause, commands.
 */

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

export interface Counters {
  /** Frames the cable brought, and those of them that reached the receive buffer. */
  framesArrived: number;
  framesIn: number;
  /** Frames the cable was given, and frames that were given up: by CLOSE, by a reset. */
  framesOut: number;
  framesAbandoned: number;
  /** Falls of the INT pin. */
  interrupts: number;
  dropped: Record<DropCause, number>;
  commands: Record<CommandName, number>;
}

export function newCounters(): Counters {
  return {
    framesArrived: 0,
    framesIn: 0,
    framesOut: 0,
    framesAbandoned: 0,
    interrupts: 0,
    dropped: zeros(DROP_CAUSES),
    commands: zeros(COMMANDS),
  };
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
