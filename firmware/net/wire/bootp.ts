/**
 * BOOTP messages (RFC 951), which DHCP's are (RFC 2131 2), and DHCP's options (RFC 2132).
 *
 *     0                   1                   2                   3
 *     op (1)        | htype (1)     | hlen (1)      | hops (1)
 *     xid (4)
 *     secs (2)                      | flags (2)
 *     ciaddr (4), yiaddr (4), siaddr (4), giaddr (4)
 *     chaddr (16), sname (64), file (128)
 *     magic cookie (4), options (variable): code, length, value
 */
export const BP_OP = 0;
export const BP_HTYPE = 1;
export const BP_HLEN = 2;
export const BP_XID = 4;
export const BP_SECS = 8;
export const BP_CIADDR = 12;
export const BP_YIADDR = 16;
export const BP_CHADDR = 28;
export const BP_SNAME = 44;
export const BP_FILE = 108;
export const BP_MAGIC = 236;
export const BP_OPTIONS = 240;

export const BOOTP_MAGIC = 0x63825363;
export const BOOTREQUEST = 1;
export const BOOTREPLY = 2;
/** Flag: answer to everybody. */
export const BOOTP_BROADCAST = 0x8000;

export const IPPORT_BOOTPS = 67;
export const IPPORT_BOOTPC = 68;

/* Options */
export const DHO_PAD = 0;
export const DHO_SUBNETMASK = 1;
export const DHO_ROUTER = 3;
export const DHO_DNS = 6;
export const DHO_HOSTNAME = 12;
export const DHO_DOMAIN = 15;
export const DHO_NTP = 42;
export const DHO_REQUESTED = 50;
export const DHO_LEASE = 51;
export const DHO_OVERLOAD = 52;
export const DHO_TYPE = 53;
export const DHO_SERVER = 54;
export const DHO_PARAMETERS = 55;
export const DHO_T1 = 58;
export const DHO_T2 = 59;
export const DHO_CLIENTID = 61;
export const DHO_END = 255;

/* Message types */
export const DHCPDISCOVER = 1;
export const DHCPOFFER = 2;
export const DHCPREQUEST = 3;
export const DHCPDECLINE = 4;
export const DHCPACK = 5;
export const DHCPNAK = 6;
export const DHCPRELEASE = 7;
