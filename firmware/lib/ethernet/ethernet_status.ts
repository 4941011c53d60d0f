/**
 * What an interface object tells of itself. BSD: sbin/ifconfig, usr.bin/netstat. Called by ethernet.ts.
 */
import { INET_DHCP } from "../../config";
import { IFF_LINK, IFF_RUNNING } from "../../net/if/ifnet";
import { rtlookup } from "../../net/if/route";
import { dhcp_get } from "../../net/inet/dhcp/dhcp";
import { DHV_LEFT, DHV_STATE, DR_SERVER } from "../../net/inet/dhcp/dhcp_var";
import { in_ifaddr_of } from "../../net/inet/in_var";
import { ether_ntoa, inet_ntoa } from "../inet";
import { ES_NAMES, type Ethersoftc } from "./ethernet_var";
import { if_getflags, if_getinput, if_getlost, if_getoutput } from "./ifdata";

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
    dns: inet_ntoa(ES_NAMES ? es.es_dns[0] | 0 : 0),
    mac: ether_ntoa(es.es_ac.ac_enaddr, 0),
  };
}

export function ethernet_status(es: Ethersoftc): EthernetStatus {
  const ac = es.es_ac;
  const flags = if_getflags(ac);
  const ia = in_ifaddr_of(ac);
  const left = INET_DHCP ? dhcp_get(ac, DHV_LEFT) : 0;
  return {
    state: !(flags & IFF_RUNNING) ? "offline" : !(flags & IFF_LINK) ? "disconnect" : ia ? "online" : "connected",
    phylink: flags & IFF_LINK ? "up" : "down",
    ip: inet_ntoa(ia ? ia.ia_addr : 0),
    dhcp: INET_DHCP && es.es_dhcp ? ethernet_dhcpstate(dhcp_get(ac, DHV_STATE)) : "static",
    server: inet_ntoa(left ? dhcp_get(ac, DR_SERVER) : 0),
    lease: left,
    received: if_getinput(ac),
    sent: if_getoutput(ac),
    errors: if_getlost(ac),
  };
}

/** Of a DHCP client, by DHS_. */
function ethernet_dhcpstate(state: number): string {
  return "init selecting requesting rebooting probing bound renewing rebinding".split(" ")[state];
}
