/**
 * The name of this host. BSD: kern/kern_xxx.c (gethostname, sethostname). It goes to the DHCP server (RFC 2132 3.14).
 */

import { INET_DHCP } from "../../config";
import { dhcp_sethostname } from "../../net/inet/dhcp/dhcp_names";

/** One label, RFC 1123 2.1. */
export let hostname: string;

const MAX_LABEL = 63;

/** Names this host; false unless it is a label: letters, digits and inner hyphens, 63 at most. */
export function sethostname(name: string): boolean {
  const text = "" + name;
  const last = text.length - 1;
  if (last < 0 || last >= MAX_LABEL || text[0] === "-" || text[last] === "-") return false;
  for (let i = 0; i <= last; i++)
    if ("abcdefghijklmnopqrstuvwxyz0123456789-".indexOf(text[i].toLowerCase()) < 0) return false;
  hostname = text;
  if (INET_DHCP) dhcp_sethostname(text);
  return true;
}
