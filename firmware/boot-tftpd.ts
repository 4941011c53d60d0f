/**
 * The module `tftpd` for a board's Storage: gives files by TFTP.
 *
 *     require("tftpd").start(eth, { read: function (name) { return require("Storage").read(name); } });
 */
export { tftpd_start as start } from "./modules/tftpd";
