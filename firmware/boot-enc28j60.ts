/**
 * The module `enc28j60` for a board's Storage: the stack with the ENC28J60's driver.
 *
 *     var eth = require("enc28j60").connect({ spi: SPI1, cs: B1, int: B10, rst: B13 });
 *     eth.setIP({ ip: "192.168.1.20", gateway: "192.168.1.1" });
 */
import { type EncOptions, en_attach, en_detach } from "./drivers/enc28j60/enc28j60";
import { type Ethernet, ether_default, ethernet } from "./lib/ethernet";
import { ether_aton } from "./lib/inet";
import { emit, type IoPin } from "./machdep";
import { netinit } from "./net/net";

export interface ConnectOptions extends EncOptions {
  /** hardware address, "02:00:00:12:34:56"; without it one is made of the board's serial number */
  mac?: string;
  /** SPI clock in Hz, at most 20000000; `sck`, `miso`, `mosi` go with it. Without it the bus is taken as it is set up. */
  baud?: number;
  sck?: IoPin;
  miso?: IoPin;
  mosi?: IoPin;
}

/** Fastest SPI clock of the chip (DS39662E 4.0). */
const MAX_BAUD = 20000000;

let attached: boolean;

/** Brings up the stack and the chip; throws an Error when an option cannot be. The chip's own faults come as "error". */
export function connect(options: ConnectOptions): Ethernet {
  if (!options || !options.spi || !options.cs)
    throw new Error("connect({spi, cs}): SPI bus and chip select pin are needed");
  if (attached) throw new Error("connect: already connected; end() it first");
  const enaddr = options.mac ? ether_aton(options.mac) : ether_default();
  if (!enaddr || enaddr.charCodeAt(0) & 1) throw new Error("mac: not a host's hardware address: " + options.mac);
  if (options.baud) setup_spi(options);
  netinit(null);
  attached = true;
  const sc = en_attach("en0", enaddr, options);
  const eth = ethernet(sc, () => {
    attached = false;
    en_detach(sc);
  });
  sc.wd_tell = (event, arg) => emit(eth, event, arg);
  return eth;
}

function setup_spi(options: ConnectOptions): void {
  const baud = options.baud!;
  if (!(baud > 0 && baud <= MAX_BAUD)) throw new Error("baud: the ENC28J60 takes at most 20000000");
  if (options.sck) options.spi.setup({ baud: baud, mode: 0, sck: options.sck, miso: options.miso, mosi: options.mosi });
  else options.spi.setup({ baud: baud, mode: 0 });
}
