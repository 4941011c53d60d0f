/**
 * What a socket has to do with groups. BSD: netinet/ip_output.c (ip_setmoptions, ip_getmoptions, ip_freemoptions);
 * Stevens sections 12.8 to 12.12. Called by ip_ctloutput, and when a PCB goes.
 *
 * Differs: the value of an option is one number. For IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP it is the group; the
 * interface (BSD: imr_interface) is that of IP_MULTICAST_IF, whose value is an address of ours, and without that the one
 * that packets to the group go out of.
 */
import { IP_MAX_MEMBERSHIPS } from "../../../config";
import type { Arpcom } from "../../if/ether";
import { IFF_MULTICAST, type Ifnet } from "../../if/ifnet";
import { EADDRINUSE, EADDRNOTAVAIL, EINVAL, ENOBUFS } from "../../kern/errno";
import { free } from "../../kern/kern_malloc";
import { in_addmulti, in_delmulti } from "../in";
import { IN_MULTICAST, in_ifaddr_with, in_lookup_multi } from "../in_var";
import { ip_groupif } from "./ip_output";
import type { IpMoptions } from "./ip_var";

/* The options, numbered as on Linux */
export const IP_MULTICAST_IF = 32;
export const IP_MULTICAST_TTL = 33;
export const IP_MULTICAST_LOOP = 34;
export const IP_ADD_MEMBERSHIP = 35;
export const IP_DROP_MEMBERSHIP = 36;

/** What holds for a socket that has said nothing; null when there is no room for it. */
export function ip_allocmoptions(): IpMoptions | null {
  return {
    imo_multicast_addr: 0,
    imo_multicast_ttl: 1,
    imo_multicast_loop: 1,
    imo_membership: [],
    imo_num_memberships: 0,
  };
}

/** Sets an option; errno. */
export function ip_setmoptions(imo: IpMoptions, optname: number, value: number): number {
  if (optname === IP_MULTICAST_IF) return ip_setmultiif(imo, value | 0);
  if (optname === IP_ADD_MEMBERSHIP) return ip_addmembership(imo, value | 0);
  if (optname === IP_DROP_MEMBERSHIP) return ip_dropmembership(imo, value | 0);
  if (!(value >= 0 && value <= 255)) return EINVAL;
  if (optname === IP_MULTICAST_TTL) imo.imo_multicast_ttl = value;
  else imo.imo_multicast_loop = value ? 1 : 0;
  return 0;
}

/** The value of an option, of a socket that has said nothing (null) as well, or -errno: memberships cannot be asked for. */
export function ip_getmoptions(imo: IpMoptions | null, optname: number): number {
  if (optname === IP_MULTICAST_IF) return imo ? imo.imo_multicast_addr : 0;
  if (optname === IP_MULTICAST_TTL) return imo ? imo.imo_multicast_ttl : 1;
  if (optname === IP_MULTICAST_LOOP) return imo ? imo.imo_multicast_loop : 1;
  return -EINVAL;
}

function ip_setmultiif(imo: IpMoptions, addr: number): number {
  const ia = addr ? in_ifaddr_with(addr) : null;
  if (addr && !(ia && ia.ifa_ifp.if_flags & IFF_MULTICAST)) return EADDRNOTAVAIL;
  imo.imo_multicast_addr = addr;
  return 0;
}

function ip_addmembership(imo: IpMoptions, group: number): number {
  const ifp = IN_MULTICAST(group) ? ip_groupif(group, imo) : null;
  if (!IN_MULTICAST(group)) return EINVAL;
  if (!ifp || !(ifp.if_flags & IFF_MULTICAST)) return EADDRNOTAVAIL;
  if (ip_membership(imo, group, ifp) >= 0) return EADDRINUSE;
  if (imo.imo_num_memberships >= IP_MAX_MEMBERSHIPS) return ENOBUFS;
  const error = in_addmulti(ifp as Arpcom, group);
  if (!error) imo.imo_membership[imo.imo_num_memberships++] = in_lookup_multi(ifp, group)!;
  return error;
}

/** Leaves the group on the interface that is set, or on whichever it was joined. */
function ip_dropmembership(imo: IpMoptions, group: number): number {
  const i = ip_membership(imo, group, imo.imo_multicast_addr ? ip_groupif(group, imo) : null);
  if (i < 0) return IN_MULTICAST(group) ? EADDRNOTAVAIL : EINVAL;
  const inm = imo.imo_membership[i];
  imo.imo_membership[i] = imo.imo_membership[--imo.imo_num_memberships];
  return in_delmulti(inm.inm_ifp as Arpcom, group);
}

/** Where the socket's membership is, in `ifp` or (null) any interface; -1 when it has none. */
function ip_membership(imo: IpMoptions, group: number, ifp: Ifnet | null): number {
  for (let i = imo.imo_num_memberships - 1; i >= 0; i--) {
    const inm = imo.imo_membership[i];
    if (inm.inm_addr === group && (!ifp || inm.inm_ifp === ifp)) return i;
  }
  return -1;
}

/** The socket is no more: its memberships end. */
export function ip_freemoptions(imo: IpMoptions): void {
  for (let i = 0; i < imo.imo_num_memberships; i++)
    in_delmulti(imo.imo_membership[i].inm_ifp as Arpcom, imo.imo_membership[i].inm_addr);
  free(imo);
}
