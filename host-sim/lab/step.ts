/**
 * A step of a simulation that stands still.
 */
import { SECOND } from "../clock";
import type { Simulator } from "../simulator";
import type { LabClock } from "./lab_clock";
import type { Recorder } from "./recorder";

/** A step ends without having found what it was to find. */
const LONGEST = 30 * SECOND;

/** Runs one event of the clock, or until something is recorded, or a packet passes; the clock stands at where that is, then. */
export function step(
  { clock, realTime }: Simulator,
  recorder: Recorder,
  labClock: LabClock,
  until: "event" | "record" | "packet",
): void {
  labClock.paused = true;
  let isFound = false;
  const end = recorder.listen((record) => {
    if (until === "record" || (until === "packet" && record.k === "packet")) isFound = true;
  });
  let steps = 0;
  clock.runUntil(() => isFound || (until === "event" && steps++ > 0), LONGEST);
  end();
  labClock.skip(realTime.lead);
}
