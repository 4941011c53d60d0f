/**
 * What the mDNS responder knows: its names, its records, where it stands. RFC 6762 8. Called by all parts of the module.
 */

import type { SocketsApi } from "../../lib/sockets";
import type { Timeout } from "../../machdep";
import type { Rr } from "./mdns_msg";

/** What the module uses of the interface that `connect` gives. */
export interface Interface {
  net: SocketsApi;
  getIP(): { ip: string; subnet: string };
  on(event: string, func: () => void): void;
  removeListener(event: string, func: () => void): void;
}

export interface ServiceOptions {
  /** "_http._tcp" */
  type: string;
  port: number;
  /** key=value pairs; of a key whose value is true only the key is told */
  txt?: { [key: string]: string | number | boolean };
  /** as people see it; without one it is the host's */
  name?: string;
}

export interface MdnsOptions {
  /** of the host, without ".local" */
  name: string;
  services?: ServiceOptions[];
  /** is called when the host has its name, which may be another one, with ".local" */
  callback?: (name: string) => void;
}

/** A name that is ours as long as nobody else has it: a host's, or that of one of its services. */
export interface Owned {
  ow_base: string;
  /** how often it had to change: "sensor1", "sensor1-2", "sensor1-3" ... */
  ow_count: number;
  /** what stands behind it: "\x05local\0", or a service's type with that */
  ow_suffix: string;
  /** of a service */
  ow_port: number;
  ow_txt: string;
}

/* md_state */
export const MD_OFF = 0;
export const MD_PROBING = 1;
export const MD_ANNOUNCED = 2;

/** The responder, of which there is one. */
export const md = {
  md_eth: null as unknown as Interface,
  md_state: MD_OFF,
  md_fd: -1,
  md_addr: 0,
  md_mask: 0,
  /** the host's name first */
  md_names: [] as Owned[],
  md_records: [] as Rr[],
  /** NSEC: that of our unique names there are no records but these (RFC 6762 6.1) */
  md_denials: [] as Rr[],
  md_callback: null as ((name: string) => void) | null | undefined,
  /** probes or announcements that were sent, and when the next one is */
  md_step: 0,
  md_timer: null as Timeout | null,
  /** names that others had, so far */
  md_conflicts: 0,
  /** answers for all that wait to be sent, whose questions they are, and when */
  md_pending: [] as Rr[],
  md_pendingtimer: null as Timeout | null,
  md_asker: 0,
  /** how many answers went to one alone in the second of the clock that has this number */
  md_ones: 0,
  md_second: 0,
};

/** Names are on the wire as labels with their lengths. */
export const LOCAL = "\x05local\0";
export const ENUM_NAME = "\x09_services\x07_dns-sd\x04_udp" + LOCAL;

/** The group and port of RFC 6762 3. */
export const MDNS_PORT = 5353;
export const MDNS_GROUP = -0x1fffff05; // 224.0.0.251
