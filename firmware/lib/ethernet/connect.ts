/**
 * What `connect` of every chip's module has in common. Called by the composition roots: `connect_name`, `connect_begin`,
 * then the driver's attach, then `connect_end`. Several chips of a kind are several interfaces of one stack.
 */
import { LIB_NETWORKJS } from "../../config";
import type { IoPin, SpiBus } from "../../machdep";
import type { Arpcom } from "../../net/if/ether";
import { netinit } from "../../net/net";
import { net_mend } from "../../net/net_mend";
import { nj_mend } from "../../net/njs/nj_sock";
import { ether_aton } from "../inet";
import { networkjs_attach } from "../networkjs/networkjs";
import { res_init } from "../resolver/resolver";
import { ether_default } from "./enaddr";
import { type Ethernet, ethernet } from "./ethernet";
import { options_pins, options_unknown } from "./options";

/** How a chip is wired, and what it is told to be. */
export interface ConnectOptions {
  spi: SpiBus;
  cs: IoPin;
  /** interrupt line; without it the chip is asked every few milliseconds */
  int?: IoPin;
  /** reset line; without it the chip is reset by instruction */
  rst?: IoPin;
  /** hardware address, "02:00:00:12:34:56"; without it one is made of the board's serial number */
  mac?: string;
  /** SPI clock in Hz; `sck`, `miso`, `mosi` go with it. Without it the bus is taken as it is set up. */
  baud?: number;
  sck?: IoPin;
  miso?: IoPin;
  mosi?: IoPin;
}

/** Chip select pins of the chips that are connected, in the order of their interfaces: en0, en1 ... */
let connected: (IoPin | null)[];

/**
 * The interface of a chip to come: the first name that none has. Throws an Error when the options lack what is needed, or
 * are of the wrong kind, or the chip is connected already. `own`: what the chip has for options besides.
 */
export function connect_name(options: ConnectOptions, own: string): string {
  if (!options || !options.spi || !options.cs)
    throw new Error("connect({spi, cs}): SPI bus and chip select pin are needed");
  if (!options.spi.send) throw new Error("spi: not an SPI bus: " + options.spi);
  const pins = "cs int rst sck miso mosi";
  options_pins(options, pins.split(" "));
  options_unknown("connect", options, "spi mac baud " + pins + own);
  if (!connected) connected = [];
  if (connected.indexOf(options.cs) >= 0) throw new Error("connect: already connected; end() it first");
  const free = connected.indexOf(null);
  return "en" + (free < 0 ? connected.length : free);
}

/**
 * Checks the other options, sets the bus up and, for the first chip, brings up the stack; the hardware address. Throws an
 * Error when an option cannot be. `baud` is the fastest SPI clock that `chip` takes.
 */
export function connect_begin(name: string, options: ConnectOptions, chip: string, baud: number): Uint8Array {
  const enaddr = options.mac ? ether_aton(options.mac) : ether_default(name);
  if (!enaddr || enaddr[0] & 1) throw new Error("mac: not a host's hardware address: " + options.mac);
  if (options.baud) setup_spi(options, chip, baud);
  if (!connect_any()) {
    connected = [];
    netinit(null, connect_mend);
    res_init();
    networkjs_attach();
  }
  connected[+name.substr(2)] = options.cs;
  return enaddr;
}

/** A turn has broken off (kern/turn.ts). */
function connect_mend(broken: boolean): void {
  net_mend(broken);
  if (LIB_NETWORKJS) nj_mend();
}

function connect_any(): boolean {
  for (let i = 0; i < connected.length; i++) if (connected[i]) return true;
  return false;
}

/** The interface for programs. */
export function connect_end(sc: Arpcom, detach: () => void): Ethernet {
  return ethernet(sc, () => {
    connected[+sc.if_name.substr(2)] = null;
    detach();
  });
}

function setup_spi(options: ConnectOptions, chip: string, max: number): void {
  const baud = options.baud!;
  if (!(baud > 0 && baud <= max)) throw new Error("baud: the " + chip + " takes at most " + max);
  if (options.sck) options.spi.setup({ baud: baud, mode: 0, sck: options.sck, miso: options.miso, mosi: options.mosi });
  else options.spi.setup({ baud: baud, mode: 0 });
}
