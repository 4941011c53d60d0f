/**
 * The DHCP client's socket, and what is sent by it: RFC 2131 4.1, 4.4 and table 5. Called by dhcp.ts.
 *
 * The socket exists only while something is being asked, so that an idle board keeps no more than the lease.
 *
 * Differs from RFC 2131: a RELEASE is broadcast when the server's hardware address is not known (table 4), for nobody
 * would wait for ARP.
 */
import { bytes_string, hrtime, random32 } from "../../machdep";
import { ATF_COM, arptab_look } from "../../net/inet/arp/arptab";
import { INADDR_BROADCAST, in_ifaddr_add, in_ifaddr_of, in_ifaddr_remove } from "../../net/inet/in_var";
import { ip_nexthop, ip_setif } from "../../net/inet/ip/ip_output";
import { AF_INET, SO_BROADCAST, SOCK_DGRAM, SOL_SOCKET } from "../../net/kern/socketvar";
import { sockpriv } from "../../net/kern/sys_socket";
import { bind, close, sendto, setsockopt, setupcall, socket } from "../../net/kern/syscalls";
import { DHCPDECLINE, DHCPRELEASE, DHCPREQUEST, IPPORT_BOOTPC, IPPORT_BOOTPS } from "../../net/wire/bootp";
import { ETHER_ADDR_LEN } from "../../net/wire/ether";
import { dhcp_message, long } from "./dhcp_message";
import { DHCPS_SENT, DHS_BOUND, DHS_RENEWING, DHS_REQUESTING, DHS_SELECTING, type Dhcp, dhcpstat } from "./dhcp_var";

/** Opens the socket, which `input` reads, and a transaction of its own; without a descriptor dh_fd stays -1. */
export function dhcp_open(dh: Dhcp, input: () => void): void {
  const fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return;
  dh.dh_fd = fd;
  sockpriv(fd);
  dh.dh_xid = long(random32());
  setsockopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
  setupcall(fd, input);
  if (bind(fd, { sin_family: AF_INET, sin_addr: 0, sin_port: IPPORT_BOOTPC } as never)) dhcp_close(dh);
}

export function dhcp_close(dh: Dhcp): void {
  if (dh.dh_fd >= 0) close(dh.dh_fd);
  dh.dh_fd = -1;
}

/**
 * Sends a message of type `type` about what we ask for, or have (dh_lease), by the open socket. What cannot be sent is lost,
 * as it might be on the wire: the timer sends it again.
 */
export function dhcp_send(dh: Dhcp, type: number): void {
  const state = dh.dh_state;
  const held = state >= DHS_BOUND && type !== DHCPDECLINE;
  const lease = dh.dh_lease;
  const addr = lease && state !== DHS_SELECTING ? lease.dr_addr : dh.dh_asked;
  dh.dh_sent = hrtime();
  if (state !== DHS_REQUESTING) dh.dh_secs = ((dh.dh_sent - dh.dh_start) / 1000) & 65535;
  dhcp_sendto(
    dh,
    held && (state === DHS_RENEWING || type === DHCPRELEASE) ? dhcp_server(lease!.dr_server, type) : INADDR_BROADCAST,
    dhcp_message(
      type,
      bytes_string(dh.dh_ac.ac_enaddr, 0, ETHER_ADDR_LEN),
      dh.dh_xid,
      dh.dh_secs,
      held ? addr : 0,
      held ? 0 : addr,
      lease && (type > DHCPREQUEST || state === DHS_REQUESTING) ? lease.dr_server : 0,
    ),
    held,
  );
  dhcpstat[DHCPS_SENT]++;
}

/** The server's address, or everybody's for a message that would have to wait for ARP and may not. */
function dhcp_server(server: number, type: number): number {
  const at = arptab_look(ip_nexthop(server));
  return type !== DHCPRELEASE || (at && at.at_flags & ATF_COM) ? server : INADDR_BROADCAST;
}

/** Sends from our address if we have it from a server, else from none (RFC 2131 4.1), a link-local one notwithstanding. */
function dhcp_sendto(dh: Dhcp, to: number, message: string, held: boolean): void {
  const ia = held ? null : in_ifaddr_of(dh.dh_ac);
  if (ia) in_ifaddr_remove(ia);
  if (!held) ip_setif(dh.dh_ac);
  sendto(dh.dh_fd, message, 0, { sin_family: AF_INET, sin_addr: to, sin_port: IPPORT_BOOTPS } as never);
  ip_setif(null);
  if (ia) in_ifaddr_add(ia);
}
