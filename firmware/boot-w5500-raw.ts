/**
 * The module `w5500-raw` for a board's Storage: the stack with the W5500's driver.
 *
 *     var eth = require("w5500-raw").connect({ spi: SPI1, cs: B1, int: B10, rst: B13 });
 *     eth.setIP(); // DHCP; or eth.setIP({ ip: "192.168.1.20", gateway: "192.168.1.1" })
 */
import { wz_detach } from "./drivers/w5500-raw/w5500";
import { wz_connect, wz_tells } from "./drivers/w5500-raw/w5500_shell";
import type { WzSoftc } from "./drivers/w5500-raw/w5500_var";
import { type ConnectOptions, connect_begin, connect_end, connect_name } from "./lib/ethernet/connect";
import type { Ethernet } from "./lib/ethernet/ethernet";

/** Fastest SPI clock of the chip; 33.3 MHz is what the datasheet guarantees. */
const MAX_BAUD = 80000000;

/** Brings up the stack and the chip; throws an Error when an option cannot be. The chip's own faults come as "error". */
export function connect(options: ConnectOptions): Ethernet {
  const name = connect_name(options, "");
  return connected(wz_connect(name, connect_begin(name, options, "W5500", MAX_BAUD), options));
}

/** Apart from `connect`: what it was given, the functions that are made here would hold for ever. */
function connected(sc: WzSoftc): Ethernet {
  const eth = connect_end(sc, () => wz_detach(sc));
  wz_tells(sc, eth);
  return eth;
}
