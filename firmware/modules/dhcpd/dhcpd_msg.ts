/**
 * DHCP's messages as strings of bytes, from clients and to them: RFC 2131 2, 4.1, RFC 2132. Called by dhcpd.ts and dhcpd_answer.ts.
 */
import {
  BOOTREPLY,
  BOOTREQUEST,
  BP_CHADDR,
  BP_CIADDR,
  BP_FILE,
  BP_FLAGS,
  BP_GIADDR,
  BP_MAGIC,
  BP_OPTIONS,
  BP_SNAME,
  BP_XID,
  DHCPACK,
  DHCPINFORM,
  DHCPNAK,
  type Dhcpd,
  type DhcpdOptions,
  MAGIC,
  type Request,
} from "./dhcpd_var";

/* Options */
const SUBNETMASK = 1;
const ROUTER = 3;
const DNS = 6;
const HOSTNAME = 12;
const DOMAIN = 15;
const REQUESTED = 50;
const LEASE = 51;
const OVERLOAD = 52;
const TYPE = 53;
const SERVER = 54;
const T1 = 58;
const T2 = 59;
const VENDOR = 60;
const CLIENTID = 61;
const TFTPSERVER = 66;
const BOOTFILE = 67;
const USERCLASS = 77;
const ARCH = 93;
const KNOWN = [HOSTNAME, REQUESTED, OVERLOAD, TYPE, SERVER, VENDOR, CLIENTID, USERCLASS, ARCH];

/** The shortest message that every client and relay takes (RFC 1542 2.1). */
const SHORTEST = 300;
/** The longest identifier that is kept; of a longer one the hardware address stands for it. */
const LONGEST_ID = 64;
const LONGEST_FILE = 127;

interface Values {
  [code: number]: string;
}

export function long(n: number): string {
  return String.fromCharCode(n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255);
}

/** 4 bytes as int32; 0 where there are not as many. */
function long_at(s: string, at: number): number {
  if (s.length < at + 4) return 0;
  return (s.charCodeAt(at) << 24) | (s.charCodeAt(at + 1) << 16) | (s.charCodeAt(at + 2) << 8) | s.charCodeAt(at + 3);
}

function zeros(n: number): string {
  let s = "";
  while (s.length < n) s += "\0";
  return s;
}

function option(code: number, value: string): string {
  return value && String.fromCharCode(code, value.length) + value;
}

/** What a client says; null when it is malformed, or is no client's; "relay" when it came by one. */
export function dhcpd_parse(s: string): Request | "relay" | null {
  if (s.length < BP_OPTIONS || s.charCodeAt(0) !== BOOTREQUEST || s.substr(BP_MAGIC, 4) !== MAGIC) return null;
  if (s.charCodeAt(1) !== 1 || s.charCodeAt(2) !== 6 || s.charCodeAt(BP_CHADDR) & 1) return null;
  const o = dhcpd_options(s);
  const type = o && o[TYPE] && o[TYPE].length === 1 ? o[TYPE].charCodeAt(0) : 0;
  if (!o || !type) return null;
  if (long_at(s, BP_GIADDR)) return "relay";
  const chaddr = s.substr(BP_CHADDR, 6);
  const id = o[CLIENTID] || "";
  const user = o[USERCLASS] || "";
  return {
    dq_type: type,
    dq_xid: s.substr(BP_XID, 4),
    dq_flags: s.substr(BP_FLAGS, 2),
    dq_ciaddr: long_at(s, BP_CIADDR),
    dq_chaddr: s.substr(BP_CHADDR, 16),
    dq_id: id.length > 1 && id.length <= LONGEST_ID ? id : "\x01" + chaddr,
    dq_wanted: long_at(o[REQUESTED] || "", 0),
    dq_server: long_at(o[SERVER] || "", 0),
    dq_hasid: id.length > 1 && id.length <= LONGEST_ID,
    dq_client: {
      mac: dhcpd_mac(chaddr),
      ip: "",
      name: dhcpd_text(o[HOSTNAME]),
      vendor: dhcpd_text(o[VENDOR]),
      // RFC 3004 has lengths in front of the names; many clients have one name, and none
      user: dhcpd_text(user.charCodeAt(0) < user.length ? user.substr(1) : user),
      arch: o[ARCH] && o[ARCH].length > 1 ? (o[ARCH].charCodeAt(0) << 8) | o[ARCH].charCodeAt(1) : -1,
    },
  };
}

function dhcpd_mac(chaddr: string): string {
  const bytes: string[] = [];
  for (let i = 0; i < 6; i++) bytes.push((256 + chaddr.charCodeAt(i)).toString(16).substr(1));
  return bytes.join(":");
}

/** What can be printed of an option. */
function dhcpd_text(value: string | undefined): string {
  let text = "";
  for (let i = 0; value && i < value.length && text.length < LONGEST_ID; i++) {
    const c = value.charCodeAt(i);
    if (c > 32 && c < 127) text += value.charAt(i);
  }
  return text;
}

/** All options that we know, those in file and sname included (RFC 2132 9.3); null when one of them does not end. */
function dhcpd_options(s: string): Values | null {
  const o: Values = {};
  if (!dhcpd_field(s, BP_OPTIONS, s.length, o)) return null;
  const overload = o[OVERLOAD] ? o[OVERLOAD].charCodeAt(0) : 0;
  if (overload & 1 && !dhcpd_field(s, BP_FILE, BP_MAGIC, o)) return null;
  return overload & 2 && !dhcpd_field(s, BP_SNAME, BP_FILE, o) ? null : o;
}

/** Adds the options from `at` to `end`; one that comes in pieces is put together (RFC 3396). False when one does not end. */
function dhcpd_field(s: string, from: number, end: number, o: Values): boolean {
  let at = from;
  while (at < end) {
    const code = s.charCodeAt(at++);
    if (code === 255) return true;
    if (!code) continue;
    const len = at < end ? s.charCodeAt(at++) : end;
    if (at + len > end) return false;
    if (KNOWN.indexOf(code) >= 0) o[code] = (o[code] || "") + s.substr(at, len);
    at += len;
  }
  return true;
}

/** An answer of type `type` to `q`, with address `addr` (0: none). */
export function dhcpd_reply(dd: Dhcpd, q: Request, type: number, addr: number): string {
  const nak = type === DHCPNAK;
  const file = nak ? "" : dhcpd_file(dd.dd_options, q);
  const next = dd.dd_options.next ? dd.dd_net.inet_addr(dd.dd_options.next) : dd.dd_addr;
  const s =
    String.fromCharCode(BOOTREPLY, 1, 6, 0) +
    q.dq_xid +
    "\0\0" +
    q.dq_flags +
    long(type === DHCPACK ? q.dq_ciaddr : 0) +
    long(addr) +
    long(file ? next : 0) +
    "\0\0\0\0" +
    q.dq_chaddr +
    zeros(BP_FILE - BP_SNAME) +
    file +
    zeros(BP_MAGIC - BP_FILE - file.length) +
    MAGIC +
    option(TYPE, String.fromCharCode(type)) +
    option(SERVER, long(dd.dd_addr)) +
    (q.dq_hasid ? option(CLIENTID, q.dq_id) : "") +
    (nak ? "" : dhcpd_parameters(dd, q, file, next)) +
    "\xff";
  return s + zeros(SHORTEST - s.length);
}

/** What a client is told of its network, and to boot. To who has an address of his own no lease (RFC 2131 4.3.5). */
function dhcpd_parameters(dd: Dhcpd, q: Request, file: string, next: number): string {
  const options = dd.dd_options;
  const lease = dd.dd_lease;
  const dns = dd.dd_dns.map((server) => long(dd.dd_net.inet_addr(server))).join("");
  return (
    (q.dq_type === DHCPINFORM
      ? ""
      : option(LEASE, long(lease)) + option(T1, long(lease >> 1)) + option(T2, long((lease * 7) >> 3))) +
    option(SUBNETMASK, long(dd.dd_mask)) +
    (options.router ? option(ROUTER, long(dd.dd_net.inet_addr(options.router))) : "") +
    option(DNS, dns) +
    option(DOMAIN, options.domain || "") +
    (file ? option(TFTPSERVER, dd.dd_net.inet_ntoa(next)) + option(BOOTFILE, file) : "")
  );
}

/** What a client is to boot; "": nothing. */
function dhcpd_file(options: DhcpdOptions, q: Request): string {
  const file = typeof options.file === "function" ? options.file(q.dq_client) : options.file;
  return file && file.length <= LONGEST_FILE ? file : "";
}
