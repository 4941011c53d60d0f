/**
 * What joins a segment to something outside the simulation.
 */
import type { RealTime } from "../realtime";
import type { Segment } from "../segment";

/** The shortest frame on an Ethernet without its CRC: hosts hand out shorter ones and leave the padding to the MAC. */
const MIN_FRAME = 60;
/** The longest: header and 1500 bytes, with an 802.1Q tag. */
const MAX_FRAME = 1518;
const HEADER = 14;

/** An open link. */
export interface Link {
  /** One line: what is connected to what. */
  readonly description: string;
  /** Releases everything; frames no longer pass. */
  close(): Promise<void>;
}

/** What a link is opened with. */
export interface LinkContext {
  segment: Segment;
  /** Everything that comes in from the host goes through its `inject`. */
  realTime: RealTime;
  /** Takes what the user should hear of while the link is in use, one line each. */
  report: (line: string) => void;
}

/** Why a link cannot be opened, and what to do about it: for the user, not a defect. */
export class LinkError extends Error {
  /** Somebody else has it: another one may be free. */
  isTaken = false;
}

/** Counts what a link's own MAC refuses. */
export interface LinkCounters {
  /** frames too short or too long for an Ethernet */
  badLength: number;
  /** frames that the other side was not ready to take, or that had nobody to go to */
  dropped: number;
}

/** A frame from outside as it appears on the wire: padded; undefined when no Ethernet could carry it. */
export function onTheWire(frame: Uint8Array): Uint8Array | undefined {
  if (frame.length < HEADER || frame.length > MAX_FRAME) return undefined;
  if (frame.length >= MIN_FRAME) return frame;
  const padded = new Uint8Array(MIN_FRAME);
  padded.set(frame);
  return padded;
}
