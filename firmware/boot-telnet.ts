/**
 * The module `telnet` for a board's Storage: the console over TCP.
 *
 *     require("telnet").start(eth, { password: "secret" });
 */
export { telnet_start as start } from "./modules/telnet";
