/**
 * ENC28J60: 10BASE-T controller on SPI. Datasheet DS39662E, errata DS80349C; wiring in README.md.
 *
 * The interface that it presents is described in if/ifnet.ts. Bringing the chip up is in the datasheet's order (section
 * 6) and takes a few milliseconds of timer, never a wait. The interrupt line tells of received frames alone (PKTIE), so
 * its level says whether there are any; everything rarer is the watchdog's (../watchdog.ts, enc28j60_look.ts).
 *
 * Errata: 1 in README.md, 2 and 19 in `en_reset`, 5 and 14 in enc28j60_var.ts and `en_rxfree`, 6 in `en_rxbatch`, 9, 10,
 * 11 and 16 in `en_phyinit`, 12, 13 and 15 in enc28j60_tx.ts. 17: checksums are never computed by the chip; 18: its pattern
 * filter is not used; 3, 4, 7 and 8 concern the board (README.md).
 */
import { type IoPin, type SpiBus, unwatch, watch_falling } from "../../machdep";
import { arpcom_new, ether_ifattach } from "../../net/if/ether";
import {
  IFF_OACTIVE,
  IFF_RUNNING,
  IFF_UP,
  type Ifnet,
  if_detach,
  if_link,
  if_qflush,
  SIOCSIFLLADDR,
} from "../../net/if/ifnet";
import { callout_new, callout_pending, callout_reset, callout_stop } from "../../net/kern/callout";
import { turn_begin, turn_end } from "../../net/kern/turn";
import {
  WD_EDGE,
  WD_FILTER,
  WD_LINE,
  WD_OVERRUN,
  WD_RXHDR,
  WD_TXSTUCK,
  WD_WHOLE,
  wd_attach,
  wd_dead,
  wd_start,
  wd_stop,
} from "../watchdog";
import { en_revision } from "./enc28j60_alive";
import { en_look } from "./enc28j60_look";
import { en_rbmtemplate, en_rxbatch, en_rxinit, en_rxoverrun, en_rxreset, en_rxseek } from "./enc28j60_rx";
import { en_macinit, en_phyinit, en_setfilter } from "./enc28j60_setup";
import { en_start, en_txdone, en_txinit, en_txunstick, en_txwait } from "./enc28j60_tx";
import type { EncSoftc } from "./enc28j60_var";
import { BFC, BFS, ECON1, ECON2, EIE, INTIE, PKTIE, PWRSV, RXEN } from "./regs";
import { en_bank0, en_bfc, en_bfs, en_src, encbus_new } from "./spi";

/** Erratum 2: the PHY has no clock for a millisecond after a reset, whatever CLKRDY says. */
const RESET_DELAY = 5;
/** How often to look for frames without an interrupt line; when to try a dead chip again (ms). */
const POLL = 5;
const RETRY = 5000;

/** How the chip is wired and what it is told to be. */
export interface EncOptions {
  spi: SpiBus;
  cs: IoPin;
  /** interrupt line; without it the chip is asked every few milliseconds */
  int?: IoPin;
  /** reset line; without it the chip is reset by instruction */
  rst?: IoPin;
  /** only for a partner that is set to full duplex by hand: the chip cannot negotiate */
  fullDuplex?: boolean;
}

/** Makes the interface `name` with address `enaddr` (6 chars), and begins to bring the chip up. */
export function en_attach(name: string, enaddr: string, options: EncOptions): EncSoftc {
  const sc = arpcom_new(name, enaddr) as EncSoftc;
  const bus = encbus_new(options.spi, options.cs);
  for (const field in bus) (sc as never as { [field: string]: unknown })[field] = bus[field as keyof typeof bus];
  const line = options.int;
  sc.en_pin = line || null;
  sc.en_line = line ? line.read.bind(line) : null;
  sc.en_rst = options.rst || null;
  sc.en_fulldpx = !!options.fullDuplex;
  sc.en_rbm = en_rbmtemplate();
  sc.en_txbusy = false;
  sc.en_txc = callout_new();
  sc.en_rxc = callout_new();
  wd_attach(sc, en_look, en_mend);
  sc.if_start = en_start;
  sc.if_ioctl = en_ioctl;
  sc.if_reset = en_busreset;
  ether_ifattach(sc);
  sc.en_watch = null;
  en_listen(sc);
  en_reset(sc);
  return sc;
}

/** Has the interrupt line watched, again if need be: the interpreter forgets a handler that it breaks off. */
function en_listen(sc: EncSoftc): void {
  if (sc.en_watch !== null) unwatch(sc.en_watch);
  sc.en_watch = sc.en_pin
    ? watch_falling(sc.en_pin, () => {
        turn_begin();
        en_intr(sc);
        turn_end();
      })
    : null;
}

/**
 * A turn was broken off, perhaps in the middle of a transfer: whatever is noted of the chip is told it anew. A frame that
 * was being read is read again. What cannot be right then is the watchdog's.
 */
function en_busreset(ifp: Ifnet): void {
  const sc = ifp as EncSoftc;
  sc.en_deselect();
  en_listen(sc);
  if (!callout_pending(sc.wd_tick)) {
    en_reset(sc);
    return;
  }
  if (!(sc.if_flags & IFF_RUNNING)) return;
  sc.en_bank = 3;
  en_bank0(sc);
  en_rxseek(sc);
  sc.en_wrh = sc.en_ndh = -1;
  callout_reset(sc.en_rxc, POLL, en_intr, sc);
  if (sc.if_flags & IFF_OACTIVE || sc.if_snd.ifq_head) en_txwait(sc);
}

/** Takes the interface away and leaves the chip silent. */
export function en_detach(sc: EncSoftc): void {
  en_stop(sc);
  wd_stop(sc);
  if (sc.en_watch !== null) unwatch(sc.en_watch);
  en_bfc(sc, EIE, INTIE);
  en_bfc(sc, ECON1, RXEN);
  if_detach(sc);
}

function en_stop(sc: EncSoftc): void {
  callout_stop(sc.en_txc);
  callout_stop(sc.en_rxc);
  if (sc.en_txbusy) sc.if_oerrors++;
  sc.en_txbusy = false;
  sc.en_held = 0;
  sc.if_flags &= ~IFF_RUNNING;
}

/** Resets the chip; `en_init` goes on when its clocks have settled. */
function en_reset(sc: EncSoftc): void {
  en_stop(sc);
  if (sc.en_rst) {
    sc.en_rst.reset(); // held for a call's time, far more than the 400 ns it takes
    sc.en_rst.set();
    sc.en_bank = 0;
  } else {
    en_bfc(sc, ECON2, PWRSV); // erratum 19: a sleeping chip does not hear SRC
    en_src(sc);
  }
  callout_reset(sc.wd_tick, RESET_DELAY, en_init, sc);
}

/** Sets the chip up, in the order of DS39662E section 6. */
function en_init(sc: EncSoftc): void {
  const fault = en_revision(sc);
  if (fault) {
    en_dead(sc, fault);
    return;
  }
  en_rxinit(sc);
  en_txinit(sc);
  en_macinit(sc);
  if (!en_phyinit(sc)) {
    en_dead(sc, "ENC28J60: the PHY stays busy: check the crystal and the supply");
    return;
  }
  en_bfs(sc, EIE, INTIE | PKTIE);
  sc.if_flags |= IFF_RUNNING;
  en_ioctl(sc);
  sc.en_int = sc.en_line;
  en_intr(sc);
  wd_start(sc);
  en_start(sc); // what has waited since the chip went down
}

/** A chip that is not there, or not right, is tried again. */
function en_dead(sc: EncSoftc, fault: string): void {
  if_qflush(sc.if_snd);
  if_link(sc, false);
  wd_dead(sc, fault, RETRY, en_reset);
}

/** A falling edge, or a turn to look again. By now the frame that was being sent has ended, in one way or the other. */
function en_intr(sc: EncSoftc): void {
  if (!(sc.if_flags & IFF_RUNNING)) return;
  if (sc.en_txbusy && !sc.en_fulldpx) en_txdone(sc);
  const again = en_rxbatch(sc);
  if (again) callout_reset(sc.en_rxc, again, en_intr, sc);
  else if (!sc.en_int) callout_reset(sc.en_rxc, POLL, en_intr, sc);
}

/** The watchdog's hands: the smallest step for each cause, a larger one when that did not help. */
function en_mend(sc: EncSoftc, cause: number, level: number): void {
  if (level === WD_WHOLE) en_reset(sc);
  else if (cause === WD_TXSTUCK) en_txunstick(sc);
  else if (cause === WD_FILTER) en_ioctl(sc);
  else if (cause === WD_OVERRUN) en_rxoverrun(sc);
  else if (cause === WD_RXHDR && !level)
    en_rxseek(sc); // the wire may have lied: read it again
  else if (cause === WD_EDGE) {
    en_listen(sc);
    en_intr(sc);
  } else if (cause === WD_LINE) en_rxpoll(sc);
  else if (!en_rxreset(sc)) en_reset(sc);
}

/** The interrupt line is not to be believed: the chip is asked, until the two agree again. */
function en_rxpoll(sc: EncSoftc): void {
  sc.en_int = null;
  sc.en_trust = 0;
  en_rxseek(sc);
  callout_reset(sc.en_rxc, POLL, en_intr, sc);
}

/** The interface's flags, groups or hardware address have changed. */
function en_ioctl(ifp: Ifnet, cmd?: number): number {
  const sc = ifp as EncSoftc;
  if (!(sc.if_flags & IFF_RUNNING)) return 0; // en_init will see to it
  if (cmd === SIOCSIFLLADDR) en_macinit(sc);
  en_setfilter(sc);
  en_bank0(sc);
  sc.en_write((sc.if_flags & IFF_UP ? BFS : BFC) | ECON1, RXEN, sc.en_cs);
  return 0;
}
