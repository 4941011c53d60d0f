/**
 * The module `nettools` for a board's Storage: a Unix's tools at the console.
 *
 *     require("nettools").install(eth);       // then: ifconfig() arp() route() netstat() mbstat() sockets()
 */
export { install, tools } from "./modules/nettools/nettools";
