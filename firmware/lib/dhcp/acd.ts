/**
 * Is an address free? RFC 5227 2.1: probes before it is used. BSD: none. Called by the DHCP client and AutoIP, one
 * address at a time. What is heard of an address in use is arp_input.ts's and comes to ethernet.ts.
 */
import { INET_ACD } from "../../config";
import { random32 } from "../../machdep";
import type { Arpcom } from "../../net/if/ether";
import { arp_probe } from "../../net/inet/arp/arp_input";
import { arprequest } from "../../net/inet/arp/arp_output";
import { type Callout, callout_new, callout_pending, callout_reset, callout_stop } from "../../net/kern/callout";

const PROBE_NUM = 3;

interface Acd {
  acd_ac: Arpcom;
  acd_addr: number;
  /** the time that RFC 5227 1.1 calls one second (ms) */
  acd_unit: number;
  /** probes to be sent yet */
  acd_left: number;
  acd_done: (taken: boolean) => void;
  acd_callout: Callout;
}

let acd: Acd | null;

/**
 * Probes `addr`, `wait` ms from now, and calls `done(is it taken?)`; in place of whatever was being probed. RFC 5227 1.1:
 * up to 1 unit of time before the first of three probes, 1 to 2 between them, 2 after the last.
 */
export function acd_probe(ac: Arpcom, addr: number, unit: number, wait: number, done: (taken: boolean) => void): void {
  if (!INET_ACD) {
    done(false);
    return;
  }
  acd_stop();
  acd = {
    acd_ac: ac,
    acd_addr: addr,
    acd_unit: unit,
    acd_left: PROBE_NUM,
    acd_done: done,
    acd_callout: callout_new(),
  };
  arp_probe(addr);
  callout_reset(acd.acd_callout, wait + random_below(unit), acd_timer, acd);
}

/** Ends probing without an answer. */
export function acd_stop(): void {
  if (!INET_ACD || !acd) return;
  callout_stop(acd.acd_callout);
  acd = null;
  arp_probe(0);
}

/** Is an address being probed? */
export function acd_busy(): boolean {
  return INET_ACD && acd !== null && callout_pending(acd.acd_callout);
}

/** Another host has shown that `addr` is its own: true when that is the address being probed. */
export function acd_taken(addr: number): boolean {
  if (!INET_ACD || !acd || acd.acd_addr !== addr) return false;
  acd_end(acd, true);
  return true;
}

function acd_timer(a: Acd): void {
  if (!a.acd_left) {
    acd_end(a, false);
    return;
  }
  arprequest(a.acd_ac, 0, a.acd_addr, null);
  a.acd_left--;
  callout_reset(a.acd_callout, a.acd_unit + (a.acd_left ? random_below(a.acd_unit) : a.acd_unit), acd_timer, a);
}

function acd_end(a: Acd, taken: boolean): void {
  acd_stop();
  a.acd_done(taken);
}

/** A random number of 0 to n - 1. */
export function random_below(n: number): number {
  return (random32() >>> 1) % n;
}
