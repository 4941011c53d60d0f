/**
 * An address by hand. BSD: sbin/ifconfig, sbin/route. Called by ethernet.ts.
 */
import { INET_DHCP } from "../../config";
import { bcopy } from "../../machdep";
import { SIOCSIFLLADDR } from "../../net/if/ifnet";
import { rtlookup } from "../../net/if/route";
import { dhcp_start, dhcp_stop } from "../../net/inet/dhcp/dhcp";
import { in_ifinit, in_setgateway, in_validaddr } from "../../net/inet/in";
import { in_ifaddr_of } from "../../net/inet/in_var";
import { ETHER_ADDR_LEN } from "../../net/wire/ether";
import { ether_aton, INADDR_NONE, inet_addr, inet_ntoa } from "../inet";
import { res_setservers } from "../resolver/resolver";
import { ES_NAMES, type Ethersoftc } from "./ethernet_var";
import { options_unknown } from "./options";

/**
 * What `setIP` takes: dotted quads, and the hardware address as "02:00:00:12:34:56". This, or a name server, may also come
 * alone: then all else stays as it is, an address from a server included.
 */
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
  if (typeof options !== "object") return "setIP: neither options nor a callback: " + options;
  options_unknown("setIP", options, "ip subnet gateway dns mac");
  const enaddr = options.mac ? ether_aton(options.mac) : null;
  const addr = inet_addr(options.ip!);
  const mask = options.subnet ? inet_addr(options.subnet) : DEFAULT_MASK;
  const gateway = options.gateway ? inet_addr(options.gateway) : 0;
  const dns = ES_NAMES && options.dns ? inet_addr(options.dns) : gateway;
  if (options.mac && (!enaddr || enaddr[0] & 1)) return "mac: not a host's hardware address: " + options.mac;
  if (ES_NAMES && options.dns && dns === INADDR_NONE) return "dns: not an address: " + options.dns;
  if (!options.ip && !options.subnet && !options.gateway && (enaddr || (ES_NAMES && options.dns))) {
    if (ES_NAMES && options.dns) {
      es.es_nameserver = dns;
      ethernet_setdns(es, dns);
    }
    return enaddr ? ethernet_setmac(es, enaddr) : "";
  }
  if (addr === INADDR_NONE) return "ip: not an address: " + options.ip;
  if (!ethernet_ismask(mask, options.subnet)) return "subnet: not a mask: " + options.subnet;
  if (gateway === INADDR_NONE) return "gateway: not an address: " + options.gateway;
  if (!in_validaddr(addr, mask)) return "ip " + options.ip + " cannot be a host's in subnet " + inet_ntoa(mask);
  // one who is alone in his subnet has his gateway elsewhere
  if (gateway && (((gateway ^ addr) & mask && mask !== -1) || gateway === addr || !in_validaddr(gateway, mask)))
    return "gateway " + options.gateway + " is not in the subnet";
  if (INET_DHCP) dhcp_stop(es.es_ac);
  if (INET_DHCP) es.es_dhcp = null;
  if (enaddr) ethernet_setmac(es, enaddr);
  if (ES_NAMES) ethernet_setdns(es, dns);
  return in_ifinit(es.es_ac, addr, mask) || in_setgateway(gateway) ? "ip: no memory for its routes" : "";
}

/** Is it ones, then zeros? `text` is where it came from: only one text means all ones. */
function ethernet_ismask(mask: number, text: string | undefined): boolean {
  const host = ~mask;
  return mask !== 0 && !(host & (host + 1)) && (host !== 0 || text === "255.255.255.255");
}

/** The name server; 0: none. */
function ethernet_setdns(es: Ethersoftc, dns: number): void {
  es.es_dns = dns ? [dns] : [];
  res_setservers(es.es_dns);
}

/** Another hardware address: to the neighbours and to DHCP servers, another host. */
function ethernet_setmac(es: Ethersoftc, enaddr: Uint8Array): string {
  const ac = es.es_ac;
  const ia = in_ifaddr_of(ac);
  if (INET_DHCP) dhcp_stop(ac);
  bcopy(enaddr, 0, ac.ac_enaddr, 0, ETHER_ADDR_LEN);
  ac.if_ioctl(ac, SIOCSIFLLADDR);
  if (INET_DHCP && es.es_dhcp) dhcp_start(ac, es.es_dhcp);
  else if (ia) {
    const rt = rtlookup(0);
    const gateway = rt && rt.rt_ifa === ia ? rt.rt_gateway : 0; // the route goes with the address
    in_ifinit(ac, ia.ia_addr, ia.ia_subnetmask);
    if (gateway) in_setgateway(gateway);
  }
  return "";
}
