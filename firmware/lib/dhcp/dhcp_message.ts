/**
 * DHCP's messages as strings of bytes: RFC 2131 2 and table 5, RFC 2132. Called by dhcp.ts.
 */
import { bytes_string } from "../../machdep";
import { in_validaddr } from "../../net/inet/in";
import { in_canhost } from "../../net/inet/in_var";
import {
  BOOTP_MAGIC,
  BOOTREPLY,
  BOOTREQUEST,
  BP_CHADDR,
  BP_FILE,
  BP_MAGIC,
  BP_OPTIONS,
  BP_SNAME,
  BP_UNUSED,
  BP_XID,
  BP_YIADDR,
  DHCPACK,
  DHCPNAK,
  DHCPOFFER,
  DHCPREQUEST,
  DHO_CLIENTID,
  DHO_DNS,
  DHO_DOMAIN,
  DHO_END,
  DHO_HOSTNAME,
  DHO_LEASE,
  DHO_NTP,
  DHO_OVERLOAD,
  DHO_PAD,
  DHO_PARAMETERS,
  DHO_REQUESTED,
  DHO_ROUTER,
  DHO_SERVER,
  DHO_SUBNETMASK,
  DHO_T1,
  DHO_T2,
  DHO_TYPE,
} from "../../net/wire/bootp";
import { hostname } from "../ethernet/hostname";
import type { DhcpReply } from "./dhcp_var";

/** What we want to know, which is what we use: mask, router, name servers, domain, time servers, lease, T1, T2. */
const PARAMETERS = "\x01\x03\x06\x0f\x2a\x33\x3a\x3b";
/** The shortest message that every server and relay takes (RFC 1542 2.1). */
const SHORTEST = 300;
/** A lease of less is no good (s). */
const LEASE_MIN = 10;
/** Mask where a server gives none. */
const DEFAULT_MASK = -256;

/** Values of options by their code; chars are bytes. */
interface Options {
  [code: number]: string;
}

/** 32 bits as 4 chars, network order. */
export function long(n: number): string {
  return String.fromCharCode(n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255);
}

/** 4 chars from `off` as int32. */
function long_at(s: string, off: number): number {
  return (
    (s.charCodeAt(off) << 24) | (s.charCodeAt(off + 1) << 16) | (s.charCodeAt(off + 2) << 8) | s.charCodeAt(off + 3)
  );
}

function zeros(n: number): string {
  return bytes_string(new Uint8Array(n), 0, n);
}

function option(code: number, value: string): string {
  return String.fromCharCode(code, value.length) + value;
}

/**
 * A message of type `type` from `enaddr`, 6 chars; `xid` 4 chars, `secs` as they stand in it. `requested` and `server` go into options
 * unless they are 0. No flag: what a server sends to the address that we are to have is heard (ip_input.ts).
 */
export function dhcp_message(
  type: number,
  enaddr: string,
  xid: string,
  secs: number,
  ciaddr: number,
  requested: number,
  server: number,
): string {
  const s =
    String.fromCharCode(BOOTREQUEST, 1, 6, 0) +
    xid +
    long(secs << 16) +
    long(ciaddr) +
    zeros(12) +
    enaddr +
    zeros(BP_UNUSED) +
    long(BOOTP_MAGIC) +
    option(DHO_TYPE, String.fromCharCode(type)) +
    option(DHO_CLIENTID, "\x01" + enaddr) +
    (requested ? option(DHO_REQUESTED, long(requested)) : "") +
    (server ? option(DHO_SERVER, long(server)) : "") +
    (type <= DHCPREQUEST ? option(DHO_HOSTNAME, hostname) + option(DHO_PARAMETERS, PARAMETERS) : "") +
    "\xff";
  return s.length < SHORTEST ? s + zeros(SHORTEST - s.length) : s;
}

/** Is it an answer to message `xid` of `enaddr`? */
export function dhcp_isours(s: string, enaddr: Uint8Array, xid: string): boolean {
  for (let i = 0; i < 6; i++) if (s.charCodeAt(BP_CHADDR + i) !== enaddr[i]) return false;
  return s.charCodeAt(0) === BOOTREPLY && s.substr(BP_XID, 4) === xid;
}

/** What an answer says; null when it is malformed or lacks what one of its type must have (RFC 2131 table 3). */
export function dhcp_parse(s: string): DhcpReply | null {
  const o = long_at(s, BP_MAGIC) === BOOTP_MAGIC ? dhcp_options(s) : null;
  const type = o && o[DHO_TYPE] ? o[DHO_TYPE].charCodeAt(0) : 0;
  if (!o || (type !== DHCPOFFER && type !== DHCPACK && type !== DHCPNAK)) return null;
  const lease = dhcp_seconds(o[DHO_LEASE]);
  const addr = long_at(s, BP_YIADDR);
  const mask = o[DHO_SUBNETMASK] && o[DHO_SUBNETMASK].length >= 4 ? long_at(o[DHO_SUBNETMASK], 0) : 0;
  const r: DhcpReply = {
    dr_type: type,
    dr_addr: addr,
    dr_mask: mask || DEFAULT_MASK,
    dr_server: dhcp_addrs(o[DHO_SERVER])[0] | 0,
    dr_router: dhcp_router(dhcp_addrs(o[DHO_ROUTER]), addr, mask || DEFAULT_MASK),
    dr_dns: dhcp_addrs(o[DHO_DNS]),
    dr_ntp: dhcp_addrs(o[DHO_NTP]),
    dr_domain: (o[DHO_DOMAIN] || "").split("\0")[0], // some servers end it so
    dr_lease: lease * 1000,
    dr_t1: dhcp_seconds(o[DHO_T1]) * 1000,
    dr_t2: dhcp_seconds(o[DHO_T2]) * 1000,
  };
  // an ACK without a lease time, which it should have, gives as much as before
  const brief = lease < LEASE_MIN && !(type === DHCPACK && !o[DHO_LEASE]);
  if (!r.dr_server || (type !== DHCPNAK && (brief || !in_validaddr(addr, r.dr_mask)))) return null;
  if (!(r.dr_t1 > 0 && r.dr_t1 <= r.dr_t2 && r.dr_t2 <= r.dr_lease)) {
    r.dr_t1 = lease * 500; // RFC 2131 4.4.5
    r.dr_t2 = lease * 875;
  }
  return r;
}

/** A lease of which its server does not say how long it is. */
export function dhcp_asbefore(r: DhcpReply, lease: DhcpReply): void {
  r.dr_lease = lease.dr_lease;
  r.dr_t1 = lease.dr_t1;
  r.dr_t2 = lease.dr_t2;
}

/** All options that we know, those in `file` and `sname` included (RFC 2132 9.3); null when one of them does not end. */
function dhcp_options(s: string): Options | null {
  const o: Options = {};
  if (!dhcp_field(s, BP_OPTIONS, s.length, o)) return null;
  const overload = o[DHO_OVERLOAD] ? o[DHO_OVERLOAD].charCodeAt(0) : 0;
  if (overload & 1 && !dhcp_field(s, BP_FILE, BP_MAGIC, o)) return null;
  return overload & 2 && !dhcp_field(s, BP_SNAME, BP_FILE, o) ? null : o;
}

/** Adds the options from `at` to `end`; one that comes in pieces is put together (RFC 3396). False when one does not end. */
function dhcp_field(s: string, from: number, end: number, o: Options): boolean {
  let at = from;
  while (at < end) {
    const code = s.charCodeAt(at++);
    if (code === DHO_END) return true;
    if (code === DHO_PAD) continue;
    const len = at < end ? s.charCodeAt(at++) : end;
    if (at + len > end) return false;
    if (PARAMETERS.indexOf(String.fromCharCode(code)) >= 0 || (code >= DHO_OVERLOAD && code <= DHO_SERVER))
      o[code] = (o[code] || "") + s.substr(at, len);
    at += len;
  }
  return true;
}

/** The hosts' addresses that an option holds; some servers fill it up with 0.0.0.0. */
function dhcp_addrs(value: string | undefined): number[] {
  const addrs: number[] = [];
  for (let at = 0; value && at + 4 <= value.length; at += 4)
    if (in_canhost(long_at(value, at))) addrs.push(long_at(value, at));
  return addrs;
}

/** Of the routers, which come in the order of preference (RFC 2132 3.5), the first that is a neighbour; else the first. */
function dhcp_router(routers: number[], addr: number, mask: number): number {
  for (let i = 0; i < routers.length; i++) if (!((routers[i] ^ addr) & mask)) return routers[i];
  return routers[0] | 0;
}

/** The time that an option holds, in seconds; 0 when there is none. */
function dhcp_seconds(value: string | undefined): number {
  return value && value.length === 4 ? long_at(value, 0) >>> 0 : 0;
}
