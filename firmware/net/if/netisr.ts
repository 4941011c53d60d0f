/**
 * The netisr turn: packets on their way up. BSD: net/netisr.h; Stevens section 1.12. Called by ether_input and looutput.
 *
 * A protocol's input is never entered while another input runs: a packet that appears meanwhile (looped back, or read
 * by a driver in between) waits in the one queue and is taken in the same turn. Calling straight through when nothing
 * runs (FreeBSD: netisr_dispatch) saves a queue operation a packet.
 */
import { IFQ_MAXLEN } from "../../config";
import { timeout } from "../../machdep";
import type { Embedded, Table } from "../../types";
import { type Mbuf, m_freem } from "../kern/mbuf";
import { turn_begin, turn_end } from "../kern/turn";
import { IF_DEQUEUE, IF_ENQUEUE, type Ifqueue, ifqueue_new } from "./ifnet";

/* Numbers of the protocols that packets go up to */
export const NETISR_IP = 0;
export const NETISR_ARP = 1;

export const NETISR_MAX = 2;

let inputs: Table<((m: Mbuf) => void) | null, typeof NETISR_MAX>;
export let netisr_queues: Table<Embedded<Ifqueue>, typeof NETISR_MAX>;
let running: boolean;
let scheduled: boolean;

export function netisr_init(): void {
  inputs = [];
  netisr_queues = [];
  for (let isr = 0; isr < NETISR_MAX; isr++) {
    inputs[isr] = null;
    netisr_queues[isr] = ifqueue_new(IFQ_MAXLEN);
  }
  running = false;
  scheduled = false;
}

/** Protocol `isr` takes its packets with `input`. */
export function netisr_register(isr: number, input: (m: Mbuf) => void): void {
  inputs[isr] = input;
}

/** Gives `m` to its protocol, now or, when input is running, later in the same turn. */
export function netisr_dispatch(isr: number, m: Mbuf): void {
  if (running) {
    IF_ENQUEUE(netisr_queues[isr], m);
    return;
  }
  running = true;
  netisr_input(isr, m);
  while (netisr_one());
  running = false;
}

function netisr_input(isr: number, m: Mbuf): void {
  const input = inputs[isr];
  if (input) input(m);
  else m_freem(m);
}

/** Gives `m` to its protocol in a turn to come: for whoever is on the way down. False when it had to be dropped. */
export function netisr_queue(isr: number, m: Mbuf): boolean {
  if (!running && !scheduled) netisr_schedule();
  return IF_ENQUEUE(netisr_queues[isr], m);
}

/** What waits is taken in a turn to come. BSD: schednetisr. */
export function netisr_schedule(): void {
  scheduled = true;
  timeout(netisr, 0);
}

/** The turn that was scheduled may have been lost (callout.ts: callout_rescue). */
export function netisr_rescue(): void {
  if (scheduled) netisr_schedule();
}

/** Packets dropped because protocol `isr`'s queue was full. */
export function netisr_drops(isr: number): number {
  return netisr_queues[isr].ifq_drops;
}

function netisr(): void {
  turn_begin();
  scheduled = false;
  running = true;
  while (netisr_one());
  running = false;
  turn_end();
}

/** Nothing is running, and nothing is scheduled, any more. */
export function netisr_reset(): void {
  running = false;
  scheduled = false;
}

/** Takes one packet from the queues; false when they are empty. */
function netisr_one(): boolean {
  for (let isr = 0; isr < NETISR_MAX; isr++) {
    const m = IF_DEQUEUE(netisr_queues[isr]);
    if (m) {
      netisr_input(isr, m);
      return true;
    }
  }
  return false;
}
