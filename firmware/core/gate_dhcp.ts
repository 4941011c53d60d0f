/**
 * The DHCP client as the libraries know it (net/inet/dhcp), which is the core's.
 */
import { buffer_string } from "../machdep";
import { DHCP_DOMAINLEN } from "../net/inet/dhcp/dhcp_var";
import { args, core_buffer, core_offset, type Interface } from "./gate_turn";
import { call, entry } from "./port";
import { ARG_AT, DHCP_DOMAIN, DHCP_GET, DHCP_HOSTNAME, DHCP_START, DHCP_STOP, NO_UNIT } from "./sysent";

export function dhcp_start(ac: Interface, notify: Interface["ac_ondhcp"]): number {
  ac.ac_ondhcp = notify;
  return -call(DHCP_START, ac.if_unit, 0, 0);
}

export function dhcp_stop(ac: Interface): void {
  call(DHCP_STOP, ac.if_unit, 0, 0);
}

export function dhcp_get(ac: Interface, what: number): number {
  return ac.if_unit === NO_UNIT ? 0 : call(DHCP_GET, ac.if_unit, what, 0);
}

export function dhcp_sethostname(name: string): void {
  entry(DHCP_HOSTNAME, name.length, 0, 0, name);
}

export function dhcp_getdomain(): string {
  const len = call(DHCP_DOMAIN, 0, 0, 0);
  return len < DHCP_DOMAINLEN ? buffer_string(core_buffer, core_offset + args[ARG_AT], len) : "";
}

/* The core's client hears of these before we do. */
export function dhcp_link(_ac: Interface): void {}
export function dhcp_conflict(_ac: Interface): void {}
export function acd_taken(_addr: number): boolean {
  return false;
}
