/**
 * The module `traceroute` for a board's Storage.
 *
 *     require("traceroute").start(eth, "example.org", function (error, hop) { print(error || hop.hop + " " + hop.ip); });
 */
export { traceroute_start as start } from "./modules/traceroute";
