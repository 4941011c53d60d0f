/**
 * The module `update` for a board's Storage: programs over the network.
 *
 *     require("update").start(eth, { password: "secret" });
 */
export { update_start as start } from "./modules/update/update";
export { update_install as install } from "./modules/update/update_files";
