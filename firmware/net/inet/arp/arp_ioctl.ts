/**
 * Neighbours' hardware addresses that a program tells or takes back. BSD: netinet/if_ether.c (arpioctl, in Net/2); Stevens section 21.11.
 * Called by ioctl (lib/if_ioctl.ts).
 */
import type { Arpcom } from "../../if/ether";
import { EINVAL, ENETUNREACH, ENXIO } from "../../kern/errno";
import { in_neighbour } from "../in_var";
import { arp_delete, arp_set } from "./arp";
import { ATF_COM, ATF_PERM, arptab_look } from "./arptab";

/** `addr`, a neighbour on the interface's net, has this hardware address: for ever with ATF_PERM, else as if it had said so. errno. */
export function arp_setioctl(ac: Arpcom, addr: number, enaddr: Uint8Array, flags: number): number {
  const ia = in_neighbour(addr);
  if (!ia || ia.ifa_ifp !== ac) return ENETUNREACH;
  if (enaddr[0] & 1) return EINVAL;
  const error = arp_set(ac, addr, enaddr);
  const at = error ? null : arptab_look(addr);
  if (at && !(flags & ATF_PERM)) at.at_flags = ATF_COM;
  return error;
}

/** Nothing is known of `addr` any more; ENXIO: nothing was. */
export function arp_delioctl(addr: number): number {
  return arp_delete(addr) ? 0 : ENXIO;
}
