/**
 * The module `netstat` for a board's Storage: what the stack has counted and knows.
 *
 *     require("netstat").netstat(eth);       // all; netstat(eth, "a"): sockets alone
 */
export { netstat } from "./modules/netstat/netstat";
