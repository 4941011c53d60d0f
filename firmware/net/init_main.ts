/**
 * In what order the stack comes up: memory, sockets, interfaces, and the Internet family. BSD: kern/init_main.c. The one place
 * that knows all families.
 */
import { NET_BPF } from "../config";
import { bpf_init } from "./if/bpf";
import { ether_init } from "./if/ether";
import { loopattach } from "./if/if_loop";
import { ifinit } from "./if/ifnet";
import { netisr_init } from "./if/netisr";
import { route_init } from "./if/route";
import { in_loopattach } from "./inet/in";
import { inetdomain } from "./inet/in_proto";
import { callout_init } from "./kern/callout";
import { fdinit } from "./kern/descrip";
import { domain_add, domain_reset, domaininit } from "./kern/domain";
import { mbinit } from "./kern/mbuf";
import { NET_ACTIVE } from "./kern/protosw";
import { soinit } from "./kern/socket2";
import type { Domain } from "./kern/socketvar";

/** `more` is a family besides, or null; `upcalls` the turn in which the upcalls that wait are called. */
export function init_main(more: Domain | null, upcalls: () => void): void {
  mbinit();
  callout_init();
  soinit(upcalls);
  fdinit();
  ifinit();
  if (NET_BPF) bpf_init();
  netisr_init();
  ether_init();
  route_init();
  if (NET_ACTIVE) loopattach();
  domain_reset();
  if (more) domain_add(more);
  domain_add(inetdomain());
  domaininit();
  if (NET_ACTIVE) in_loopattach();
}
