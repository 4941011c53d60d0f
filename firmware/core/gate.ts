/**
 * The core as the libraries know it: functions by the names that the stack's own have, each a numbered entry (sysent.ts). So the
 * libraries are the same whether the stack is JavaScript or machine code: what builds a bundle with a core gives them this file in
 * place of firmware/net and the drivers.
 */
/* The names and numbers of the stack that libraries use besides its functions */
export { CHIP_FULLDPX, CHIP_INT, CHIP_RST } from "../drivers/chip";
export { IFF_FORWARD, IFF_LINK, IFF_NAT, IFF_RUNNING, IFF_UP, SIOCSIFLLADDR } from "../net/if/ifnet";
export {
  DHF_NOANSWER,
  DHS_BOUND,
  DHV_LEFT,
  DHV_STATE,
  DR_DNS,
  DR_LIST,
  DR_SERVER,
} from "../net/inet/dhcp/dhcp_var";
export { in_validaddr } from "../net/inet/in";
export { RTM_ADD, RTM_CHANGE, RTM_DELETE } from "../net/inet/in_route";
export { INADDR_BROADCAST, INADDR_LOOPBACK, in_canhost } from "../net/inet/in_var";
export { IP_TOS, IP_TTL, IPPROTO_IP } from "../net/inet/ip/ip_ctloutput";
export {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
} from "../net/inet/ip/ip_moptions";
export {
  TCP_KEEPCNT_OPT,
  TCP_KEEPIDLE_OPT,
  TCP_KEEPINTVL_OPT,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_USER_TIMEOUT,
} from "../net/inet/tcp/tcp_sockopt";
export * from "./gate_dhcp";
export * from "./gate_dns";
export * from "./gate_files";
export * from "./gate_if";
export * from "./gate_networkjs";
export * from "./gate_syscalls";
export { net_mend, netinit, netisr_rescue, sorescue } from "./gate_turn";
