/**
 * The names that go to and come from a DHCP server, as strings: JavaScript alone. Behind a core's gate: core/gate_dhcp.ts.
 */
import { bytes_string } from "../../../machdep";
import { dhcp_domain, dhcp_domainlen } from "./dhcp_message";
import { DHCP_DOMAINLEN, dhcp_name, dhcp_setnamelen } from "./dhcp_var";

/** The host's name from now on: DHCP_NAMELEN characters at most. */
export function dhcp_sethostname(name: string): void {
  for (let i = 0; i < name.length; i++) dhcp_name[i] = name.charCodeAt(i);
  dhcp_setnamelen(name.length);
}

/** The domain that the server's last answer gives to us; "" when that is none, or too long. */
export function dhcp_getdomain(): string {
  return dhcp_domainlen < DHCP_DOMAINLEN ? bytes_string(dhcp_domain, 0, dhcp_domainlen) : "";
}
