/**
 * The Internet suite on one page: every protocol, and how it is reached. BSD: netinet/in_proto.c; Stevens section 7.4.
 *
 * What config.ts leaves out of a build is not in the table, and the bundler drops what nobody refers to.
 */
import {
  INET_DHCP,
  INET_DNS,
  INET_IGMP,
  INET_MULTICAST,
  INET_NAT,
  INET_RAW,
  INET_ROUTE,
  INET_TCP,
  INET_UDP,
} from "../../config";
import { arena, get16, get32 } from "../../machdep";
import type { Embedded } from "../../types";
import { type Mbuf, m_freem } from "../kern/mbuf";
import { NET_HEARS, PR_ADDR, PR_ATOMIC, PR_CONNREQUIRED, PR_WANTRCVD, type Sockaddr } from "../kern/protosw";
import type { Domain, Protosw } from "../kern/socketvar";
import { AF_INET, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM } from "../kern/socketvar";
import { ICMP_UNREACH, ICMP_UNREACH_PROTOCOL } from "../wire/icmp";
import { IP_P, IPPROTO_ICMP, IPPROTO_IGMP, IPPROTO_TCP, IPPROTO_UDP } from "../wire/ip";
import { arpinit } from "./arp/arp";
import { arp_input_init } from "./arp/arp_input";
import { dhcp_init } from "./dhcp/dhcp";
import { dhcp_input } from "./dhcp/dhcp_input";
import { dns_init, res_ctlinput, res_input } from "./dns/res_send";
import { icmp_error } from "./icmp/icmp_error";
import { icmp_hostdown, icmp_init, icmp_input } from "./icmp/ip_icmp";
import { igmp_init, igmp_input } from "./igmp/igmp";
import { in_multi_init } from "./in";
import { in_route_init } from "./in_route";
import { in_init, SIN_ADDR, SIN_PORT, type SockaddrIn } from "./in_var";
import { ip_ctloutput } from "./ip/ip_ctloutput";
import { ip_init } from "./ip/ip_input";
import { IPS_NOPROTO, inetsw, ip_protosw, ip_protox, ip_var_init, ipstat } from "./ip/ip_var";
import { nat_init } from "./nat/nat";
import { rip_attach, rip_init, rip_input, rip_usrreq } from "./raw/raw_ip";
import { tcp_ctlinput } from "./tcp/tcp_ctlinput";
import { tcp_input } from "./tcp/tcp_input";
import { tcp_ctloutput } from "./tcp/tcp_sockopt";
import { tcp_attach, tcp_init, tcp_usrreq } from "./tcp/tcp_usrreq";
import { tcb } from "./tcp/tcp_var";
import { udb, udp_ctlinput, udp_init, udp_input, udp_resolver } from "./udp/udp_input";
import { udp_attach, udp_usrreq } from "./udp/udp_usrreq";

let inetdom: Embedded<Domain>;

/** The Internet family, its protocols initialised by `domaininit`. */
export function inetdomain(): Domain {
  inetdom = {
    dom_family: AF_INET,
    dom_init: inet_init,
    dom_protosw: null,
    dom_sockaddr: in_sockaddr,
    dom_next: null,
  };
  inetsw_init(inetdom);
  inetdom.dom_protosw = inetsw[0];
  return inetdom;
}

function inetsw_init(dom: Domain): void {
  ip_var_init();
  inetsw[0] = inetsw_alone(dom, 0, ip_noproto);
  inetsw[0].pr_flags = PR_ATOMIC | PR_ADDR;
  if (INET_RAW) {
    inetsw[0].pr_ctloutput = ip_ctloutput;
    inetsw[0].pr_type = SOCK_RAW;
    inetsw[0].pr_attach = rip_attach;
    inetsw[0].pr_usrreq = rip_usrreq;
  }
  inetsw[1] = inetsw_alone(dom, IPPROTO_ICMP, icmp_input);
  let n = 2;
  if (INET_UDP) {
    inetsw[n] = {
      pr_next: null,
      pr_type: SOCK_DGRAM,
      pr_domain: dom,
      pr_protocol: IPPROTO_UDP,
      pr_flags: PR_ATOMIC | PR_ADDR,
      pr_input: udp_input,
      pr_ctlinput: udp_ctlinput,
      pr_ctloutput: ip_ctloutput,
      pr_attach: udp_attach,
      pr_connect2: null,
      pr_usrreq: udp_usrreq,
    };
    n++;
  } else if (INET_DHCP || INET_DNS) {
    inetsw[n] = inetsw_alone(dom, IPPROTO_UDP, udp_input);
    if (INET_DNS) inetsw[n].pr_ctlinput = udp_ctlinput;
    n++;
  }
  if (INET_IGMP) {
    inetsw[n] = inetsw_alone(dom, IPPROTO_IGMP, igmp_input);
    n++;
  }
  if (INET_TCP) {
    inetsw[n] = {
      pr_next: null,
      pr_type: SOCK_STREAM,
      pr_domain: dom,
      pr_protocol: IPPROTO_TCP,
      pr_flags: PR_CONNREQUIRED | PR_WANTRCVD,
      pr_input: tcp_input,
      pr_ctlinput: NET_HEARS ? tcp_ctlinput : null,
      pr_ctloutput: tcp_ctloutput,
      pr_attach: tcp_attach,
      pr_connect2: null,
      pr_usrreq: tcp_usrreq,
    };
    n++;
  }
  for (let i = 1; i < n; i++) {
    inetsw[i - 1].pr_next = inetsw[i];
    ip_protox[inetsw[i].pr_protocol] = i;
  }
}

/** A protocol without sockets of its own. */
function inetsw_alone(dom: Domain, protocol: number, input: (m: Mbuf, iphlen: number) => void): Protosw {
  return {
    pr_next: null,
    pr_type: 0,
    pr_domain: dom,
    pr_protocol: protocol,
    pr_flags: 0,
    pr_input: input,
    pr_ctlinput: null,
    pr_ctloutput: null,
    pr_attach: null,
    pr_connect2: null,
    pr_usrreq: null,
  };
}

function inet_init(): void {
  in_init();
  if (INET_MULTICAST) in_multi_init();
  ip_init();
  if (INET_ROUTE) in_route_init();
  if (INET_RAW) rip_init();
  arpinit(icmp_hostdown);
  arp_input_init();
  if (INET_UDP || INET_DHCP || INET_DNS) udp_init(dhcp_input);
  if (INET_DHCP) dhcp_init();
  if (INET_DNS) {
    udp_resolver(res_input, res_ctlinput);
    dns_init();
  }
  icmp_init();
  if (INET_IGMP) igmp_init();
  if (INET_TCP) tcp_init();
  if (INET_NAT) nat_init(INET_TCP ? tcb : null, udb);
}

/**
 * A packet that nobody else has a use for (ICMP and IGMP: no more use) goes to raw sockets. Without them its sender is
 * told, if it is of a protocol that we don't have (RFC 1122 3.2.2.1).
 */
function ip_noproto(m: Mbuf, iphlen: number): void {
  if (INET_RAW && rip_input(m, iphlen)) return;
  if (ip_protosw(arena[m.m_data + IP_P]).pr_protocol) m_freem(m);
  else {
    ipstat[IPS_NOPROTO]++;
    icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_PROTOCOL, 0);
  }
}

/** Reads the endpoint in front of a received record. */
function in_sockaddr(nam: Sockaddr, off: number): void {
  const sin = nam as SockaddrIn;
  sin.sin_family = AF_INET;
  sin.sin_addr = get32(off + SIN_ADDR);
  sin.sin_port = get16(off + SIN_PORT);
}
