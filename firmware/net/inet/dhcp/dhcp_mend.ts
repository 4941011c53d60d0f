/**
 * The DHCP clients put in order after a turn that was broken off (kern/turn.ts). Called by net_mend.ts.
 */
import { IFF_LINK } from "../../if/ifnet";
import { callout_pending } from "../../kern/callout";
import { in_ifaddr_of } from "../in_var";
import { acd_busy } from "./acd";
import { dhcp_begin } from "./dhcp";
import { DHS_BOUND, DHS_PROBING, type Dhcp, DR_ADDR, dhcphead } from "./dhcp_var";

/** When nothing will go on by itself, all is begun anew, as if the cable had been out. */
export function dhcp_mend(): void {
  for (let dh = dhcphead; dh; dh = dh.dh_next) if (dhcp_stands(dh)) dhcp_begin(dh);
}

function dhcp_stands(dh: Dhcp): boolean {
  const ia = in_ifaddr_of(dh.dh_ac);
  const held = dh.dh_state >= DHS_BOUND ? dh.dh_lease[DR_ADDR] : 0;
  const waits = dh.dh_state === DHS_PROBING ? acd_busy(dh) : callout_pending(dh.dh_callout);
  const lost = held ? !ia || ia.ia_addr !== held : dh.dh_linklocal !== 0 && !ia && !acd_busy(dh);
  return (dh.dh_ac.if_flags & IFF_LINK) !== 0 && (!waits || lost);
}
