/**
 * DHCP client: RFC 2131 4.4. BSD: none. Called by ethernet.ts; built on the system calls.
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
import { INET_AUTOIP } from "../../config";
import { hrtime } from "../../machdep";
import type { Arpcom } from "../../net/if/ether";
import { IFF_LINK, IFF_UP, if_setflags } from "../../net/if/ifnet";
import { arpresolve } from "../../net/inet/arp/arp";
import { in_ifinit, in_ifscrub, in_setgateway } from "../../net/inet/in";
import { in_ifaddr_of } from "../../net/inet/in_var";
import { callout_reset, callout_stop } from "../../net/kern/callout";
import { recvstring } from "../../net/kern/syscalls";
import { DHCPDECLINE, DHCPDISCOVER, DHCPNAK, DHCPOFFER, DHCPRELEASE, DHCPREQUEST } from "../../net/wire/bootp";
import { acd_probe, acd_stop, random_below } from "./acd";
import { autoip_taken } from "./autoip";
import { dhcp_asbefore, dhcp_isours, dhcp_parse } from "./dhcp_message";
import { dhcp_close, dhcp_open, dhcp_send } from "./dhcp_output";
import { dhcp_backoff, dhcp_fault, dhcp_without } from "./dhcp_patience";
import {
  DEFEND_INTERVAL,
  DHCPS_ALIEN,
  DHCPS_BAD,
  DHCPS_CONFLICTS,
  DHCPS_EXPIRED,
  DHCPS_NAKS,
  DHCPS_RCVD,
  DHS_BOUND,
  DHS_INIT,
  DHS_PROBING,
  DHS_REBINDING,
  DHS_REBOOTING,
  DHS_RENEWING,
  DHS_REQUESTING,
  DHS_SELECTING,
  type Dhcp,
  type DhcpReply,
  dhcp_new,
  dhcpstat,
  dhcpstat_init,
} from "./dhcp_var";

/** Before the first message at most (ms). */
const START_DELAY = 500;
/** How long to wait for a cable before it is missed. */
const LINK_PATIENCE = 12000;
/** Messages in vain before: somebody is told (12 s), a request is given up (60 s), an old lease is believed in (12 s). */
const DISCOVER_TRIES = 2;
const REQUEST_TRIES = 4;
const REBOOT_TRIES = 2;
/** How long other servers may make a better offer. */
const OFFER_TIME = 300;
/** After a refusal; after an address that turned out to be taken (RFC 2131 3.1, step 5). */
const NAK_DELAY = 1000;
const DECLINE_DELAY = 10000;
/** The shortest time between two requests to renew (4.4.5). */
const RENEW_MIN = 60000;
/** The longest wait in one go (20 days). */
const LONGEST_WAIT = 1728000000;
const PROBE_UNIT = 200;
const LONGEST = 1472;

/** The one client that there is. */
export let dhcpcb: Dhcp | undefined;

/** Begins to ask for an address, as soon as there is a cable; `notify`: see dh_notify. */
export function dhcp_start(ac: Arpcom, notify: (error: string) => void): Dhcp {
  const dh = dhcp_new(ac, notify);
  dhcpstat_init();
  ac.if_resolve = arpresolve;
  if_setflags(ac, IFF_UP, 0);
  dhcp_link(dh);
  if (!(ac.if_flags & IFF_LINK)) dhcp_enter(dh, DHS_INIT, LINK_PATIENCE);
  return dh;
}

/** The cable has come or gone: asks anew, for the address of before if its lease has not ended. */
export function dhcp_link(dh: Dhcp): void {
  const wait = random_below(START_DELAY);
  dhcpcb = dh;
  dhcp_halt(dh);
  if (!(dh.dh_ac.if_flags & IFF_LINK)) return;
  dh.dh_start = hrtime() + wait;
  dh.dh_failed = 0;
  dhcp_enter(dh, dh.dh_expiry > dh.dh_start ? DHS_REBOOTING : DHS_INIT, wait);
}

/** Ends it; the server gets its address back. */
export function dhcp_stop(dh: Dhcp): void {
  dhcpcb = undefined;
  if (dh.dh_state >= DHS_BOUND) dhcp_tell(dh, DHCPRELEASE);
  dhcp_halt(dh);
}

/** Sends a message, and listens for the answer. */
function dhcp_tell(dh: Dhcp, type: number): void {
  if (dh.dh_fd < 0) dhcp_open(dh, dhcp_listener(dh));
  if (dh.dh_fd >= 0) dhcp_send(dh, type);
}

/** What is told that something has come. */
function dhcp_listener(dh: Dhcp): () => void {
  return () => dhcp_input(dh);
}

/** Lets go of everything but the lease. */
function dhcp_halt(dh: Dhcp): void {
  callout_stop(dh.dh_callout);
  acd_stop();
  dhcp_close(dh);
  in_ifscrub(dh.dh_ac);
  dh.dh_state = DHS_INIT;
  dh.dh_linklocal = 0;
}

function dhcp_enter(dh: Dhcp, state: number, wait: number): void {
  dh.dh_state = state;
  dh.dh_tries = 0;
  callout_reset(dh.dh_callout, wait, dhcp_timer, dh);
}

/** Calls dhcp_timer in `ms` or a little later, or after the longest wait: callouts count whole ms, to 24 days. */
function dhcp_wait(dh: Dhcp, ms: number): void {
  callout_reset(dh.dh_callout, ms < LONGEST_WAIT ? ms + 2 : LONGEST_WAIT, dhcp_timer, dh);
}

function dhcp_timer(dh: Dhcp): void {
  const state = dh.dh_state;
  const tries = dh.dh_tries;
  if (state >= DHS_BOUND) dhcp_extend(dh);
  else if (state === DHS_INIT) dhcp_init(dh);
  else if (state === DHS_SELECTING && dh.dh_score >= 0) dhcp_enter(dh, DHS_REQUESTING, 0);
  else if (state === DHS_REQUESTING && tries === REQUEST_TRIES) dhcp_enter(dh, DHS_INIT, 0);
  else if (state === DHS_REBOOTING && tries === REBOOT_TRIES) dhcp_check(dh);
  else dhcp_ask(dh, state);
}

/** A transaction of its own begins. */
function dhcp_init(dh: Dhcp): void {
  if (!(dh.dh_ac.if_flags & IFF_LINK)) {
    dh.dh_notify("no cable");
    return;
  }
  dhcp_close(dh);
  dh.dh_start = hrtime();
  dh.dh_score = -1;
  dh.dh_asked = dh.dh_lease ? dh.dh_lease.dr_addr : 0;
  dhcp_enter(dh, DHS_SELECTING, 0);
}

/** Asks, once more. */
function dhcp_ask(dh: Dhcp, state: number): void {
  const tries = dh.dh_tries++;
  callout_reset(dh.dh_callout, dhcp_backoff(tries), dhcp_timer, dh);
  dhcp_tell(dh, state === DHS_SELECTING ? DHCPDISCOVER : DHCPREQUEST);
  if (tries !== DISCOVER_TRIES) return;
  dhcp_without(dh, state === DHS_SELECTING ? "" : dhcp_fault(dh, "does not answer a request"));
}

/** An address that was offered is not to be had: from the beginning, in `wait` ms, and later each time. */
function dhcp_failed(dh: Dhcp, wait: number, fault: string): void {
  const told = dhcp_fault(dh, fault);
  const times = dh.dh_failed++;
  dhcp_lose(dh, null, times ? wait + dhcp_backoff(times - 1) : wait);
  if (times) dhcp_without(dh, told);
}

/** A lease is getting old: asks its server for more time, then all servers (4.4.5), then it is over. */
function dhcp_extend(dh: Dhcp): void {
  const now = hrtime();
  const lease = dh.dh_lease!;
  const begin = dh.dh_expiry - lease.dr_lease;
  const t2 = begin + lease.dr_t2;
  const left = (now < t2 ? t2 : dh.dh_expiry) - now;
  if (left <= 0) {
    dhcpstat[DHCPS_EXPIRED]++;
    dhcp_lose(dh, lease, 0);
    return;
  }
  if (dh.dh_state === DHS_BOUND && now < begin + lease.dr_t1) {
    dhcp_wait(dh, begin + lease.dr_t1 - now);
    return;
  }
  dh.dh_state = now < t2 ? DHS_RENEWING : DHS_REBINDING;
  dhcp_wait(dh, left > 2 * RENEW_MIN ? left / 2 : left > RENEW_MIN ? RENEW_MIN : left);
  dhcp_tell(dh, DHCPREQUEST);
}

/** The address is not ours any more, or not to be: from the beginning, in `wait` ms, asking for that of `lease` if there is one. */
function dhcp_lose(dh: Dhcp, lease: DhcpReply | null, wait: number): void {
  dhcp_close(dh);
  dh.dh_lease = lease;
  dh.dh_expiry = 0;
  if (!dh.dh_linklocal) in_ifscrub(dh.dh_ac);
  dhcp_enter(dh, DHS_INIT, wait);
  dh.dh_notify("");
}

/** Something has come to the socket. */
function dhcp_input(dh: Dhcp): void {
  while (dh.dh_fd >= 0) {
    const s = recvstring(dh.dh_fd, LONGEST, 0, null);
    if (typeof s === "number") return;
    dhcpstat[DHCPS_RCVD]++;
    if (!dhcp_isours(s, dh.dh_ac.ac_enaddr, dh.dh_xid)) dhcpstat[DHCPS_ALIEN]++;
    else {
      const r = dhcp_parse(s);
      if (!r) dhcpstat[DHCPS_BAD]++;
      else if (!dhcp_reply(dh, r, dh.dh_state)) dhcpstat[DHCPS_ALIEN]++;
    }
  }
}

/** An answer to our question; false when it is not one to what we ask now. */
function dhcp_reply(dh: Dhcp, r: DhcpReply, state: number): boolean {
  const lease = dh.dh_lease;
  if (state === DHS_SELECTING) return r.dr_type === DHCPOFFER && dhcp_offer(dh, r);
  if (!lease || r.dr_type === DHCPOFFER || (state === DHS_REQUESTING && r.dr_server !== lease.dr_server)) return false;
  if (r.dr_type === DHCPNAK) {
    dhcpstat[DHCPS_NAKS]++;
    if (state === DHS_REQUESTING) dhcp_failed(dh, NAK_DELAY, "refuses what it offers");
    else dhcp_lose(dh, null, NAK_DELAY);
  } else if (r.dr_addr !== lease.dr_addr) return false;
  else dhcp_acked(dh, r);
  return true;
}

/** Of several offers the best: the address of before, then one with a router, then one with a name server, then the first. */
function dhcp_offer(dh: Dhcp, r: DhcpReply): boolean {
  const score = (r.dr_addr === dh.dh_asked ? 4 : 0) + (r.dr_router ? 2 : 0) + (r.dr_dns.length ? 1 : 0);
  if (dh.dh_score < 0) callout_reset(dh.dh_callout, OFFER_TIME, dhcp_timer, dh);
  if (score > dh.dh_score) {
    dh.dh_score = score;
    dh.dh_lease = r;
    dh.dh_expiry = 0;
  }
  return true;
}

/** We have it, from the time when we asked (4.4.1). */
function dhcp_acked(dh: Dhcp, r: DhcpReply): void {
  if (!r.dr_lease) dhcp_asbefore(r, dh.dh_lease!);
  dh.dh_lease = r;
  dh.dh_expiry = dh.dh_sent + r.dr_lease;
  if (dh.dh_state > DHS_BOUND) dhcp_bound(dh);
  else dhcp_check(dh);
}

/** Does anybody else use it? What AutoIP was trying for is not wanted any more. */
function dhcp_check(dh: Dhcp): void {
  const addr = dh.dh_lease!.dr_addr;
  callout_stop(dh.dh_callout);
  dhcp_close(dh);
  dh.dh_state = DHS_PROBING;
  if (!in_ifaddr_of(dh.dh_ac)) dh.dh_linklocal = 0;
  acd_probe(dh.dh_ac, addr, PROBE_UNIT, 0, (taken) => {
    if (taken) dhcp_decline(dh);
    else dhcp_bound(dh);
  });
}

/** Another host uses the address: the server is told. */
function dhcp_decline(dh: Dhcp): void {
  dhcpstat[DHCPS_CONFLICTS]++;
  dhcp_tell(dh, DHCPDECLINE);
  dhcp_failed(dh, DECLINE_DELAY, "gives what others use");
}

/** The address is ours until the lease ends. */
function dhcp_bound(dh: Dhcp): void {
  const lease = dh.dh_lease!;
  const ia = in_ifaddr_of(dh.dh_ac);
  dhcp_close(dh);
  dh.dh_linklocal = dh.dh_failed = 0;
  dhcp_enter(dh, DHS_BOUND, 0);
  dhcp_wait(dh, dh.dh_expiry - lease.dr_lease + lease.dr_t1 - hrtime());
  if (!ia || ia.ia_addr !== lease.dr_addr || ia.ia_subnetmask !== lease.dr_mask)
    in_ifinit(dh.dh_ac, lease.dr_addr, lease.dr_mask);
  if (in_setgateway(lease.dr_router)) in_setgateway(0);
  dh.dh_notify("");
}

/** Another host uses the address that we have. Once it is told so, by ARP; the second time we give in (RFC 5227 2.4 b). */
export function dhcp_conflict(dh: Dhcp): void {
  const now = hrtime();
  const again = now - dh.dh_conflict < DEFEND_INTERVAL;
  dh.dh_conflict = now;
  if (!again) return;
  if (INET_AUTOIP && dh.dh_linklocal) autoip_taken(dh);
  else dhcp_decline(dh);
}
