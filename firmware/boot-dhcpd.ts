/**
 * The module `dhcpd` for a board's Storage: a DHCP server.
 *
 *     require("dhcpd").start(eth, { first: "192.168.4.10", last: "192.168.4.20" });
 */
export { dhcpd_start as start } from "./modules/dhcpd/dhcpd";
