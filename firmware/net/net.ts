/**
 * The stack as a whole: what is in it, and in what order it comes up. BSD: kern/init_main.c. The one place that knows
 * all families; called once by a composition root (boot-*.ts).
 */
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
import { soinit } from "./kern/socket2";
import type { Domain } from "./kern/socketvar";
import { turn_init } from "./kern/turn";
import { net_mend } from "./net_mend";

/**
 * Brings up memory, sockets, interfaces and the Internet family, then `more`, a family or null. `mend`: net_mend, and what
 * libraries have to put in order with it.
 */
export function netinit(more: Domain | null, mend?: (broken: boolean) => void): void {
  turn_init(mend || net_mend);
  mbinit();
  callout_init();
  soinit();
  fdinit();
  ifinit();
  netisr_init();
  ether_init();
  route_init();
  loopattach();
  domain_reset();
  if (more) domain_add(more);
  domain_add(inetdomain());
  domaininit();
  in_loopattach();
}
