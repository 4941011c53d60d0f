/**
 * Link-local addresses for when no DHCP server answers: RFC 3927. BSD: none. Called by dhcp.ts, which goes on asking for
 * a better one.
 *
 * 169.254.1.0 to 169.254.254.255 are tried in an order that follows from the hardware address, so that a board has the
 * same one again after a restart (2.1), each with the probes of acd.ts in RFC 3927 9's times.
 */
import type { Arpcom } from "../../if/ether";
import { ETHER_ADDR_LEN } from "../../wire/ether";
import { in_ifinit, in_ifscrub } from "../in";
import { acd_probe } from "./acd";
import { DHCPS_CONFLICTS, DHF_CHANGED, DHS_PROBING, type Dhcp, dhcpstat } from "./dhcp_var";

const FIRST = -0x5601ff00; // 169.254.1.0
const COUNT = 0xfe00;
const MASK = -65536;
/** RFC 3927 9: one second (ms); after so many conflicts one address is tried in so long (ms). */
const PROBE_UNIT = 1000;
const MAX_CONFLICTS = 10;
const RATE_LIMIT_INTERVAL = 60000;
/** FNV-1a's */
const OFFSET_BASIS = -2128831035;

/** Looks for an address, unless that is under way or done. */
export function autoip_start(dh: Dhcp): void {
  if (dh.dh_linklocal) return;
  dh.dh_linklocal = autoip_candidate(dh.dh_ac, dh.dh_lltaken);
  acd_probe(dh, dh.dh_linklocal, PROBE_UNIT, dh.dh_lltaken < MAX_CONFLICTS ? 0 : RATE_LIMIT_INTERVAL, autoip_probed);
}

/** The n-th address that an interface tries: a hash (FNV-1a) of its hardware address and of n. */
export function autoip_candidate(ac: Arpcom, n: number): number {
  let hash = OFFSET_BASIS;
  for (let i = 0; i < ETHER_ADDR_LEN; i++) hash = autoip_hash(hash ^ ac.ac_enaddr[i]);
  return FIRST + ((autoip_hash(hash ^ n) >>> 1) % COUNT);
}

/** hash * 16777619 modulo 2^32, in parts that doubles hold exactly. */
function autoip_hash(hash: number): number {
  return ((hash & 0xffff) * 16777619 + (((hash >>> 16) * 403) << 16)) | 0;
}

function autoip_probed(dh: Dhcp, taken: boolean): void {
  if (taken) autoip_taken(dh);
  else {
    in_ifinit(dh.dh_ac, dh.dh_linklocal, MASK);
    dh.dh_notify(dh.dh_ac, DHF_CHANGED, 0);
  }
}

/** Another host has the address: the next one, unless DHCP is about to have a better. */
export function autoip_taken(dh: Dhcp): void {
  dhcpstat[DHCPS_CONFLICTS]++;
  in_ifscrub(dh.dh_ac);
  dh.dh_lltaken++;
  dh.dh_linklocal = 0;
  dh.dh_notify(dh.dh_ac, DHF_CHANGED, 0);
  if (dh.dh_state !== DHS_PROBING) autoip_start(dh);
}
