/**
 * The watchdog of an Ethernet chip: what goes wrong with it is found, put right in the smallest step that works, counted by
 * cause, and told. BSD: if_slowtimo and if_watchdog (net/if.c), Stevens 4.3, which leave all of it to the driver.
 *
 * **How a driver uses it.** Its softc is a `Watchdog`; it calls
 *  - `wd_init(sc)` once, `wd_start(sc)` when the chip is up, `wd_stop(sc)` when it is taken down;
 *  - `wd_fault(sc, cause, progress)` wherever it meets a fault, `progress` being a count that goes up by two or more
 *    between two faults when the chip has worked in between (if_ipackets, if_opackets);
 *  - `wd_dead(sc, fault, again)` when the chip cannot be brought up, `fault` being the driver's number for why.
 * And it sets two functions: `wd_look(sc)` examines the chip and answers a cause or WD_OK; `wd_mend(sc, cause, level)` puts
 * it right: in the smallest step at level 0, in larger ones at the levels after it, by a whole reset at WD_WHOLE.
 *
 * While frames come in a second costs a comparison, and the chip is looked at every WD_SKIP seconds, since a filter may
 * have gone wrong that some frames still pass, or while the cable is thought to be out. When none come it is looked at every second. A chip that looks well and
 * has heard nothing for WD_SILENCE seconds may yet be deaf: its receiver is reset as a precaution, and the neighbours are
 * asked. When nothing has answered WD_SILENCE seconds later it is the whole chip; then ever more seldom, as nobody may be there.
 */
import { uptime } from "../machdep";
import type { Arpcom } from "../net/if/ether";
import { IFF_LINK } from "../net/if/ifnet";
import { type Callout, callout_new, callout_reset, callout_stop } from "../net/kern/callout";
import type { caddr_t, Embedded, Words } from "../types";

/* Causes, and indices of if_chipstat, which counts them. The first two mend by a whole reset alone. */
export const WD_OK = 0; // nothing is wrong. In if_chipstat: whole resets
export const WD_DEAD = 1; // the chip does not answer, or not as itself
export const WD_REGS = 2; // registers have changed: a dip of the supply
export const WD_FILTER = 3; // the filters have changed
export const WD_RXOFF = 4; // the receiver is off
export const WD_RXHDR = 5; // a received frame's header makes no sense
export const WD_RXPTR = 6; // the receive pointers do not agree
export const WD_OVERRUN = 7; // frames were lost for want of room in the chip
export const WD_TXSTUCK = 8; // a frame's end never came
export const WD_EDGE = 9; // the interrupt line fell and nobody was told
export const WD_LINE = 10; // the interrupt line does not say what is
export const WD_SILENT = 11; // nothing heard for long
export const WD_NCAUSE = 12;

/** `mend`'s level for a whole reset, and how many smaller steps come first. */
export const WD_WHOLE = 9;
const PATIENCE = 3;
/** Time until a dead chip is tried again, between two looks, between two whole resets at least, and between two tellings of one cause (ms). */
const RETRY = 5000;
const TICK = 1000;
const REST = 2000;
const HUSH = 3600000;
/** Seconds between two looks while frames come in. */
export const WD_SKIP = 8;
/** Seconds without any frame until the receiver is reset; and until the whole chip is, at first and at most. */
export const WD_SILENCE = 30;
const UNANSWERED = 60;
const UNANSWERED_MAX = 960;

export interface Watchdog extends Arpcom {
  wd_tick: Embedded<Callout>;
  wd_look: (sc: Watchdog) => number;
  wd_mend: (sc: Watchdog, cause: number, level: number) => void;
  /** tells the program: of a cause that has been mended (`fault` 0), or why the chip cannot be brought up */
  wd_tell: (sc: Watchdog, cause: number, fault: number) => void;
  /** how often each cause was met: what if_chipstat refers to */
  wd_chipstat: Words<typeof WD_NCAUSE>;
  /** causes that have been told (bits), and since when */
  wd_told: number;
  wd_hush: number;
  /** the last fault, the progress at it, how often it has come back without any, and when the last whole reset was */
  wd_cause: number;
  wd_progress: number;
  wd_level: number;
  wd_reset: number;
  /** if_ipackets at the last tick, ticks since the last look; ticks without a frame, how many until a reset, if_opackets then */
  wd_ipackets: number;
  wd_skipped: number;
  wd_quiet: number;
  wd_silence: number;
  wd_opackets: number;
}

/** Makes the softc's part of it. */
export function wd_init(sc: Watchdog): void {
  sc.wd_tick = callout_new();
  sc.wd_chipstat = new Uint32Array(WD_NCAUSE);
  sc.if_chipstat = sc.wd_chipstat;
  sc.wd_reset = (uptime() - REST) | 0;
  sc.wd_hush = uptime();
  sc.wd_told = sc.wd_cause = sc.wd_progress = sc.wd_level = 0;
  sc.wd_ipackets = sc.wd_skipped = sc.wd_quiet = sc.wd_opackets = 0;
  sc.wd_silence = UNANSWERED;
}

/** The chip is up: it is looked at now, and from now on. */
export function wd_start(sc: Watchdog): void {
  sc.wd_quiet = 0;
  sc.wd_opackets = sc.if_opackets;
  wd_look(sc);
}

export function wd_stop(sc: Watchdog): void {
  callout_stop(sc.wd_tick);
}

/** Once a second. */
function wd_tick(sc: Watchdog): void {
  if (sc.if_ipackets !== sc.wd_ipackets) {
    sc.wd_ipackets = sc.if_ipackets;
    sc.wd_opackets = sc.if_opackets;
    sc.wd_quiet = 0;
    sc.wd_silence = UNANSWERED;
    if (sc.if_flags & IFF_LINK && ++sc.wd_skipped < WD_SKIP) {
      callout_reset(sc.wd_tick, TICK, wd_tick, sc);
      return;
    }
  }
  wd_look(sc);
}

/** Looks at the chip. What is done about it may take it down, and the callout with it. */
function wd_look(sc: Watchdog): void {
  callout_reset(sc.wd_tick, TICK, wd_tick, sc);
  sc.wd_skipped = 0;
  const cause = sc.wd_look(sc);
  if (cause) wd_fault(sc, cause, sc.if_ipackets);
  else if (sc.if_flags & IFF_LINK && !(++sc.wd_quiet % WD_SILENCE)) wd_silent(sc);
}

/** Deaf, or alone? The neighbours are asked; they have until the next time. */
function wd_silent(sc: Watchdog): void {
  const asked = sc.if_opackets !== sc.wd_opackets || sc.wd_quiet >= UNANSWERED_MAX;
  const unanswered = asked && sc.wd_quiet >= sc.wd_silence;
  if (unanswered && sc.wd_silence < UNANSWERED_MAX) sc.wd_silence *= 2;
  sc.wd_chipstat[WD_SILENT]++;
  wd_mend(sc, WD_SILENT, unanswered ? WD_WHOLE : 0);
  sc.if_probe(sc);
}

/** Something is wrong with the chip: it is counted, told and put right. */
export function wd_fault(sc: Watchdog, cause: number, progress: number): void {
  const moved = progress - sc.wd_progress;
  sc.wd_level = cause === sc.wd_cause && moved < 2 ? sc.wd_level + 1 : 0;
  sc.wd_cause = cause;
  sc.wd_progress = progress;
  sc.wd_chipstat[cause]++;
  if (cause !== WD_DEAD) wd_hush(sc, cause, 0);
  const whole = cause <= WD_REGS || (sc.wd_level > PATIENCE && ((uptime() - sc.wd_reset) | 0) > REST);
  wd_mend(sc, cause, whole ? WD_WHOLE : sc.wd_level);
}

function wd_mend(sc: Watchdog, cause: number, level: number): void {
  if (level === WD_WHOLE) {
    sc.wd_chipstat[WD_OK]++;
    sc.wd_reset = uptime();
  }
  sc.wd_mend(sc, cause, level);
}

/** The chip cannot be brought up: told, and tried `again` later. */
export function wd_dead(sc: Watchdog, fault: number, again: (sc: caddr_t) => void): void {
  callout_reset(sc.wd_tick, RETRY, again, sc);
  wd_hush(sc, WD_OK, fault);
}

/** Tells of each cause once an hour. */
function wd_hush(sc: Watchdog, cause: number, fault: number): void {
  const now = uptime();
  if (((now - sc.wd_hush) | 0) > HUSH) {
    sc.wd_told = 0;
    sc.wd_hush = now;
  }
  if (sc.wd_told & (1 << cause)) return;
  sc.wd_told |= 1 << cause;
  sc.wd_tell(sc, cause, fault);
}
