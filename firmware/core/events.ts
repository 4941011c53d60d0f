/**
 * What happens to interfaces, kept until the shell asks for it. BSD: none; there the routing socket tells it.
 *
 * When nobody asks for long the oldest are lost: what counts is how things stand.
 */
import { arena } from "../machdep";
import type { Table } from "../types";
import {
  ARG_ADDR,
  ARG_CAUSE,
  type ARG_COUNT,
  ARG_ENADDR,
  ARG_FAULT,
  ARG_PENDING,
  ARG_UNIT,
  EVENT_CHIP,
  EVENT_CONFLICT,
  EVENT_DHCP,
  EVENT_LINK,
  PENDING_EVENTS,
} from "./sysent";

/** What does not fit an entry's arguments: by the indices that sysent.ts has. */
export let core_args: Table<number, typeof ARG_COUNT>;

/** How many are kept, and words of each: kind, unit, and three of what it is about. */
const NEVENTS = 4;
const NWORDS = 5;
const NQUEUE = NEVENTS * NWORDS;

let queue: Table<number, typeof NQUEUE>;
let first: number;
let count: number;

export function events_init(): void {
  core_args = [];
  queue = [];
  first = 0;
  count = 0;
}

/** The cable of a unit was plugged in, or pulled. */
export function event_link(unit: number): void {
  event_post(EVENT_LINK, unit, 0, 0, 0);
}

/** Another host, whose hardware address is at arena offset `sha`, uses `addr`, which is ours or about to be. */
export function event_conflict(unit: number, sha: number, addr: number): void {
  const low = arena[sha] | (arena[sha + 1] << 8) | (arena[sha + 2] << 16) | (arena[sha + 3] << 24);
  event_post(EVENT_CONFLICT, unit, addr, low, arena[sha + 4] | (arena[sha + 5] << 8));
}

/** Of the chip, in its driver's numbers. */
export function event_chip(unit: number, cause: number, fault: number): void {
  event_post(EVENT_CHIP, unit, cause, fault, 0);
}

/** A DHCP client tells (dh_notify). */
export function event_dhcp(unit: number, fault: number, server: number): void {
  event_post(EVENT_DHCP, unit, fault, server, 0);
}

function event_post(kind: number, unit: number, a: number, b: number, c: number): void {
  if (count === NEVENTS) first = (first + 1) % NEVENTS;
  else count++;
  const at = ((first + count - 1) % NEVENTS) * NWORDS;
  queue[at] = kind;
  queue[at + 1] = unit;
  queue[at + 2] = a;
  queue[at + 3] = b;
  queue[at + 4] = c;
  core_args[ARG_PENDING] |= PENDING_EVENTS;
}

/** Takes the oldest: its kind, with the rest in core_args; 0 when there is none. */
export function event_next(): number {
  if (!count) {
    core_args[ARG_PENDING] &= ~PENDING_EVENTS;
    return 0;
  }
  const at = first * NWORDS;
  const kind = queue[at];
  first = (first + 1) % NEVENTS;
  count--;
  core_args[ARG_UNIT] = queue[at + 1];
  if (kind === EVENT_CONFLICT) {
    core_args[ARG_ADDR] = queue[at + 2];
    core_args[ARG_ENADDR] = queue[at + 3];
    core_args[ARG_ENADDR + 1] = queue[at + 4];
  } else {
    core_args[ARG_CAUSE] = queue[at + 2];
    core_args[ARG_FAULT] = queue[at + 3];
  }
  return kind;
}

/** Hardware addresses in core_args. */
export function enaddr_get(enaddr: Uint8Array): void {
  for (let i = 0; i < 6; i++) enaddr[i] = core_args[ARG_ENADDR + (i >> 2)] >> (8 * (i & 3));
}

export function enaddr_put(enaddr: Uint8Array): void {
  core_args[ARG_ENADDR] = enaddr[0] | (enaddr[1] << 8) | (enaddr[2] << 16) | (enaddr[3] << 24);
  core_args[ARG_ENADDR + 1] = enaddr[4] | (enaddr[5] << 8);
}
