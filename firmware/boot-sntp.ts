/**
 * The module `sntp` for a board's Storage: sets the board's clock.
 *
 *     require("sntp").start(eth, { server: "pool.ntp.org", interval: 3600, callback: function (error, result) {} });
 */
export { sntp_start as start } from "./modules/sntp";
