/**
 * The module `router` for a board's Storage: one stack with the drivers of both chips, so that a board with one of each leads from
 * one network to the other.
 *
 *     var router = require("router");
 *     var en0 = router.enc28j60({ spi: SPI1, cs: B1, int: B10, rst: B13 });
 *     var en1 = router.w5500({ spi: SPI2, cs: A4, int: A5 });
 *     en0.setIP({ ip: "192.168.1.1" }); en0.setForwarding(true);
 *     en1.setIP({ ip: "192.168.2.1" }); en1.setForwarding(true);
 */
export { connect as enc28j60 } from "./boot-enc28j60";
export { connect as w5500 } from "./boot-w5500-raw";
