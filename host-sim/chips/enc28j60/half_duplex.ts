/**
 * What the shared cable does to a transmission in half duplex: collisions with backoff, and the three aborts
 * (DS39662E 7.1, 9). A cable of this simulation has no collisions of its own: they are drawn from the faults.
 */

import { strikes } from "../model";
import { Macon4 } from "./bits";
import { BYTE_TIME, type Core, PREAMBLE_BYTES } from "./core";
import { REG } from "./registers";
import type { TransmitReport } from "./status_vectors";

/** How a transmission goes: after `delay` the last attempt begins when the cable is free, and lasts `bytes` byte times. */
export interface Attempt {
  result: TransmitReport["result"];
  collisions: number;
  deferred: boolean;
  delay: number;
  bytes: number;
  /** Bytes on the wire in the attempts that collided before. */
  wastedBytes: number;
  /** TXRTS stays set and no flag comes (erratum 13). */
  stuck: boolean;
}

const JAM_BYTES = 4;
/** 512 bit times. */
const SLOT_TIME = 51_200;
const LARGEST_BACKOFF = 10;
const MOST_COLLISIONS = 15;
/** 24288 bit times of a busy cable. */
const EXCESSIVE_DEFERRAL = 2_428_800;
const FIRST_REVISION_OF_ERRATUM_13 = 5;

export function undisturbed(bytes: number): Attempt {
  return { result: "sent", collisions: 0, deferred: false, delay: 0, bytes, wastedBytes: 0, stuck: false };
}

/** Draws the fate of a frame that takes `bytes` byte times, preamble included. */
export function drawAttempt(core: Core, bytes: number): Attempt {
  const { faults, random } = core;
  const attempt = undisturbed(bytes);
  if (strikes(faults, "excessiveDeferralNext")) deferExcessively(core, attempt);
  else if (strikes(faults, "lateCollisionNext") || random.chance(faults.lateCollision)) collideLate(core, attempt);
  else if (strikes(faults, "excessiveCollisionsNext") || random.chance(faults.excessiveCollisions))
    collide(core, attempt, core.registers.get(REG.MACLCON1) + 1, "excessiveCollisions");
  else if (linkPulseHits(core)) collideWithLinkPulse(core, attempt);
  else if (random.chance(faults.collision)) collide(core, attempt, 1, "sent");
  return attempt;
}

/** DEFER = 1 waits for ever and so sends late, DEFER = 0 gives up. */
function deferExcessively(core: Core, attempt: Attempt): void {
  attempt.delay = EXCESSIVE_DEFERRAL;
  attempt.deferred = true;
  if (core.registers.has(REG.MACON4, Macon4.DEFER)) return;
  attempt.result = "excessiveDeferral";
  attempt.bytes = 0;
}

function collisionWindow(core: Core): number {
  return core.registers.get(REG.MACLCON2);
}

/** A collision behind the window of MACLCON2 is not repeated. */
function collideLate(core: Core, attempt: Attempt): void {
  attempt.result = "lateCollision";
  attempt.bytes = Math.min(attempt.bytes, PREAMBLE_BYTES + collisionWindow(core) + 1 + JAM_BYTES);
}

/** `count` attempts collide within the window; then the frame is sent, or given up. */
function collide(core: Core, attempt: Attempt, count: number, result: "sent" | "excessiveCollisions"): void {
  for (let n = 1; n <= count; n++) {
    const bytes = PREAMBLE_BYTES + core.random.below(collisionWindow(core) + 1) + JAM_BYTES;
    attempt.wastedBytes += bytes;
    attempt.delay += bytes * BYTE_TIME + backoff(core, n);
  }
  attempt.collisions = Math.min(count, MOST_COLLISIONS);
  attempt.result = result;
  if (result !== "sent") attempt.bytes = 0;
}

function backoff(core: Core, collision: number): number {
  if (core.registers.has(REG.MACON4, Macon4.NOBKOFF)) return 0;
  return core.random.below(1 << Math.min(collision, LARGEST_BACKOFF)) * SLOT_TIME;
}

function linkPulseHits(core: Core): boolean {
  const { faults, settings, random } = core;
  if (!faults.erratum13 || settings.revision < FIRST_REVISION_OF_ERRATUM_13) return false;
  return random.chance(faults.erratum13Probability);
}

/** Erratum 13: within the window the frame is repeated, behind it that is a late collision, which may hang TXRTS. */
function collideWithLinkPulse(core: Core, attempt: Attempt): void {
  const { faults, random } = core;
  if (random.below(attempt.bytes) < PREAMBLE_BYTES + collisionWindow(core)) {
    collide(core, attempt, 1, "sent");
    return;
  }
  collideLate(core, attempt);
  attempt.stuck = random.chance(faults.erratum13Stuck);
}
