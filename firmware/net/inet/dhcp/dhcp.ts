/**
 * DHCP client: RFC 2131 4.4. BSD: none. Called by the library (ethernet.ts), or by the core for it; its datagrams are taken out
 * at UDP's input (udp_input.ts).
 *
 * One timer drives it: `dhcp_timer` does what the state asks for and sets itself for the next time. The address goes with
 * the cable and is asked for anew when there is one again (INIT-REBOOT); connections live through it when it is the same.
 *
 * What a server offers may not be had (it refuses, is silent, another host uses it): then it is asked again, later each
 * time, the program is told, and there is a link-local address meanwhile.
 *
 * Differs from RFC 2131: up to half a second before the first message, not ten (4.4.1), since boards do not boot in
 * hundreds at once. From RFC 5227: an address from a server, which looks after it, is probed in a fifth of the time.
 */
import { INET_ACD, INET_AUTOIP } from "../../../config";
import { uptime } from "../../../machdep";
import type { Arpcom } from "../../if/ether";
import { IFF_LINK, IFF_UP, if_setflags } from "../../if/ifnet";
import { callout_reset, callout_stop } from "../../kern/callout";
import { ENOBUFS } from "../../kern/errno";
import { free } from "../../kern/kern_malloc";
import { DHCPDECLINE, DHCPDISCOVER, DHCPRELEASE, DHCPREQUEST } from "../../wire/bootp";
import { arpresolve } from "../arp/arp";
import { in_ifinit, in_ifscrub, in_setgateway } from "../in";
import { in_ifaddr_of } from "../in_var";
import { acd_init, acd_probe, acd_stop, random_below } from "./acd";
import { autoip_start, autoip_taken } from "./autoip";
import { dhcp_age, dhcp_left } from "./dhcp_lease";
import { dhcp_message_init } from "./dhcp_message";
import { dhcp_send } from "./dhcp_output";
import {
  DEFEND_INTERVAL,
  DHCPS_CONFLICTS,
  DHCPS_EXPIRED,
  DHF_CHANGED,
  DHF_NOANSWER,
  DHF_NOCABLE,
  DHF_SILENT,
  DHF_TAKEN,
  DHS_BOUND,
  DHS_INIT,
  DHS_PROBING,
  DHS_REBINDING,
  DHS_REBOOTING,
  DHS_RENEWING,
  DHS_REQUESTING,
  DHS_SELECTING,
  DHV_LEFT,
  DHV_STATE,
  type Dhcp,
  DR_ADDR,
  DR_LEASE,
  DR_MASK,
  DR_ROUTER,
  DR_SERVER,
  DR_T1,
  DR_T2,
  dhcp_new,
  dhcp_of,
  dhcp_remove,
  dhcp_var_init,
  dhcpstat,
} from "./dhcp_var";

/** Before the first message at most (ms). */
const START_DELAY = 500;
/** How long to wait for a cable before it is missed. */
const LINK_PATIENCE = 12000;
/** Messages in vain before: somebody is told (12 s), a request is given up (60 s), an old lease is believed in (12 s). */
const DISCOVER_TRIES = 2;
const REQUEST_TRIES = 4;
const REBOOT_TRIES = 2;
/** After an address that turned out to be taken (RFC 2131 3.1, step 5). */
const DECLINE_DELAY = 10000;
/** The shortest time between two requests to renew (4.4.5). */
const RENEW_MIN = 60000;
/** While there is no cable the lease's age is looked at so often. */
const DAY = 86400000;
const PROBE_UNIT = 200;
/** Time before the first retransmission (ms; 4.1), each next one twice that, and by how much they vary. */
const BACKOFF = 4000;
const BACKOFF_SHIFT = 4; // 64 s
const BACKOFF_FUZZ = 1000;

export function dhcp_init(): void {
  dhcp_var_init();
  dhcp_message_init();
  if (INET_ACD) acd_init();
}

/**
 * Begins to ask for an address for `ac`, as soon as there is a cable; anew, if it does already. `notify`: see dh_notify.
 * Answers errno.
 */
export function dhcp_start(ac: Arpcom, notify: Dhcp["dh_notify"]): number {
  const dh = dhcp_of(ac) || dhcp_new(ac, uptime(), notify);
  if (!dh) return ENOBUFS;
  dh.dh_notify = notify;
  ac.if_resolve = arpresolve;
  if_setflags(ac, IFF_UP, 0);
  dhcp_begin(dh);
  if (!(ac.if_flags & IFF_LINK)) dhcp_enter(dh, DHS_INIT, LINK_PATIENCE);
  return 0;
}

/** Ends it; the server gets its address back. */
export function dhcp_stop(ac: Arpcom): void {
  const dh = dhcp_of(ac);
  if (!dh) return;
  if (dh.dh_state >= DHS_BOUND) dhcp_send(dh, DHCPRELEASE);
  dhcp_halt(dh);
  dhcp_remove(dh);
  free(dh);
}

/** The cable of an interface has come or gone. */
export function dhcp_link(ac: Arpcom): void {
  const dh = dhcp_of(ac);
  if (dh) dhcp_begin(dh);
}

/** What a client tells of itself: a DR_ of its lease, or a DHV_. */
export function dhcp_get(ac: Arpcom, what: number): number {
  const dh = dhcp_of(ac);
  if (!dh) return what === DHV_STATE ? -1 : 0;
  if (what === DHV_STATE) return dh.dh_state;
  if (what !== DHV_LEFT) return dh.dh_lease[what];
  const left = dh.dh_held ? dh.dh_lease[DR_LEASE] - dhcp_age(dh) : 0;
  return left > 0 ? left : 0;
}

/** Asks anew, for the address of before if its lease has not ended. */
export function dhcp_begin(dh: Dhcp): void {
  const wait = random_below(START_DELAY);
  dhcp_halt(dh);
  if (dh.dh_ac.if_flags & IFF_LINK) {
    dh.dh_start = (uptime() + wait) | 0;
    dh.dh_failed = 0;
    dhcp_enter(dh, dh.dh_held && dhcp_left(dh, dh.dh_lease[DR_LEASE]) > 0 ? DHS_REBOOTING : DHS_INIT, wait);
  } else if (dh.dh_held) callout_reset(dh.dh_callout, DAY, dhcp_aging, dh);
}

/** There is no cable: the clock goes round in 49 days, and a lease may last for longer. */
function dhcp_aging(dh: Dhcp): void {
  dhcp_age(dh);
  callout_reset(dh.dh_callout, DAY, dhcp_aging, dh);
}

/** Lets go of everything but the lease. */
function dhcp_halt(dh: Dhcp): void {
  callout_stop(dh.dh_callout);
  acd_stop(dh);
  dh.dh_open = false;
  in_ifscrub(dh.dh_ac);
  dh.dh_state = DHS_INIT;
  dh.dh_linklocal = 0;
}

function dhcp_enter(dh: Dhcp, state: number, wait: number): void {
  dh.dh_state = state;
  dh.dh_tries = 0;
  callout_reset(dh.dh_callout, wait, dhcp_timer, dh);
}

export function dhcp_timer(dh: Dhcp): void {
  const state = dh.dh_state;
  const tries = dh.dh_tries;
  if (state >= DHS_BOUND) dhcp_extend(dh);
  else if (state === DHS_INIT) dhcp_discover(dh);
  else if (state === DHS_SELECTING && dh.dh_score >= 0) dhcp_enter(dh, DHS_REQUESTING, 0);
  else if (state === DHS_REQUESTING && tries === REQUEST_TRIES) dhcp_enter(dh, DHS_INIT, 0);
  else if (state === DHS_REBOOTING && tries === REBOOT_TRIES) dhcp_check(dh);
  else dhcp_ask(dh, state);
}

/** A transaction of its own begins. */
function dhcp_discover(dh: Dhcp): void {
  if (!(dh.dh_ac.if_flags & IFF_LINK)) {
    dhcp_tell(dh, DHF_NOCABLE);
    return;
  }
  dh.dh_open = false;
  dh.dh_start = uptime();
  dh.dh_score = -1;
  dh.dh_asked = dh.dh_lease[DR_ADDR];
  dhcp_enter(dh, DHS_SELECTING, 0);
}

/** Asks, once more. */
function dhcp_ask(dh: Dhcp, state: number): void {
  const tries = dh.dh_tries++;
  callout_reset(dh.dh_callout, dhcp_backoff(tries), dhcp_timer, dh);
  dhcp_send(dh, state === DHS_SELECTING ? DHCPDISCOVER : DHCPREQUEST);
  if (tries === DISCOVER_TRIES) dhcp_without(dh, state === DHS_SELECTING ? DHF_SILENT : DHF_NOANSWER);
}

/** The time before the next message, after so many. */
function dhcp_backoff(tries: number): number {
  const shift = tries < BACKOFF_SHIFT ? tries : BACKOFF_SHIFT;
  return (BACKOFF << shift) - BACKOFF_FUZZ + random_below(2 * BACKOFF_FUZZ + 1);
}

function dhcp_tell(dh: Dhcp, fault: number): void {
  dh.dh_notify(dh.dh_ac, fault, dh.dh_lease[DR_SERVER]);
}

/** There is no address from a server for now: the program is told why, or has another one. */
function dhcp_without(dh: Dhcp, fault: number): void {
  if (fault !== DHF_SILENT || !INET_AUTOIP) dhcp_tell(dh, fault);
  if (INET_AUTOIP) autoip_start(dh);
}

/** An address that was offered is not to be had: from the beginning, in `wait` ms, and later each time. */
export function dhcp_failed(dh: Dhcp, wait: number, fault: number): void {
  const times = dh.dh_failed++;
  dhcp_lose(dh, times ? wait + dhcp_backoff(times - 1) : wait);
  if (times) dhcp_without(dh, fault);
  dh.dh_lease[DR_ADDR] = 0;
}

/** A lease is getting old: asks its server for more time, then all servers (4.4.5), then it is over. */
function dhcp_extend(dh: Dhcp): void {
  const lease = dh.dh_lease;
  let left = dh.dh_state === DHS_BOUND ? dhcp_left(dh, lease[DR_T1]) : 0;
  if (left > 0) {
    callout_reset(dh.dh_callout, left, dhcp_timer, dh);
    return;
  }
  let state = DHS_RENEWING;
  left = dhcp_left(dh, lease[DR_T2]);
  if (left <= 0) {
    state = DHS_REBINDING;
    left = dhcp_left(dh, lease[DR_LEASE]);
  }
  if (left <= 0) {
    dhcpstat[DHCPS_EXPIRED]++;
    dhcp_lose(dh, 0);
    return;
  }
  dh.dh_state = state;
  callout_reset(dh.dh_callout, left > 2 * RENEW_MIN ? left >> 1 : left > RENEW_MIN ? RENEW_MIN : left, dhcp_timer, dh);
  dhcp_send(dh, DHCPREQUEST);
}

/** The address is not ours any more, or not to be: from the beginning, in `wait` ms, asking for that of the lease if there is one. */
export function dhcp_lose(dh: Dhcp, wait: number): void {
  dh.dh_open = false;
  dh.dh_held = false;
  if (!dh.dh_linklocal) in_ifscrub(dh.dh_ac);
  dhcp_enter(dh, DHS_INIT, wait);
  dhcp_tell(dh, DHF_CHANGED);
}

/** Does anybody else use it? What AutoIP was trying for is not wanted any more. */
export function dhcp_check(dh: Dhcp): void {
  callout_stop(dh.dh_callout);
  dh.dh_open = false;
  dh.dh_state = DHS_PROBING;
  if (!in_ifaddr_of(dh.dh_ac)) dh.dh_linklocal = 0;
  acd_probe(dh, dh.dh_lease[DR_ADDR], PROBE_UNIT, 0, dhcp_probed);
}

function dhcp_probed(dh: Dhcp, taken: boolean): void {
  if (taken) dhcp_decline(dh);
  else dhcp_bound(dh);
}

/** Another host uses the address: the server is told. */
function dhcp_decline(dh: Dhcp): void {
  dhcpstat[DHCPS_CONFLICTS]++;
  dhcp_send(dh, DHCPDECLINE);
  dhcp_failed(dh, DECLINE_DELAY, DHF_TAKEN);
}

/** The address is ours until the lease ends. */
export function dhcp_bound(dh: Dhcp): void {
  const lease = dh.dh_lease;
  const ia = in_ifaddr_of(dh.dh_ac);
  dh.dh_open = false;
  dh.dh_linklocal = 0;
  dh.dh_failed = 0;
  dhcp_enter(dh, DHS_BOUND, dhcp_left(dh, lease[DR_T1]));
  if (!ia || ia.ia_addr !== lease[DR_ADDR] || ia.ia_subnetmask !== lease[DR_MASK])
    in_ifinit(dh.dh_ac, lease[DR_ADDR], lease[DR_MASK]);
  if (in_setgateway(lease[DR_ROUTER])) in_setgateway(0);
  dhcp_tell(dh, DHF_CHANGED);
}

/** Another host uses the address that we have. Once it is told so, by ARP; the second time we give in (RFC 5227 2.4 b). */
export function dhcp_conflict(ac: Arpcom): void {
  const dh = dhcp_of(ac);
  if (!dh) return;
  const now = uptime();
  const again = ((now - dh.dh_conflict) | 0) < DEFEND_INTERVAL;
  dh.dh_conflict = now;
  if (!again) return;
  if (INET_AUTOIP && dh.dh_linklocal) autoip_taken(dh);
  else dhcp_decline(dh);
}
