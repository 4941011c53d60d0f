/**
 * The module `vfs` for a board's Storage: the console and files as descriptors.
 *
 *     require("vfs").mount(eth);       // then: eth.net.open("/dev/console", 2), eth.net.open("log", 0x441)
 */
export { vfs_mount as mount } from "./modules/vfs";
