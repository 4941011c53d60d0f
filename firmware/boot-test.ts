/**
 * The test bundles, but for their chips: every function of the stack under its own name. Tests drive them in virtual time,
 * and so does the simulator's gateway, by `net`.
 */
import { sockets_api } from "./lib/sockets";
import {
  accept,
  connect,
  getsockopt,
  kern_close,
  kern_setupcall,
  listen,
  poll,
  setsockopt,
  shutdown,
  socket,
} from "./net/kern/uipc_syscalls";

export * from "./config";
export * from "./drivers/chip";
export * from "./drivers/spi_bus";
export * from "./drivers/watchdog";
export * from "./lib/ethernet/connect";
export * from "./lib/ethernet/enaddr";
export * from "./lib/ethernet/ethernet";
export * from "./lib/ethernet/ethernet_config";
export * from "./lib/ethernet/ethernet_nat";
export * from "./lib/ethernet/ethernet_route";
export * from "./lib/ethernet/ethernet_status";
export * from "./lib/ethernet/hostname";
export * from "./lib/ethernet/options";
export * from "./lib/files";
export { if_ioctl } from "./lib/if_ioctl";
export * from "./lib/inet";
export * from "./lib/networkjs/networkjs";
export * from "./lib/networkjs/networkjs_error";
export * from "./lib/networkjs/networkjs_sock";
export * from "./lib/networkjs/networkjs_udp";
export * from "./lib/ping";
export * from "./lib/resolver/resolver";
export * from "./lib/sockets";
export * from "./lib/stats";
export * from "./lib/tcpinfo";
export * from "./lib/vnode";
export * from "./machdep";
export * from "./machdep_network";
export * from "./net/if/bpf";
export * from "./net/if/bpf_dev";
export * from "./net/if/bpf_filter";
export * from "./net/if/bpf_ring";
export * from "./net/if/bpf_validate";
export * from "./net/if/ether";
export * from "./net/if/if_loop";
export * from "./net/if/ifnet";
export * from "./net/if/ifunit";
export * from "./net/if/netisr";
export * from "./net/if/route";
export * from "./net/inet/arp/arp";
export * from "./net/inet/arp/arp_input";
export * from "./net/inet/arp/arp_ioctl";
export * from "./net/inet/arp/arp_output";
export * from "./net/inet/arp/arp_var";
export * from "./net/inet/arp/arptab";
export * from "./net/inet/dhcp/acd";
export * from "./net/inet/dhcp/autoip";
export * from "./net/inet/dhcp/dhcp";
export * from "./net/inet/dhcp/dhcp_input";
export * from "./net/inet/dhcp/dhcp_lease";
export * from "./net/inet/dhcp/dhcp_message";
export * from "./net/inet/dhcp/dhcp_names";
export * from "./net/inet/dhcp/dhcp_output";
export * from "./net/inet/dhcp/dhcp_var";
export * from "./net/inet/dns/ns_parse";
export * from "./net/inet/dns/res_answer";
export * from "./net/inet/dns/res_ask";
export * from "./net/inet/dns/res_send";
export * from "./net/inet/dns/res_var";
export * from "./net/inet/icmp/icmp_error";
export * from "./net/inet/icmp/icmp_redirect";
export * from "./net/inet/icmp/icmp_var";
export * from "./net/inet/icmp/ip_icmp";
export * from "./net/inet/igmp/igmp";
export * from "./net/inet/igmp/igmp_var";
export * from "./net/inet/in";
export * from "./net/inet/in_cksum";
export * from "./net/inet/in_hash";
export * from "./net/inet/in_pcb";
export * from "./net/inet/in_proto";
export * from "./net/inet/in_route";
export * from "./net/inet/in_var";
export * from "./net/inet/ip/ip_ctloutput";
export * from "./net/inet/ip/ip_forward";
export * from "./net/inet/ip/ip_fragment";
export * from "./net/inet/ip/ip_input";
export * from "./net/inet/ip/ip_moptions";
export * from "./net/inet/ip/ip_output";
export * from "./net/inet/ip/ip_reass";
export * from "./net/inet/ip/ip_srcroute";
export * from "./net/inet/ip/ip_var";
export * from "./net/inet/ip/ipq";
export * from "./net/inet/nat/nat";
export * from "./net/inet/nat/nat_forward";
export * from "./net/inet/nat/nat_icmp";
export * from "./net/inet/nat/nat_map";
export * from "./net/inet/nat/nat_rewrite";
export * from "./net/inet/nat/nat_rule";
export * from "./net/inet/nat/nat_session";
export * from "./net/inet/nat/nat_var";
export * from "./net/inet/raw/raw_ip";
export * from "./net/inet/tcp/tcp_ack";
export * from "./net/inet/tcp/tcp_callout";
export * from "./net/inet/tcp/tcp_check";
export * from "./net/inet/tcp/tcp_cong";
export * from "./net/inet/tcp/tcp_ctlinput";
export * from "./net/inet/tcp/tcp_dooptions";
export * from "./net/inet/tcp/tcp_ecn";
export * from "./net/inet/tcp/tcp_fin";
export * from "./net/inet/tcp/tcp_fsm";
export * from "./net/inet/tcp/tcp_hole";
export * from "./net/inet/tcp/tcp_input";
export * from "./net/inet/tcp/tcp_iss";
export * from "./net/inet/tcp/tcp_mss";
export * from "./net/inet/tcp/tcp_option";
export * from "./net/inet/tcp/tcp_output";
export * from "./net/inet/tcp/tcp_reass";
export * from "./net/inet/tcp/tcp_recover";
export * from "./net/inet/tcp/tcp_respond";
export * from "./net/inet/tcp/tcp_rtt";
export * from "./net/inet/tcp/tcp_sack";
export * from "./net/inet/tcp/tcp_send";
export * from "./net/inet/tcp/tcp_sockopt";
export * from "./net/inet/tcp/tcp_stat";
export * from "./net/inet/tcp/tcp_subr";
export * from "./net/inet/tcp/tcp_syn";
export * from "./net/inet/tcp/tcp_timer";
export * from "./net/inet/tcp/tcp_urg";
export * from "./net/inet/tcp/tcp_usrclosed";
export * from "./net/inet/tcp/tcp_usrreq";
export * from "./net/inet/tcp/tcp_var";
export * from "./net/inet/udp/udp_input";
export * from "./net/inet/udp/udp_output";
export * from "./net/inet/udp/udp_usrreq";
export * from "./net/inet/udp/udp_var";
export * from "./net/kern/callout";
export * from "./net/kern/descrip";
export * from "./net/kern/descrip_mend";
export * from "./net/kern/domain";
export * from "./net/kern/errno";
export * from "./net/kern/file";
export * from "./net/kern/kern_descrip";
export * from "./net/kern/kern_malloc";
export * from "./net/kern/mbuf";
export * from "./net/kern/mbuf_chain";
export * from "./net/kern/mbuf_copyback";
export * from "./net/kern/mbuf_devget";
export * from "./net/kern/mbuf_mend";
export * from "./net/kern/protosw";
export * from "./net/kern/sbcollapse";
export * from "./net/kern/selinfo";
export * from "./net/kern/sockbuf";
export * from "./net/kern/socket";
export * from "./net/kern/socket_mend";
export * from "./net/kern/socket2";
export * from "./net/kern/socketvar";
export * from "./net/kern/sockopt";
export * from "./net/kern/soreceive";
export * from "./net/kern/sosend";
export { readstring, withmbuf, write } from "./net/kern/sys_generic";
export * from "./net/kern/sys_pipe";
export * from "./net/kern/sys_socket";
export { poll, recvit, recvstring, sendit, socket } from "./net/kern/syscalls";
export * from "./net/kern/syscalls_msg";
export * from "./net/kern/turn";
export * from "./net/kern/uio";
export * from "./net/kern/upcalls";
export * from "./net/kern/vnode";
export * from "./net/net";
export * from "./net/net_mend";
export * from "./net/njs/nj_error";
export * from "./net/njs/nj_sock";
export * from "./net/njs/nj_tcp";
export * from "./net/njs/nj_udp";
export * from "./net/njs/nj_var";
export * from "./net/unix/unix_proto";
export * from "./net/unix/unpcb";

/** The system calls, in objects: their `connect` is not the module's. As programs know them, and as native code has them. */
export const net = sockets_api();
export const syscalls = {
  accept: accept,
  connect: connect,
  getsockopt: getsockopt,
  kern_close: kern_close,
  kern_setupcall: kern_setupcall,
  listen: listen,
  poll: poll,
  setsockopt: setsockopt,
  shutdown: shutdown,
  socket: socket,
};
