/**
 * The module `tcpdump` for a board's Storage: packets as lines on the console.
 *
 *     require("tcpdump").start(eth, { count: 10 });
 */
export { tcpdump_start as start } from "./modules/tcpdump/tcpdump";
