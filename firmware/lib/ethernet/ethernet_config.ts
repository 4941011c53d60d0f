/**
 * An address by hand. BSD: sbin/ifconfig, sbin/route. Called by ethernet.ts.
 */
import { INET_DHCP } from "../../config";
import { SIOCSIFLLADDR } from "../../net/if/ifnet";
import { in_ifinit, in_setgateway, in_validaddr } from "../../net/inet/in";
import { in_ifaddr_of } from "../../net/inet/in_var";
import { dhcp_link, dhcp_stop } from "../dhcp/dhcp";
import { ether_aton, INADDR_NONE, inet_addr, inet_ntoa } from "../inet";
import { res_setservers } from "../resolver/resolver";
import type { Ethersoftc } from "./ethernet_var";

/** What `setIP` takes: dotted quads, and the hardware address as "02:00:00:12:34:56", which may also come alone. */
export interface IpOptions {
  ip?: string;
  /** default: 255.255.255.0 */
  subnet?: string;
  gateway?: string;
  /** name server; default: the gateway */
  dns?: string;
  mac?: string;
}

/** Subnet mask where none is given. */
const DEFAULT_MASK = -256;

/** Sets what is given; what is wrong, or "". Nothing has changed then. */
export function ethernet_configure(es: Ethersoftc, options: IpOptions): string {
  const enaddr = options.mac ? ether_aton(options.mac) : "";
  const addr = inet_addr(options.ip!);
  const mask = options.subnet ? inet_addr(options.subnet) : DEFAULT_MASK;
  const gateway = options.gateway ? inet_addr(options.gateway) : 0;
  const dns = options.dns ? inet_addr(options.dns) : gateway;
  if (options.mac && (!enaddr || enaddr.charCodeAt(0) & 1)) return "mac: not a host's hardware address: " + options.mac;
  if (enaddr && !options.ip) return ethernet_setmac(es, enaddr);
  if (addr === INADDR_NONE) return "ip: not an address: " + options.ip;
  if (gateway === INADDR_NONE) return "gateway: not an address: " + options.gateway;
  if (dns === INADDR_NONE) return "dns: not an address: " + options.dns;
  if (!in_validaddr(addr, mask)) return "ip " + options.ip + " cannot be a host's in subnet " + inet_ntoa(mask);
  if (gateway && ((gateway ^ addr) & mask || gateway === addr || !in_validaddr(gateway, mask)))
    return "gateway " + options.gateway + " is not in the subnet";
  if (INET_DHCP && es.es_dhcp) dhcp_stop(es.es_dhcp);
  es.es_dhcp = null;
  if (enaddr) ethernet_setmac(es, enaddr);
  es.es_dns = dns ? [dns] : [];
  res_setservers(es.es_dns);
  return in_ifinit(es.es_ac, addr, mask) || in_setgateway(gateway) ? "ip: no memory for its routes" : "";
}

/** Another hardware address: to the neighbours and to DHCP servers, another host. */
function ethernet_setmac(es: Ethersoftc, enaddr: string): string {
  const ac = es.es_ac;
  const ia = in_ifaddr_of(ac);
  const dh = es.es_dhcp;
  if (INET_DHCP && dh) dhcp_stop(dh);
  ac.ac_enaddr = enaddr;
  ac.if_ioctl(ac, SIOCSIFLLADDR);
  if (INET_DHCP && dh) {
    dh.dh_expiry = 0;
    dhcp_link(dh);
  } else if (ia) in_ifinit(ac, ia.ia_addr, ia.ia_subnetmask);
  return "";
}
