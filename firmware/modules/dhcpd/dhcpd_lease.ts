/**
 * The DHCP server's leases: which address is whose. RFC 2131 4.3.1. Called by dhcpd_answer.ts.
 *
 * There is a lease for each address that was ever given, so at most as many as the range has. One that has ended remembers whose it was.
 */
import { timeout } from "../../machdep";
import { type Dhcpd, type DhcpdClient, DL_BOUND, DL_FREE, type Lease, type Request, TICK } from "./dhcpd_var";

/** The lease of a client, or null. */
export function lease_of(dd: Dhcpd, id: string): Lease | null {
  for (let i = 0; i < dd.dd_leases.length; i++) if (dd.dd_leases[i].dl_id === id) return dd.dd_leases[i];
  return null;
}

/** The lease of an address, or null. */
export function lease_at(dd: Dhcpd, addr: number): Lease | null {
  for (let i = 0; i < dd.dd_leases.length; i++) if (dd.dd_leases[i].dl_addr === addr) return dd.dd_leases[i];
  return null;
}

/** An address for a client: what it has, or had; what it is to have, or wants; one that nobody ever had; the longest free. Or null. */
export function lease_take(dd: Dhcpd, q: Request): Lease | null {
  const fixed = dd.dd_fixed[q.dq_client.mac] | 0;
  const own = lease_of(dd, q.dq_id);
  if (own && (!fixed || own.dl_addr === fixed)) return own;
  if (fixed) return lease_give(dd, q, fixed);
  if (lease_mayhave(dd, q, q.dq_wanted)) return lease_give(dd, q, q.dq_wanted);
  for (let addr = dd.dd_first; addr <= dd.dd_last; addr++)
    if (!lease_at(dd, addr) && lease_mayhave(dd, q, addr)) return lease_give(dd, q, addr);
  return lease_oldest(dd, q);
}

/** Is it an address that the client may have: of the range, nobody's, and promised to nobody? */
export function lease_mayhave(dd: Dhcpd, q: Request, addr: number): boolean {
  const dl = lease_at(dd, addr);
  if (dl && dl.dl_state !== DL_FREE && dl.dl_id !== q.dq_id) return false;
  if (dd.dd_fixed[q.dq_client.mac] === addr) return true;
  for (const mac in dd.dd_fixed) if (dd.dd_fixed[mac] === addr) return false;
  return addr >= dd.dd_first && addr <= dd.dd_last && addr !== dd.dd_addr;
}

/** The lease of `addr`, in the client's name; null when another has it. */
export function lease_give(dd: Dhcpd, q: Request, addr: number): Lease | null {
  const known = lease_at(dd, addr);
  const old = lease_of(dd, q.dq_id);
  if (known && known.dl_state !== DL_FREE && known.dl_id !== q.dq_id) return null;
  if (old && old !== known) lease_free(dd, old);
  const dl = known || { dl_addr: addr, dl_id: "", dl_state: DL_FREE, dl_left: 0, dl_client: q.dq_client };
  if (!known) dd.dd_leases.push(dl);
  if (old && old !== dl) old.dl_id = ""; // a client has one
  dl.dl_id = q.dq_id;
  dl.dl_client = lease_client(dd, q, addr);
  lease_watch(dd);
  return dl;
}

function lease_client(dd: Dhcpd, q: Request, addr: number): DhcpdClient {
  const client = q.dq_client;
  client.ip = dd.dd_net.inet_ntoa(addr);
  return client;
}

function lease_oldest(dd: Dhcpd, q: Request): Lease | null {
  let oldest: Lease | null = null;
  for (let i = 0; i < dd.dd_leases.length; i++) {
    const dl = dd.dd_leases[i];
    const older = dl.dl_state === DL_FREE && (!oldest || dl.dl_left < oldest.dl_left);
    if (older && lease_mayhave(dd, q, dl.dl_addr)) oldest = dl;
  }
  return oldest && lease_give(dd, q, oldest.dl_addr);
}

/** A lease is in `state` for `seconds`. */
export function lease_set(dl: Lease, state: number, seconds: number): void {
  dl.dl_state = state;
  dl.dl_left = seconds;
}

/** It has ended. */
export function lease_free(dd: Dhcpd, dl: Lease): void {
  const bound = dl.dl_state === DL_BOUND;
  lease_set(dl, DL_FREE, 0);
  if (bound) lease_tell(dd, "end", dl.dl_client);
}

/** The program's function is called in a turn of its own. */
export function lease_tell(dd: Dhcpd, event: string, client: DhcpdClient): void {
  const callback = dd.dd_options.callback;
  if (callback) timeout(() => callback(event, client), 0);
}

/** Time passes: a timer, as the board's clock may be set. */
function lease_watch(dd: Dhcpd): void {
  if (dd.dd_timer === null && !dd.dd_ended) dd.dd_timer = timeout(() => lease_tick(dd), TICK * 1000);
}

function lease_tick(dd: Dhcpd): void {
  dd.dd_timer = null;
  for (let i = 0; i < dd.dd_leases.length; i++) {
    const dl = dd.dd_leases[i];
    dl.dl_left -= TICK;
    if (dl.dl_left <= 0 && dl.dl_state !== DL_FREE) lease_free(dd, dl);
  }
  lease_watch(dd);
}
