/**
 * The DHCP client put in order after a turn that was broken off (kern/turn.ts). Called by lib/ethernet/connect.ts.
 */
import { IFF_LINK } from "../../net/if/ifnet";
import { in_ifaddr_of } from "../../net/inet/in_var";
import { callout_pending } from "../../net/kern/callout";
import { getsock } from "../../net/kern/sys_socket";
import { acd_busy } from "./acd";
import { dhcp_link, dhcpcb } from "./dhcp";
import { DHS_BOUND, DHS_PROBING } from "./dhcp_var";

/** A turn has broken off (kern/turn.ts): when nothing will go on by itself, all is begun anew, as if the cable had been out. */
export function dhcp_mend(): void {
  const dh = dhcpcb;
  if (!dh) return;
  if (dh.dh_fd >= 0 && !getsock(dh.dh_fd)) dh.dh_fd = -1;
  const state = dh.dh_state;
  const ia = in_ifaddr_of(dh.dh_ac);
  const held = state >= DHS_BOUND ? dh.dh_lease!.dr_addr : 0;
  const waits = state === DHS_PROBING ? acd_busy() : callout_pending(dh.dh_callout);
  const lost = held ? !ia || ia.ia_addr !== held : dh.dh_linklocal && !ia && !acd_busy();
  if (dh.dh_ac.if_flags & IFF_LINK && (!waits || lost)) dhcp_link(dh);
}
