/**
 * The mDNS responder: a name in .local for the board, and its services: RFC 6762, 6763. No BSD has one; the module
 * `mdns` (boot-mdns.ts) is this, on nothing but the sockets of the interface that it is given.
 *
 * A name is probed three times, then announced twice, then defended (8, 9). When the cable comes back or the address
 * changes all begins anew. Every packet is looked at, few are for us: the way to "not for us" is short.
 */

import { random32, timeout, untimeout } from "../../machdep";
import type { SockaddrIn } from "../../net/inet/in_var";
import { md_forget, md_heard, md_query } from "./mdns_answer";
import { dn_begin, dn_get16, dn_good, dn_seek, HFIXEDSZ } from "./mdns_comp";
import { md_conflict, md_loses } from "./mdns_conflict";
import { rr_read } from "./mdns_msg";
import { md_makerecords, md_name, md_wanted } from "./mdns_records";
import { md_reply, md_sendprobe } from "./mdns_send";
import {
  type Interface,
  MD_ANNOUNCED,
  MD_OFF,
  MD_PROBING,
  MDNS_GROUP,
  MDNS_PORT,
  type MdnsOptions,
  md,
} from "./mdns_var";

/* Options of level IPPROTO_IP (0), as on Linux */
const IP_TTL = 2;
const IP_MULTICAST_TTL = 33;
const IP_MULTICAST_LOOP = 34;
const IP_ADD_MEMBERSHIP = 35;

const ENOPROTOOPT = -92;

/** The longest message that is read; between probes, and before the first (ms; 8.1). */
const MAXPACKET = 1472;
const PROBE_WAIT = 250;
const PROBES = 3;
const ANNOUNCEMENTS = 2;
/** After so many conflicts, one tries no more than every 5 seconds. */
const MANY_CONFLICTS = 15;

/** Looks for the names that `options` wish for, and keeps them; throws an Error that says what is wrong with them. */
export function mdns_start(eth: Interface, options: MdnsOptions): { end(): void } {
  if (md.md_eth) throw new Error("mdns: started already; end() it first");
  const fd = eth.net.socket(eth.net.AF_INET, eth.net.SOCK_DGRAM, 0);
  const error = eth.net.setsockopt(fd, 0, IP_MULTICAST_TTL, 255);
  eth.net.close(fd);
  if (error === ENOPROTOOPT) throw new Error("mdns: the stack's bundle has no groups (INET_MULTICAST)");
  md.md_names = md_wanted(options);
  md.md_callback = options.callback;
  md.md_conflicts = 0;
  md.md_eth = eth;
  eth.on("connected", md_begin);
  md_begin();
  return { end: mdns_end };
}

/** Says that the names are no more (10.1), and lets go of everything. */
function mdns_end(): void {
  if (!md.md_eth) return;
  if (md.md_state === MD_ANNOUNCED) md_reply(md.md_records, null, null, true);
  md_halt();
  md_close();
  md.md_eth.removeListener("connected", md_begin);
  md.md_eth = null as unknown as Interface;
  md.md_records = [];
}

/** Begins with the address that we have now; without one, when there is one. */
function md_begin(): void {
  const net = md.md_eth.net;
  const ip = md.md_eth.getIP();
  md_halt();
  md.md_addr = net.inet_addr(ip.ip);
  md.md_mask = net.inet_addr(ip.subnet);
  if (!md.md_addr || !md_open()) return;
  md_probe1((random32() >>> 0) % PROBE_WAIT);
}

function md_close(): void {
  if (md.md_fd >= 0) md.md_eth.net.close(md.md_fd);
  md.md_fd = -1;
}

/** Neither probes nor answers any more. */
function md_halt(): void {
  if (md.md_timer !== null) untimeout(md.md_timer);
  md.md_timer = null;
  md.md_state = MD_OFF;
  md_forget();
}

/** A socket in the group; false when there is none to be had: it is tried again when the cable comes back. */
function md_open(): boolean {
  const net = md.md_eth.net;
  md_close(); // the group is joined anew, which the next switch must hear
  const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  net.setsockopt(fd, net.SOL_SOCKET, net.SO_REUSEADDR, 1);
  net.setsockopt(fd, 0, IP_TTL, 255); // RFC 6762 11
  net.setsockopt(fd, 0, IP_MULTICAST_TTL, 255);
  net.setsockopt(fd, 0, IP_MULTICAST_LOOP, 0);
  const name: SockaddrIn = { sin_family: net.AF_INET, sin_addr: 0, sin_port: MDNS_PORT };
  if (net.bind(fd, name) || net.setsockopt(fd, 0, IP_ADD_MEMBERSHIP, MDNS_GROUP)) {
    net.close(fd);
    return false;
  }
  md.md_fd = fd;
  net.setupcall(fd, md_input);
  return true;
}

/** Probes for all names, the first time `delay` ms from now. */
function md_probe1(delay: number): void {
  md_halt();
  md_makerecords();
  md.md_state = MD_PROBING;
  md.md_step = 0;
  md.md_timer = timeout(md_probe, md.md_conflicts < MANY_CONFLICTS ? delay : 5000);
}

function md_probe(): void {
  md.md_timer = timeout(md.md_step < PROBES - 1 ? md_probe : md_won, PROBE_WAIT);
  md.md_step++;
  const names: string[] = [];
  for (let i = 0; i < md.md_names.length; i++) names.push(md_name(md.md_names[i]));
  md_sendprobe(names);
}

/** Nobody has our names: they are ours. */
function md_won(): void {
  md.md_step = 0;
  md.md_state = MD_ANNOUNCED;
  md_announce();
  const name = md_name(md.md_names[0]);
  if (md.md_callback) md.md_callback(name.substr(1, name.charCodeAt(0)) + ".local");
}

function md_announce(): void {
  md.md_timer = ++md.md_step < ANNOUNCEMENTS ? timeout(md_announce, 1000) : null;
  md_reply(md.md_records, null, null, false);
}

/** Upcall. */
function md_input(fd: number): void {
  const from: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
  while (md.md_fd === fd) {
    const msg = md.md_eth.net.recvstring(fd, MAXPACKET, 0, from);
    if (typeof msg === "number") return;
    // from our own subnet, not from ourselves, and no kind of message that we do not know (11, 18.3)
    const near = !((from.sin_addr ^ md.md_addr) & md.md_mask) && from.sin_addr !== md.md_addr;
    if (near && md.md_state !== MD_OFF && msg.length > HFIXEDSZ && !(msg.charCodeAt(2) & 0x78)) md_message(msg, from);
  }
}

function md_message(msg: string, from: SockaddrIn): void {
  if (msg.charCodeAt(2) & 128) {
    if (from.sin_port === MDNS_PORT) md_response(msg);
  } else if (md.md_state === MD_ANNOUNCED) md_query(msg, from);
  else if (md_loses(msg)) md_probe1(1000); // the other one goes first (8.2)
}

/** Others' records: they may be what we were about to say, or have our names. */
function md_response(msg: string): void {
  dn_begin(msg, HFIXEDSZ - 6);
  let n = dn_get16() + dn_get16() + dn_get16();
  dn_seek(HFIXEDSZ);
  while (n-- && dn_good()) {
    const rr = rr_read();
    if (!rr) continue;
    md_heard(rr);
    if (!md_conflict(rr)) continue;
    md_probe1(md.md_state === MD_PROBING ? 0 : PROBE_WAIT);
    return;
  }
}
