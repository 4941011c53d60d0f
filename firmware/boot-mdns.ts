/**
 * The module `mdns` for a board's Storage: a name in .local, and services that others find.
 *
 *     require("mdns").start(eth, { name: "sensor1", services: [{ type: "_http._tcp", port: 80 }] });
 */
export { mdns_start as start } from "./modules/mdns/mdns";
