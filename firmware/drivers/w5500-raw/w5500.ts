/**
 * W5500: 10/100 MAC and PHY on SPI, with a TCP/IP engine that we leave alone: socket 0 in MACRAW. Datasheet 1.0.9; wiring in
 * README.md.
 *
 * The interface that it presents is described in if/ifnet.ts. Whatever takes the chip time is awaited by timer: reset,
 * version, opening and closing. The interrupt line tells of received frames alone; what else may happen is the watchdog's
 * (../watchdog.ts, w5500_look.ts).
 */
import { IFF_RUNNING, IFF_UP, type Ifnet } from "../../net/if/ifnet";
import { callout_pending, callout_reset, callout_stop } from "../../net/kern/callout";
import { free } from "../../net/kern/kern_malloc";
import {
  CHIP_RST,
  type ChipSoftc,
  chip_again,
  chip_attach,
  chip_believe,
  chip_dead,
  chip_detach,
  chip_distrust,
  chip_init,
  chip_resync,
} from "../chip";
import { type SpiDev, spi_prepare, spi_reset } from "../spi_bus";
import { type Watchdog, WD_EDGE, WD_FILTER, WD_LINE, WD_RXHDR, WD_WHOLE, wd_start } from "../watchdog";
import { CLOSE, COMMON_WRITE, IR_ALL, MR, MR_RST, OPEN, S0_READ, S0_WRITE, SN_CR, SN_IR, SN_TX_WR } from "./regs";
import { wz_businit, wz_read, wz_set, wz_word } from "./spi";
import { wz_alive, wz_link, wz_version } from "./w5500_alive";
import { wz_look } from "./w5500_look";
import { REC_MIN, wz_rxbatch } from "./w5500_rx";
import { wz_setmemory, wz_setup } from "./w5500_setup";
import { wz_start, wz_txpoll, wz_txready, wz_txstop } from "./w5500_tx";
import { WZF_SOCKET, WZS_CLOSED, WZS_OPEN, WZS_OPENING, type WzSoftc } from "./w5500_var";

/** The reset pin's pulse; from a reset until the chip answers; between two looks at its version, and how many (ms). */
const RESET_PULSE = 2; // a callout of one may come at once, and it takes 500 us
const RESET_DELAY = 5;
const VERSION_WAIT = 10;
const VERSION_POLLS = 40; // a WIZ550io's own processor has the chip for 300 ms
/** A command takes microseconds; how often the socket is looked at, a millisecond apart. */
const OPEN_POLLS = 10;

/** Makes an interface with address `enaddr` of the chip on `spi`, and begins to bring it up. `flags`: CHIP_. */
export function wz_attach(spi: SpiDev, enaddr: Uint8Array, flags: number): WzSoftc | null {
  const sc: WzSoftc | null = {} as WzSoftc;
  if (!sc) return null;
  chip_init(sc, spi, enaddr, flags);
  wz_businit(sc);
  sc.wz_state = WZS_CLOSED;
  sc.wz_loaded = 0;
  sc.if_start = wz_start;
  sc.if_ioctl = wz_ioctl;
  sc.if_reset = wz_busreset;
  sc.wd_look = wz_look as Watchdog["wd_look"];
  sc.wd_mend = wz_mend as Watchdog["wd_mend"];
  sc.sc_intr = wz_intr as ChipSoftc["sc_intr"];
  sc.sc_txpoll = wz_txpoll as ChipSoftc["sc_txpoll"];
  spi_prepare(spi, 0, REC_MIN);
  chip_attach(sc);
  wz_reset(sc);
  return sc;
}

/** A turn was broken off, perhaps in the middle of a transfer: the chip is asked how it stands, in a turn to come. */
function wz_busreset(ifp: Ifnet): void {
  const sc = ifp as WzSoftc;
  chip_resync(sc);
  if (!callout_pending(sc.wd_tick) && !callout_pending(sc.sc_txc)) wz_reset(sc);
  else if (sc.wz_state === WZS_OPEN) {
    sc.wz_left = 0;
    sc.wz_loaded = 0;
    callout_reset(sc.sc_txc, 1, wz_opened, sc);
  }
}

/** Takes the interface away and leaves the chip silent. */
export function wz_detach(sc: WzSoftc): void {
  wz_close(sc);
  chip_detach(sc);
  free(sc);
}

function wz_stop(sc: WzSoftc): void {
  callout_stop(sc.sc_rxc);
  wz_txstop(sc);
  sc.wz_state = WZS_CLOSED;
  sc.wz_left = 0;
}

/** Resets the chip; `wz_probe` goes on when it answers. */
function wz_reset(sc: WzSoftc): void {
  wz_stop(sc);
  sc.if_flags &= ~IFF_RUNNING;
  sc.wz_polls = 0;
  if (sc.sc_flags & CHIP_RST) spi_reset(sc.sc_spi, false);
  else wz_set(sc, COMMON_WRITE, MR, MR_RST);
  callout_reset(sc.wd_tick, RESET_PULSE, wz_unreset, sc);
}

function wz_unreset(sc: WzSoftc): void {
  if (sc.sc_flags & CHIP_RST) spi_reset(sc.sc_spi, true);
  callout_reset(sc.wd_tick, RESET_DELAY, wz_probe, sc);
}

/** Is it there? Its version reads 0 for a while after a reset, with some. */
function wz_probe(sc: WzSoftc): void {
  const fault = wz_version(sc);
  if (!fault) wz_init(sc);
  else if (++sc.wz_polls < VERSION_POLLS) callout_reset(sc.wd_tick, VERSION_WAIT, wz_probe, sc);
  else wz_dead(sc, fault);
}

/** Sets the chip up. */
function wz_init(sc: WzSoftc): void {
  sc.if_flags |= IFF_RUNNING;
  wz_ioctl(sc);
  if (sc.wz_state === WZS_CLOSED) wd_start(sc);
}

/** A chip that is not there, or not right, is tried again. */
function wz_dead(sc: WzSoftc, fault: number): void {
  wz_stop(sc);
  sc.if_flags &= ~IFF_RUNNING;
  chip_dead(sc, fault, wz_reset as ChipSoftc["sc_intr"]);
}

/** The interface's flags, groups or address have changed. Groups are filtered as frames come in. */
function wz_ioctl(ifp: Ifnet): number {
  const sc = ifp as WzSoftc;
  if (!(sc.if_flags & IFF_RUNNING)) return 0; // wz_init will see to it
  if (!(sc.if_flags & IFF_UP)) wz_close(sc);
  else if (sc.wz_state === WZS_CLOSED) wz_open(sc);
  else wz_setup(sc);
  return 0;
}

function wz_close(sc: WzSoftc): void {
  wz_stop(sc);
  wz_set(sc, S0_WRITE, SN_CR, CLOSE);
}

/** Closes the socket and opens it again: the sure cure for most of what may happen to it. What it held is lost. */
function wz_reopen(sc: WzSoftc): void {
  wz_close(sc);
  sc.wz_state = WZS_OPENING;
  callout_reset(sc.sc_txc, 1, wz_open, sc);
}

function wz_open(sc: WzSoftc): void {
  sc.wz_state = WZS_OPENING;
  sc.wz_polls = 0;
  wz_setmemory(sc);
  wz_setup(sc);
  wz_set(sc, S0_WRITE, SN_IR, IR_ALL);
  wz_set(sc, S0_WRITE, SN_CR, OPEN);
  callout_reset(sc.sc_txc, 1, wz_opened, sc);
}

/** Is it open? Then frames may come and go. */
function wz_opened(sc: WzSoftc): void {
  sc.wz_state = WZS_OPEN;
  const cause = wz_alive(sc);
  if (!cause) wz_up(sc);
  else if (++sc.wz_polls < OPEN_POLLS) {
    sc.wz_state = WZS_OPENING;
    callout_reset(sc.sc_txc, 1, wz_opened, sc);
  } else wz_dead(sc, wz_version(sc) || WZF_SOCKET);
}

function wz_up(sc: WzSoftc): void {
  const regs = wz_read(sc, S0_READ, SN_TX_WR, 6);
  sc.wz_txwr = wz_word(regs, 0);
  sc.wz_rxrd = wz_word(regs, 4);
  chip_believe(sc);
  wz_link(sc);
  wz_intr(sc);
  if (sc.wz_state !== WZS_OPEN) return;
  wz_txready(sc); // what has waited since the socket was closed
  if (!callout_pending(sc.wd_tick)) wd_start(sc);
}

/** A falling edge, or a turn to look again. */
function wz_intr(sc: WzSoftc): void {
  if (sc.wz_state !== WZS_OPEN) return;
  chip_again(sc, wz_rxbatch(sc));
}

/** The watchdog's hands: the smallest step for each cause, a larger one when that did not help. */
function wz_mend(sc: WzSoftc, cause: number, level: number): void {
  if (level === WD_WHOLE) wz_reset(sc);
  else if (cause === WD_FILTER) wz_setup(sc);
  else if (cause === WD_EDGE) {
    chip_resync(sc);
    wz_intr(sc);
  } else if (cause === WD_LINE) chip_distrust(sc);
  else if (cause !== WD_RXHDR || level) wz_reopen(sc); // a bad header is read again first: the wire may have lied
}
