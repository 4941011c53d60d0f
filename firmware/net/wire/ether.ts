/**
 * Ethernet II header (RFC 894). BSD: netinet/if_ether.h.
 *
 *      0               6               12      14
 *     +---------------+---------------+-------+----------
 *     |  destination  |    source     | type  | data ...
 *     +---------------+---------------+-------+----------
 */
export const ETHER_DHOST = 0;
export const ETHER_SHOST = 6;
export const ETHER_TYPE = 12;
export const ETHER_HDR_LEN = 14;

/** Bytes of an address, and the group bit of its first byte. The address of everybody is all ones. */
export const ETHER_ADDR_LEN = 6;
export const ETHER_GROUP = 1;

/** The most and the least that a frame carries behind its header; and the shortest frame without its checksum. */
export const ETHERMTU = 1500;
export const ETHERMIN = 46;
export const ETHER_MIN_LEN = 60;

export const ETHERTYPE_IP = 0x0800;
export const ETHERTYPE_ARP = 0x0806;

/**
 * A tag (IEEE 802.1Q): in place of the type this one, then priority (3 bits), DEI and VLAN (12 bits; 0: none, the tag
 * tells a priority only), then the type. BSD: net/if_vlan_var.h.
 */
export const ETHERTYPE_VLAN = 0x8100;
export const EVL_ENCAPLEN = 4;
export const EVL_VLID_MASK = 0xfff;
