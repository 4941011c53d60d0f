/**
 * What the files of the DHCP server share: what it is told to be, its leases, a message, and DHCP's numbers (RFC 2131, 2132).
 */
import type { SocketsApi } from "../../lib/sockets";
import type { Timeout } from "../../machdep";

/** What a program's functions are told of a client. */
export interface DhcpdClient {
  /** "02:00:00:12:34:56" */
  mac: string;
  /** the address that it has, or is to have; "" when it has its own (INFORM) */
  ip: string;
  /** the host name that it says; "" for none */
  name: string;
  /** option 60, as "PXEClient:Arch:00000:UNDI:002001"; option 77, as "iPXE" */
  vendor: string;
  user: string;
  /** option 93 (RFC 4578): 0 for a PC's BIOS, 7 for UEFI; -1 when it does not say */
  arch: number;
}

export interface DhcpdOptions {
  /** the range of addresses, 64 at most; default: sixteen behind the board's own, or as many as the subnet has */
  first?: string;
  last?: string;
  /** seconds; default 3600, at least 60 */
  lease?: number;
  /** default: none, so that a host with another way to the world keeps that */
  router?: string;
  /** name servers; default none */
  dns?: string | string[];
  domain?: string;
  /** addresses for hardware addresses: { "02:00:00:12:34:56": "192.168.4.9" } */
  fixed?: { [mac: string]: string };
  /** what to boot, and from where (default: this board); a function is asked for each client, and may say "" */
  file?: string | ((client: DhcpdClient) => string);
  next?: string;
  /** there is no other server: a client that asks for an address that we have not given is told so, and asks anew at once */
  authoritative?: boolean;
  /** hears of "lease" and "end" */
  callback?: (event: string, client: DhcpdClient) => void;
}

/** What the eth.dhcpd counts. */
export interface DhcpdCounts {
  /** messages that came; of them malformed, by a relay, for other servers, dropped while too many addresses were looked at */
  received: number;
  bad: number;
  relayed: number;
  others: number;
  busy: number;
  /** answers */
  offers: number;
  acks: number;
  naks: number;
  /** clients that found their address taken, or gave it back; addresses at which somebody answered; no address left */
  declines: number;
  releases: number;
  conflicts: number;
  exhausted: number;
}

/* dl_state */
export const DL_FREE = 0;
export const DL_PROBED = 1; // it is looked whether somebody has it
export const DL_OFFERED = 2;
export const DL_BOUND = 3;
export const DL_TAKEN = 4; // somebody has it who has not asked

/** An address that was given at some time. */
export interface Lease {
  dl_addr: number;
  /** of whom: the client identifier, or hardware type and address (RFC 2131 4.2) */
  dl_id: string;
  dl_state: number;
  /** seconds until it is free; less than 0: since when it has been */
  dl_left: number;
  dl_client: DhcpdClient;
}

export interface Dhcpd {
  dd_net: SocketsApi;
  dd_ping: (host: string, options: { timeout: number }, callback: (error: string | null) => void) => void;
  dd_options: DhcpdOptions;
  /** sockets: what comes to our address, from which we send; and what comes to all, or -1 */
  dd_fd: number;
  dd_allfd: number;
  /** our address and mask, the range, as numbers */
  dd_addr: number;
  dd_mask: number;
  dd_first: number;
  dd_last: number;
  dd_lease: number;
  dd_dns: string[];
  dd_leases: Lease[];
  /** addresses by hardware address that are others' never */
  dd_fixed: { [mac: string]: number };
  /** how many addresses are being looked at */
  dd_probes: number;
  dd_counts: DhcpdCounts;
  dd_timer: Timeout | null;
  dd_ended: boolean;
}

/** A message of a client. Strings are bytes. */
export interface Request {
  dq_type: number;
  dq_xid: string;
  dq_flags: string;
  dq_ciaddr: number;
  dq_chaddr: string;
  dq_id: string;
  /** options 50 and 54; 0: there is none */
  dq_wanted: number;
  dq_server: number;
  /** it has an identifier of its own, which is returned (RFC 6842) */
  dq_hasid: boolean;
  dq_client: DhcpdClient;
}

export const BOOTREQUEST = 1;
export const BOOTREPLY = 2;
export const MAGIC = "\x63\x82\x53\x63";

/* Where things are in a message (RFC 2131 2) */
export const BP_XID = 4;
export const BP_FLAGS = 10;
export const BP_CIADDR = 12;
export const BP_GIADDR = 24;
export const BP_CHADDR = 28;
export const BP_SNAME = 44;
export const BP_FILE = 108;
export const BP_MAGIC = 236;
export const BP_OPTIONS = 240;

export const DHCPDISCOVER = 1;
export const DHCPOFFER = 2;
export const DHCPREQUEST = 3;
export const DHCPDECLINE = 4;
export const DHCPACK = 5;
export const DHCPNAK = 6;
export const DHCPRELEASE = 7;
export const DHCPINFORM = 8;

/** Seconds for which an offer is kept, and for which an address is left alone that somebody has who has not asked. */
export const OFFER_TIME = 30;
export const TAKEN_TIME = 600;
/** How often it is looked at the leases (s). */
export const TICK = 5;
/** How long it is waited for somebody to answer at an address (ms), and how many addresses are looked at at a time. */
export const PROBE_TIME = 500;
export const PROBE_MAX = 4;
