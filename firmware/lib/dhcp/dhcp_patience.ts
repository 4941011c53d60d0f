/**
 * How the DHCP client waits: RFC 2131 4.1; and what becomes of the program meanwhile. Called by dhcp.ts.
 */
import { INET_AUTOIP } from "../../config";
import { inet_ntoa } from "../inet";
import { random_below } from "./acd";
import { autoip_start } from "./autoip";
import type { Dhcp } from "./dhcp_var";

/** Time before the first retransmission (ms), each next one twice that, and by how much they vary. */
const BACKOFF = 4000;
const BACKOFF_SHIFT = 4; // 64 s
const BACKOFF_FUZZ = 1000;

/** The time before the next message, after so many. */
export function dhcp_backoff(tries: number): number {
  const shift = tries < BACKOFF_SHIFT ? tries : BACKOFF_SHIFT;
  return (BACKOFF << shift) - BACKOFF_FUZZ + random_below(2 * BACKOFF_FUZZ + 1);
}

/** What is wrong with the server whose offer we have, or whose lease. */
export function dhcp_fault(dh: Dhcp, fault: string): string {
  return "DHCP server " + inet_ntoa(dh.dh_lease!.dr_server) + " " + fault;
}

/** There is no address from a server for now: the program is told why, or has another one. */
export function dhcp_without(dh: Dhcp, fault: string): void {
  if (fault || !INET_AUTOIP) dh.dh_notify(fault || "no DHCP server answers");
  if (INET_AUTOIP) autoip_start(dh);
}
