/**
 * What the DHCP server says to what: RFC 2131 4.3. Called by dhcpd.ts.
 *
 * Differs: who has no address yet is answered by broadcast, whatever its flag says (RFC 2131 4.1 allows it): its hardware address is not
 * known to ARP. An address that nobody has had lately is looked at by an echo request before it is offered (2.2).
 */
import { lease_free, lease_give, lease_mayhave, lease_of, lease_set, lease_take, lease_tell } from "./dhcpd_lease";
import { dhcpd_reply } from "./dhcpd_msg";
import {
  DHCPACK,
  DHCPDECLINE,
  DHCPDISCOVER,
  DHCPINFORM,
  DHCPNAK,
  DHCPOFFER,
  DHCPRELEASE,
  DHCPREQUEST,
  type Dhcpd,
  DL_BOUND,
  DL_OFFERED,
  DL_PROBED,
  DL_TAKEN,
  type Lease,
  OFFER_TIME,
  PROBE_MAX,
  PROBE_TIME,
  type Request,
  TAKEN_TIME,
} from "./dhcpd_var";

const BOOTPC = 68;
const EVERYBODY = -1;

export function dhcpd_answer(dd: Dhcpd, q: Request): void {
  switch (q.dq_type) {
    case DHCPDISCOVER:
      dhcpd_discover(dd, q);
      break;
    case DHCPREQUEST:
      dhcpd_request(dd, q);
      break;
    case DHCPDECLINE:
      dhcpd_decline(dd, q);
      break;
    case DHCPRELEASE:
      dhcpd_release(dd, q);
      break;
    case DHCPINFORM:
      dhcpd_send(dd, q, DHCPACK, 0);
      break;
    default:
      dd.dd_counts.bad++;
  }
}

function dhcpd_send(dd: Dhcpd, q: Request, type: number, addr: number): void {
  const counts = dd.dd_counts;
  if (type === DHCPOFFER) counts.offers++;
  else if (type === DHCPACK) counts.acks++;
  else counts.naks++;
  const net = dd.dd_net;
  net.sendto(dd.dd_fd, dhcpd_reply(dd, q, type, addr), 0, {
    sin_family: net.AF_INET,
    sin_addr: type === DHCPNAK ? EVERYBODY : q.dq_ciaddr || EVERYBODY,
    sin_port: BOOTPC,
  } as never);
}

/** RFC 2131 4.3.1. */
function dhcpd_discover(dd: Dhcpd, q: Request): void {
  const dl = dd.dd_probes < PROBE_MAX ? lease_take(dd, q) : null;
  if (dd.dd_probes >= PROBE_MAX) dd.dd_counts.busy++;
  else if (!dl) dd.dd_counts.exhausted++;
  else if (dl.dl_state === DL_BOUND || dl.dl_state === DL_OFFERED) dhcpd_offer(dd, q, dl);
  else if (dl.dl_state !== DL_PROBED) dhcpd_probe(dd, q, dl);
}

/** Is somebody there already? */
function dhcpd_probe(dd: Dhcpd, q: Request, dl: Lease): void {
  lease_set(dl, DL_PROBED, OFFER_TIME);
  dd.dd_probes++;
  dd.dd_ping(dl.dl_client.ip, { timeout: PROBE_TIME }, (error) => {
    dd.dd_probes--;
    if (dd.dd_ended || dl.dl_state !== DL_PROBED || dl.dl_id !== q.dq_id) return;
    if (error) dhcpd_offer(dd, q, dl);
    else {
      dd.dd_counts.conflicts++;
      dhcpd_taken(dl);
      dhcpd_discover(dd, q);
    }
  });
}

/** Somebody has the address who has not asked for it. */
function dhcpd_taken(dl: Lease): void {
  dl.dl_id = "";
  lease_set(dl, DL_TAKEN, TAKEN_TIME);
}

function dhcpd_offer(dd: Dhcpd, q: Request, dl: Lease): void {
  if (dl.dl_state !== DL_BOUND) lease_set(dl, DL_OFFERED, OFFER_TIME);
  q.dq_ciaddr = 0;
  q.dq_client.ip = dl.dl_client.ip;
  dhcpd_send(dd, q, DHCPOFFER, dl.dl_addr);
}

/** RFC 2131 4.3.2: by what it says a client is one that takes an offer, has been restarted, or has an address already. */
function dhcpd_request(dd: Dhcpd, q: Request): void {
  const dl = lease_of(dd, q.dq_id);
  if (q.dq_server && q.dq_server !== dd.dd_addr) dhcpd_declined(dd, dl);
  else if (q.dq_server) dhcpd_selected(dd, q, dl);
  else if (q.dq_wanted && !q.dq_ciaddr) dhcpd_rebooted(dd, q, dl);
  else dhcpd_renewed(dd, q, dl);
}

/** Another server's offer was taken. */
function dhcpd_declined(dd: Dhcpd, dl: Lease | null): void {
  dd.dd_counts.others++;
  if (dl && dl.dl_state === DL_OFFERED) lease_free(dd, dl);
}

function dhcpd_selected(dd: Dhcpd, q: Request, dl: Lease | null): void {
  const ours = dl && (dl.dl_state === DL_OFFERED || dl.dl_state === DL_BOUND) && dl.dl_addr === q.dq_wanted;
  if (ours) dhcpd_bind(dd, q, dl!);
  else dhcpd_send(dd, q, DHCPNAK, 0);
}

/** Of whom nothing is known nothing is said, as there may be another server that knows; unless it cannot be right here. */
function dhcpd_rebooted(dd: Dhcpd, q: Request, dl: Lease | null): void {
  const wanted = q.dq_wanted;
  const known = dl && dl.dl_addr === wanted && dl.dl_state !== DL_PROBED;
  if (known) dhcpd_bind(dd, q, dl!);
  else if (dl || !dhcpd_ishere(dd, wanted) || dd.dd_options.authoritative) dhcpd_send(dd, q, DHCPNAK, 0);
}

/** It has the address, so we may have forgotten that we gave it: it keeps it if it is nobody else's. */
function dhcpd_renewed(dd: Dhcpd, q: Request, dl: Lease | null): void {
  const addr = q.dq_ciaddr;
  if (!addr) dd.dd_counts.bad++;
  else if (dl && dl.dl_addr === addr) dhcpd_bind(dd, q, dl);
  else if (lease_mayhave(dd, q, addr)) dhcpd_bind(dd, q, lease_give(dd, q, addr)!);
  else if (dhcpd_ishere(dd, addr) && !dd.dd_options.authoritative && !dhcpd_inrange(dd, addr)) return;
  else dhcpd_send(dd, q, DHCPNAK, 0);
}

function dhcpd_ishere(dd: Dhcpd, addr: number): boolean {
  return ((addr ^ dd.dd_addr) & dd.dd_mask) === 0;
}

function dhcpd_inrange(dd: Dhcpd, addr: number): boolean {
  return addr >= dd.dd_first && addr <= dd.dd_last;
}

/** The address is the client's for as long as a lease is. */
function dhcpd_bind(dd: Dhcpd, q: Request, dl: Lease): void {
  const isnew = dl.dl_state !== DL_BOUND;
  lease_set(dl, DL_BOUND, dd.dd_lease);
  q.dq_client.ip = dd.dd_net.inet_ntoa(dl.dl_addr);
  dl.dl_client = q.dq_client;
  dhcpd_send(dd, q, DHCPACK, dl.dl_addr);
  if (isnew) lease_tell(dd, "lease", dl.dl_client);
}

/** The client has found somebody else at its address (RFC 2131 4.3.3). */
function dhcpd_decline(dd: Dhcpd, q: Request): void {
  const dl = lease_of(dd, q.dq_id);
  if (!dl || dl.dl_addr !== q.dq_wanted || q.dq_server !== dd.dd_addr) return;
  dd.dd_counts.declines++;
  lease_free(dd, dl);
  dhcpd_taken(dl);
}

/** RFC 2131 4.3.4. It is remembered whose the address was. */
function dhcpd_release(dd: Dhcpd, q: Request): void {
  const dl = lease_of(dd, q.dq_id);
  if (!dl || dl.dl_addr !== q.dq_ciaddr || dl.dl_state !== DL_BOUND) return;
  dd.dd_counts.releases++;
  lease_free(dd, dl);
}
