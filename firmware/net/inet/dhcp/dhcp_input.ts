/**
 * What DHCP servers say to us: RFC 2131 4.4.1. Called by udp_input.ts with what comes to the client's port.
 */
import type { Arpcom } from "../../if/ether";
import { callout_reset } from "../../kern/callout";
import { type Mbuf, m_freem } from "../../kern/mbuf";
import { DHCPNAK, DHCPOFFER } from "../../wire/bootp";
import { UH_LEN } from "../../wire/udp";
import { dhcp_bound, dhcp_check, dhcp_failed, dhcp_lose, dhcp_timer } from "./dhcp";
import { dhcp_isours, dhcp_parse, dhcp_reply } from "./dhcp_message";
import {
  DHCPS_ALIEN,
  DHCPS_BAD,
  DHCPS_NAKS,
  DHCPS_RCVD,
  DHF_REFUSES,
  DHS_BOUND,
  DHS_REQUESTING,
  DHS_SELECTING,
  type Dhcp,
  DR_ADDR,
  DR_COUNT,
  DR_DNS,
  DR_LEASE,
  DR_ROUTER,
  DR_SERVER,
  DR_T1,
  DR_T2,
  DR_TYPE,
  dhcp_of,
  dhcpstat,
} from "./dhcp_var";

/** How long other servers may make a better offer. */
const OFFER_TIME = 300;
/** After a refusal. */
const NAK_DELAY = 1000;

/** A datagram to the client's port, its UDP header behind `iphlen` bytes. Consumes it and answers true, unless nobody here asks. */
export function dhcp_input(m: Mbuf, iphlen: number): boolean {
  const dh = dhcp_of(m.m_rcvif as Arpcom);
  const off = iphlen + UH_LEN;
  if (!dh || !dh.dh_open) return false;
  dhcpstat[DHCPS_RCVD]++;
  if (!dhcp_isours(m, off, m.m_pktlen - off, dh.dh_ac.ac_enaddr, dh.dh_xid)) dhcpstat[DHCPS_ALIEN]++;
  else if (!dhcp_parse()) dhcpstat[DHCPS_BAD]++;
  else if (!dhcp_answer(dh)) dhcpstat[DHCPS_ALIEN]++;
  m_freem(m);
  return true;
}

/** An answer to our question; false when it is not one to what we ask now. */
function dhcp_answer(dh: Dhcp): boolean {
  const lease = dh.dh_lease;
  const state = dh.dh_state;
  const type = dhcp_reply[DR_TYPE];
  if (state === DHS_SELECTING) return type === DHCPOFFER && dhcp_offer(dh);
  if (!lease[DR_ADDR] || type === DHCPOFFER) return false;
  if (state === DHS_REQUESTING && dhcp_reply[DR_SERVER] !== lease[DR_SERVER]) return false;
  if (type === DHCPNAK) dhcp_refused(dh);
  else if (dhcp_reply[DR_ADDR] !== lease[DR_ADDR]) return false;
  else dhcp_acked(dh);
  return true;
}

function dhcp_refused(dh: Dhcp): void {
  dhcpstat[DHCPS_NAKS]++;
  if (dh.dh_state === DHS_REQUESTING) dhcp_failed(dh, NAK_DELAY, DHF_REFUSES);
  else dhcp_lose(dh, NAK_DELAY);
  dh.dh_lease[DR_ADDR] = 0;
}

/** Of several offers the best: the address of before, then one with a router, then one with a name server, then the first. */
function dhcp_offer(dh: Dhcp): boolean {
  const r = dhcp_reply;
  const score = (r[DR_ADDR] === dh.dh_asked ? 4 : 0) + (r[DR_ROUTER] ? 2 : 0) + (r[DR_DNS] ? 1 : 0);
  if (dh.dh_score < 0) callout_reset(dh.dh_callout, OFFER_TIME, dhcp_timer, dh);
  if (score > dh.dh_score) {
    dh.dh_score = score;
    dhcp_take(dh);
  }
  return true;
}

function dhcp_take(dh: Dhcp): void {
  for (let i = 0; i < DR_COUNT; i++) dh.dh_lease[i] = dhcp_reply[i];
}

/** We have it, from the time when we asked (4.4.1). */
function dhcp_acked(dh: Dhcp): void {
  const r = dhcp_reply;
  if (!r[DR_LEASE]) {
    r[DR_LEASE] = dh.dh_lease[DR_LEASE];
    r[DR_T1] = dh.dh_lease[DR_T1];
    r[DR_T2] = dh.dh_lease[DR_T2];
  }
  dhcp_take(dh);
  dh.dh_held = true;
  dh.dh_age = 0;
  dh.dh_mark = dh.dh_sent;
  if (dh.dh_state > DHS_BOUND) dhcp_bound(dh);
  else dhcp_check(dh);
}
