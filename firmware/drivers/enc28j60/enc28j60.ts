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
import { IFF_OACTIVE, IFF_RUNNING, IFF_UP, type Ifnet, SIOCSIFFLAGS, SIOCSIFLLADDR } from "../../net/if/ifnet";
import { callout_pending, callout_reset, callout_stop } from "../../net/kern/callout";
import { free } from "../../net/kern/kern_malloc";
import {
  CHIP_FULLDPX,
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
  chip_txwait,
  NEXT_TURN,
} from "../chip";
import { type SpiDev, spi_prepare, spi_reset, spi_write2 } from "../spi_bus";
import {
  type Watchdog,
  WD_EDGE,
  WD_FILTER,
  WD_LINE,
  WD_OVERRUN,
  WD_RXHDR,
  WD_TXSTUCK,
  WD_WHOLE,
  wd_start,
} from "../watchdog";
import { en_revision } from "./enc28j60_alive";
import { en_look, en_strayed } from "./enc28j60_look";
import { en_rxbatch, en_rxinit, en_rxoverrun, en_rxreset, en_rxseek, RBM_LEN } from "./enc28j60_rx";
import { en_macinit, en_phyinit, en_setfilter } from "./enc28j60_setup";
import { en_start, en_txdone, en_txinit, en_txpoll, en_txunstick } from "./enc28j60_tx";
import { ENF_PHYBUSY, type EncSoftc, NKEPT } from "./enc28j60_var";
import { BFC, BFS, ECON1, ECON2, EIE, INTIE, PKTIE, PWRSV, RBM, RXEN } from "./regs";
import { en_bank0, en_bfc, en_bfs, en_businit, en_src } from "./spi";

/** Erratum 2: the PHY has no clock for a millisecond after a reset, whatever CLKRDY says. */
const RESET_DELAY = 5;

/** Makes an interface with address `enaddr` of the chip on `spi`, and begins to bring it up. `flags`: CHIP_. */
export function en_attach(spi: SpiDev, enaddr: Uint8Array, flags: number): EncSoftc | null {
  const sc: EncSoftc | null = {} as EncSoftc;
  if (!sc) return null;
  chip_init(sc, spi, enaddr, flags);
  en_businit(sc);
  sc.en_fulldpx = (flags & CHIP_FULLDPX) !== 0;
  sc.en_kept = new Uint8Array(NKEPT);
  sc.en_values = new Uint8Array(NKEPT);
  sc.if_start = en_start;
  sc.if_ioctl = en_ioctl;
  sc.if_reset = en_busreset;
  sc.wd_look = en_look as Watchdog["wd_look"];
  sc.wd_mend = en_mend as Watchdog["wd_mend"];
  sc.sc_intr = en_intr as ChipSoftc["sc_intr"];
  sc.sc_txpoll = en_txpoll as ChipSoftc["sc_txpoll"];
  spi_prepare(spi, RBM, RBM_LEN);
  chip_attach(sc);
  en_reset(sc);
  return sc;
}

/**
 * A turn was broken off, perhaps in the middle of a transfer: whatever is noted of the chip is told it anew. A frame that
 * was being read is read again. What cannot be right then is the watchdog's.
 */
function en_busreset(ifp: Ifnet): void {
  const sc = ifp as EncSoftc;
  chip_resync(sc);
  if (!callout_pending(sc.wd_tick)) en_reset(sc);
  else if (sc.if_flags & IFF_RUNNING) {
    sc.en_bank = 3;
    en_bank0(sc);
    en_rxseek(sc);
    sc.en_wrh = sc.en_ndh = -1;
    chip_again(sc, NEXT_TURN);
    if (sc.if_flags & IFF_OACTIVE || sc.if_snd.ifq_head) chip_txwait(sc);
  }
}

/** Takes the interface away and leaves the chip silent. */
export function en_detach(sc: EncSoftc): void {
  en_stop(sc);
  en_bfc(sc, EIE, INTIE);
  en_bfc(sc, ECON1, RXEN);
  chip_detach(sc);
  free(sc);
}

function en_stop(sc: EncSoftc): void {
  callout_stop(sc.sc_txc);
  callout_stop(sc.sc_rxc);
  if (sc.sc_txbusy) sc.if_oerrors++;
  sc.sc_txbusy = false;
  sc.en_held = 0;
  sc.if_flags &= ~IFF_RUNNING;
}

/** Resets the chip; `en_init` goes on when its clocks have settled. */
function en_reset(sc: EncSoftc): void {
  en_stop(sc);
  if (sc.sc_flags & CHIP_RST) {
    spi_reset(sc.sc_spi, false); // held for a call's time, far more than the 400 ns it takes
    spi_reset(sc.sc_spi, true);
    sc.en_bank = 0;
  } else {
    en_bfc(sc, ECON2, PWRSV); // erratum 19: a sleeping chip does not hear SRC
    en_src(sc);
  }
  callout_reset(sc.wd_tick, RESET_DELAY, en_init, sc);
}

/** Sets the chip up, in the order of DS39662E section 6. */
function en_init(sc: EncSoftc): void {
  const fault = en_revision(sc) || en_setup(sc);
  if (fault) {
    chip_dead(sc, fault, en_reset as ChipSoftc["sc_intr"]);
    return;
  }
  en_bfs(sc, EIE, INTIE | PKTIE);
  sc.if_flags |= IFF_RUNNING;
  en_ioctl(sc, SIOCSIFFLAGS);
  chip_believe(sc);
  en_intr(sc);
  wd_start(sc);
  en_start(sc); // what has waited since the chip went down
}

/** What is wrong, or 0. */
function en_setup(sc: EncSoftc): number {
  en_rxinit(sc);
  en_txinit(sc);
  en_macinit(sc);
  return en_phyinit(sc) ? 0 : ENF_PHYBUSY;
}

/** A falling edge, or a turn to look again. By now the frame that was being sent has ended, in one way or the other. */
function en_intr(sc: EncSoftc): void {
  if (!(sc.if_flags & IFF_RUNNING)) return;
  if (sc.sc_txbusy && !sc.en_fulldpx) en_txdone(sc);
  chip_again(sc, en_rxbatch(sc));
}

/** The watchdog's hands: the smallest step for each cause, a larger one when that did not help. */
function en_mend(sc: EncSoftc, cause: number, level: number): void {
  if (level === WD_WHOLE) en_reset(sc);
  else if (cause === WD_TXSTUCK) en_txunstick(sc);
  else if (cause === WD_FILTER) en_ioctl(sc, SIOCSIFFLAGS);
  else if (cause === WD_OVERRUN && !en_strayed(sc))
    en_rxoverrun(sc); // else it looks full, as more was given back than read
  else if (cause === WD_RXHDR && !level)
    en_rxseek(sc); // the wire may have lied: read it again
  else if (cause === WD_EDGE) {
    chip_resync(sc);
    en_intr(sc);
  } else if (cause === WD_LINE) {
    chip_distrust(sc);
    if (!en_strayed(sc)) en_rxseek(sc);
    else if (!en_rxreset(sc)) en_reset(sc); // frames were taken that there were not
  } else if (!en_rxreset(sc)) en_reset(sc);
}

/** The interface's flags, groups or hardware address have changed. */
function en_ioctl(ifp: Ifnet, cmd: number): number {
  const sc = ifp as EncSoftc;
  if (!(sc.if_flags & IFF_RUNNING)) return 0; // en_init will see to it
  if (cmd === SIOCSIFLLADDR) en_macinit(sc);
  en_setfilter(sc);
  en_bank0(sc);
  spi_write2(sc.sc_spi, (sc.if_flags & IFF_UP ? BFS : BFC) | ECON1, RXEN);
  return 0;
}
