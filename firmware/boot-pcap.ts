/**
 * The module `pcap` for a board's Storage: packets for Wireshark on another machine, `nc ADDRESS 2002 | wireshark -k -i -`.
 *
 *     require("pcap").start(eth, { port: 2002 });
 */
export { pcap_start as start } from "./modules/pcap";
