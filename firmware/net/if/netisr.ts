/**
 * The netisr turn: packets on their way up. BSD: net/netisr.h; Stevens section 1.12. Called by ether_input and looutput.
 *
 * A protocol's input is never entered while another input runs: a packet that appears meanwhile (looped back, or read
 * by a driver in between) waits in the one queue and is taken in the same turn. Calling straight through when nothing
 * runs (FreeBSD: netisr_dispatch) saves a queue operation a packet.
 */
import { IFQ_MAXLEN } from "../../config";
import { timeout } from "../../machdep";
import type { Mbuf } from "../kern/mbuf";
import { turn_begin, turn_end } from "../kern/turn";
import { if_qmend } from "./if_mend";
import { IF_DEQUEUE, IF_ENQUEUE, type Ifqueue, ifqueue_new } from "./ifnet";

/* Numbers of the protocols that packets go up to */
export const NETISR_IP = 0;
export const NETISR_ARP = 1;

let inputs: ((m: Mbuf) => void)[];
let queues: Ifqueue[];
let running: boolean;
let scheduled: boolean;

export function netisr_init(): void {
  inputs = [];
  queues = [];
  running = false;
  scheduled = false;
}

/** Protocol `isr` takes its packets with `input`. */
export function netisr_register(isr: number, input: (m: Mbuf) => void): void {
  inputs[isr] = input;
  queues[isr] = ifqueue_new(IFQ_MAXLEN);
}

/** Gives `m` to its protocol, now or, when input is running, later in the same turn. */
export function netisr_dispatch(isr: number, m: Mbuf): void {
  if (running) {
    IF_ENQUEUE(queues[isr], m);
    return;
  }
  running = true;
  inputs[isr](m);
  while (netisr_one());
  running = false;
}

/** Gives `m` to its protocol in a turn to come: for whoever is on the way down. False when it had to be dropped. */
export function netisr_queue(isr: number, m: Mbuf): boolean {
  if (!running && !scheduled) netisr_schedule();
  return IF_ENQUEUE(queues[isr], m);
}

/** BSD: schednetisr */
function netisr_schedule(): void {
  scheduled = true;
  timeout(netisr, 0);
}

/** The turn that was scheduled may have been lost (callout.ts: callout_rescue). */
export function netisr_rescue(): void {
  if (scheduled) netisr_schedule();
}

/** Packets dropped because protocol `isr`'s queue was full. */
export function netisr_drops(isr: number): number {
  return queues[isr].ifq_drops;
}

function netisr(): void {
  turn_begin();
  scheduled = false;
  running = true;
  while (netisr_one());
  running = false;
  turn_end();
}

/** A turn has broken off: what waits goes on in a turn to come. */
export function netisr_mend(): void {
  running = scheduled = false;
  for (let isr = 0; isr < queues.length; isr++) if (if_qmend(queues[isr])) netisr_schedule();
}

/** Takes one packet from the queues; false when they are empty. */
function netisr_one(): boolean {
  for (let isr = 0; isr < inputs.length; isr++) {
    const m = IF_DEQUEUE(queues[isr]);
    if (m) {
      inputs[isr](m);
      return true;
    }
  }
  return false;
}
