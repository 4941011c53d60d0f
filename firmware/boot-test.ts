/**
 * The test bundle: every function of the stack under its own name, and `connect` besides. Tests drive it in virtual
 * time, and so does the simulator's gateway, by `net`.
 */
import { sockets_api } from "./lib/sockets";

export * from "./boot-enc28j60";
export * from "./config";
export * from "./drivers/enc28j60/enc28j60";
export * from "./lib/ethernet";
export * from "./lib/inet";
export * from "./lib/sockets";
export * from "./machdep";
export * from "./net/if/ether";
export * from "./net/if/if_loop";
export * from "./net/if/ifnet";
export * from "./net/if/netisr";
export * from "./net/if/route";
export * from "./net/inet/arp";
export * from "./net/inet/arp_input";
export * from "./net/inet/arp_output";
export * from "./net/inet/arp_var";
export * from "./net/inet/icmp_error";
export * from "./net/inet/icmp_var";
export * from "./net/inet/in";
export * from "./net/inet/in_cksum";
export * from "./net/inet/in_pcb";
export * from "./net/inet/in_proto";
export * from "./net/inet/in_var";
export * from "./net/inet/ip_ctloutput";
export * from "./net/inet/ip_icmp";
export * from "./net/inet/ip_output";
export * from "./net/inet/ip_var";
export * from "./net/inet/udp_usrreq";
export * from "./net/inet/udp_var";
export * from "./net/kern/callout";
export * from "./net/kern/domain";
export * from "./net/kern/errno";
export * from "./net/kern/mbuf";
export * from "./net/kern/protosw";
export * from "./net/kern/socketvar";
export * from "./net/net";
export * from "./net/kern/mbuf_chain";
export * from "./net/kern/sockbuf";
export * from "./net/kern/socket";
export * from "./net/kern/socket2";
export * from "./net/kern/soreceive";
export * from "./net/kern/sosend";
export * from "./net/kern/descrip";
export * from "./net/kern/mbuf_copyback";
export * from "./net/kern/sockopt";
export * from "./net/kern/sys_socket";
export { poll, recvstring, socketpair } from "./net/kern/syscalls";
export * from "./net/kern/syscalls_msg";
export * from "./net/kern/uio";
export * from "./net/unix/unix_proto";
export * from "./net/unix/unpcb";

/** The system calls, in an object: their `connect` is not the module's. */
export const net = sockets_api();
