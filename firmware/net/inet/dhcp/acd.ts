/**
 * Is an address free? RFC 5227 2.1: probes before it is used. BSD: none. Called by the DHCP client and AutoIP, one
 * address at a time. What is heard of an address in use is arp_input.ts's and comes to dhcp_conflict.
 */
import { INET_ACD } from "../../../config";
import { random32 } from "../../../machdep";
import type { Embedded } from "../../../types";
import { type Callout, callout_new, callout_pending, callout_reset, callout_stop } from "../../kern/callout";
import { arp_probe } from "../arp/arp_input";
import { arprequest } from "../arp/arp_output";
import type { Dhcp } from "./dhcp_var";

const PROBE_NUM = 3;

/** Who is probing, or null; for what, in what RFC 5227 1.1 calls one second (ms); and the probes to be sent yet. */
let acd_dh: Dhcp | null;
let acd_addr: number;
let acd_unit: number;
let acd_left: number;
let acd_done: (dh: Dhcp, taken: boolean) => void;
let acd_callout: Embedded<Callout>;

export function acd_init(): void {
  acd_dh = null;
  acd_callout = callout_new();
}

/**
 * Probes `addr`, `wait` ms from now, and calls `done(dh, is it taken?)`; in place of whatever was being probed. RFC 5227 1.1:
 * up to 1 unit of time before the first of three probes, 1 to 2 between them, 2 after the last.
 */
export function acd_probe(
  dh: Dhcp,
  addr: number,
  unit: number,
  wait: number,
  done: (dh: Dhcp, taken: boolean) => void,
): void {
  if (!INET_ACD) {
    done(dh, false);
    return;
  }
  acd_addr = addr;
  acd_unit = unit;
  acd_left = PROBE_NUM;
  acd_done = done;
  acd_dh = dh;
  arp_probe(addr);
  callout_reset(acd_callout, wait + random_below(unit), acd_timer, dh);
}

/** Ends the probing for `dh` without an answer. */
export function acd_stop(dh: Dhcp): void {
  if (!INET_ACD || acd_dh !== dh) return;
  callout_stop(acd_callout);
  acd_dh = null;
  arp_probe(0);
}

/** Is an address being probed? */
export function acd_busy(dh: Dhcp): boolean {
  return INET_ACD && acd_dh === dh && callout_pending(acd_callout);
}

/** Another host has shown that `addr` is its own: true when that is the address being probed. */
export function acd_taken(addr: number): boolean {
  if (!INET_ACD || !acd_dh || acd_addr !== addr) return false;
  acd_end(acd_dh, true);
  return true;
}

function acd_timer(dh: Dhcp): void {
  if (!acd_left) {
    acd_end(dh, false);
    return;
  }
  arprequest(dh.dh_ac, 0, acd_addr, null);
  acd_left--;
  callout_reset(acd_callout, acd_unit + (acd_left ? random_below(acd_unit) : acd_unit), acd_timer, dh);
}

function acd_end(dh: Dhcp, taken: boolean): void {
  acd_stop(dh);
  acd_done(dh, taken);
}

/** A random number of 0 to n - 1. */
export function random_below(n: number): number {
  return (random32() >>> 1) % n;
}
