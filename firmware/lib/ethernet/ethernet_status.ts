/**
 * What an interface object tells of itself. BSD: sbin/ifconfig, usr.bin/netstat. Called by ethernet.ts.
 */
import { INET_DHCP } from "../../config";
import { hrtime } from "../../machdep";
import { IFF_LINK, IFF_RUNNING } from "../../net/if/ifnet";
import { rtlookup } from "../../net/if/route";
import { in_ifaddr_of } from "../../net/inet/in_var";
import { dhcp_statename } from "../dhcp/dhcp_var";
import { ether_ntoa, inet_ntoa } from "../inet";
import type { Ethersoftc } from "./ethernet_var";

/** What `getIP` gives: dotted quads, "0.0.0.0" where there is none. */
export interface IpInfo {
  ip: string;
  subnet: string;
  gateway: string;
  dns: string;
  mac: string;
}

/** What `getStatus` gives. */
export interface EthernetStatus {
  /** "offline": the chip does not answer; "disconnect": no cable; "connected": no address yet; "online" */
  state: string;
  phylink: string;
  ip: string;
  /** state of the DHCP client, "static" while there is none, "off" without it in the bundle */
  dhcp: string;
  /** the DHCP server, and for how many seconds it gave the address (left of it) */
  server: string;
  lease: number;
  /** frames, and how many of them were lost */
  received: number;
  sent: number;
  errors: number;
}

export function ethernet_info(es: Ethersoftc): IpInfo {
  const ia = in_ifaddr_of(es.es_ac);
  const route = ia && rtlookup(0);
  return {
    ip: inet_ntoa(ia ? ia.ia_addr : 0),
    subnet: inet_ntoa(ia ? ia.ia_subnetmask : 0),
    gateway: inet_ntoa(route ? route.rt_gateway : 0),
    dns: inet_ntoa(es.es_dns[0] | 0),
    mac: ether_ntoa(es.es_ac.ac_enaddr, 0),
  };
}

export function ethernet_status(es: Ethersoftc): EthernetStatus {
  const ac = es.es_ac;
  const flags = ac.if_flags;
  const ia = in_ifaddr_of(ac);
  const dh = es.es_dhcp;
  const lease = INET_DHCP && dh && dh.dh_expiry ? dh.dh_lease : null;
  return {
    state: !(flags & IFF_RUNNING) ? "offline" : !(flags & IFF_LINK) ? "disconnect" : ia ? "online" : "connected",
    phylink: flags & IFF_LINK ? "up" : "down",
    ip: inet_ntoa(ia ? ia.ia_addr : 0),
    dhcp: INET_DHCP && dh ? dhcp_statename(dh.dh_state) : "static",
    server: inet_ntoa(lease ? lease.dr_server : 0),
    lease: lease ? Math.floor((dh!.dh_expiry - hrtime()) / 1000) : 0,
    received: ac.if_ipackets,
    sent: ac.if_opackets,
    errors: ac.if_ierrors + ac.if_oerrors + ac.if_iqdrops + ac.if_snd.ifq_drops,
  };
}
