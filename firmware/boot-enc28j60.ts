/**
 * The module `enc28j60` for a board's Storage: the stack with the ENC28J60's driver.
 *
 *     var eth = require("enc28j60").connect({ spi: SPI1, cs: B1, int: B10, rst: B13 });
 *     eth.setIP(); // DHCP; or eth.setIP({ ip: "192.168.1.20", gateway: "192.168.1.1" })
 */
import { en_detach } from "./drivers/enc28j60/enc28j60";
import { type EncOptions, en_connect, en_tells } from "./drivers/enc28j60/enc28j60_shell";
import type { EncSoftc } from "./drivers/enc28j60/enc28j60_var";
import { type ConnectOptions, connect_begin, connect_end, connect_name } from "./lib/ethernet/connect";
import type { Ethernet } from "./lib/ethernet/ethernet";

/** Fastest SPI clock of the chip (DS39662E 4.0). */
const MAX_BAUD = 20000000;

/** Brings up the stack and the chip; throws an Error when an option cannot be. The chip's own faults come as "error". */
export function connect(options: ConnectOptions & EncOptions): Ethernet {
  const name = connect_name(options, " fullDuplex");
  return connected(en_connect(name, connect_begin(name, options, "ENC28J60", MAX_BAUD), options));
}

/** Apart from `connect`: what it was given, the functions that are made here would hold for ever. */
function connected(sc: EncSoftc): Ethernet {
  const eth = connect_end(sc, () => en_detach(sc));
  en_tells(sc, eth);
  return eth;
}
