/**
 * ENC28J60: 10BASE-T controller on SPI. Datasheet DS39662E, errata DS80349C; wiring in README.md.
 *
 * The interface that it presents is described in if/ifnet.ts. Bringing the chip up is in the datasheet's order (section
 * 6) and takes a few milliseconds of timer, never a wait. The interrupt line tells of received frames alone (PKTIE), so
 * its level says whether there are any; everything rarer is looked at once a second.
 *
 * Errata: 1 in `en_revision`, 2 and 19 in `en_reset`, 5 and 14 in enc28j60_var.ts and `en_rxfree`, 6 in `en_rxbatch`, 9, 10,
 * 11 and 16 in `en_phyinit`, 12, 13 and 15 in enc28j60_tx.ts. 17: checksums are never computed by the chip; 18: its pattern
 * filter is not used; 3, 4, 7 and 8 concern the board (README.md).
 */
import { type IoPin, type SpiBus, unwatch, watch_falling } from "../../machdep";
import { arpcom_new, ether_ifattach } from "../../net/if/ether";
import { IFF_RUNNING, IFF_UP, type Ifnet, if_detach, if_link, if_qflush } from "../../net/if/ifnet";
import { callout_new, callout_reset, callout_stop } from "../../net/kern/callout";
import { en_rbmtemplate, en_rxbatch, en_rxinit, en_rxreset } from "./enc28j60_rx";
import { en_macinit, en_phyinit, en_setfilter } from "./enc28j60_setup";
import { en_start, en_txdone, en_txinit, en_txwait } from "./enc28j60_tx";
import type { EncSoftc } from "./enc28j60_var";
import {
  BFC,
  BFS,
  BUFER,
  CLKRDY,
  ECON1,
  ECON2,
  EIE,
  EIR,
  EREVID,
  ESTAT,
  INTIE,
  LSTAT_H,
  MIRDH,
  PKTIE,
  PWRSV,
  RXEN,
  RXERIF,
} from "./regs";
import { en_bank0, en_bfc, en_bfs, en_rcr, en_src, encbus_new } from "./spi";

/** Erratum 2: the PHY has no clock for a millisecond after a reset, whatever CLKRDY says. */
const RESET_DELAY = 5;
/** The supervisor's period; how often to look for frames without an interrupt line; when to try a dead chip again (ms). */
const TICK = 1000;
const POLL = 5;
const RETRY = 5000;
/** Impossible headers in a row before the whole chip is reset. */
const BADROW_MAX = 3;

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
  sc.en_int = line ? line.read.bind(line) : null;
  sc.en_rst = options.rst || null;
  sc.en_fulldpx = !!options.fullDuplex;
  sc.en_rbm = en_rbmtemplate();
  en_zero(sc);
  sc.if_start = en_start;
  sc.if_ioctl = en_ioctl;
  ether_ifattach(sc);
  sc.en_watch = line ? watch_falling(line, () => en_intr(sc)) : null;
  en_reset(sc);
  return sc;
}

function en_zero(sc: EncSoftc): void {
  sc.en_revid = 0;
  sc.en_txc = callout_new();
  sc.en_rxc = callout_new();
  sc.en_tick = callout_new();
  sc.en_onerror = null;
  sc.en_badhdr = sc.en_overflow = sc.en_rxresets = sc.en_latecol = sc.en_txresets = sc.en_resets = sc.en_badrow = 0;
}

/** Takes the interface away and leaves the chip silent. */
export function en_detach(sc: EncSoftc): void {
  en_stop(sc);
  callout_stop(sc.en_tick);
  if (sc.en_watch !== null) unwatch(sc.en_watch);
  en_bfc(sc, EIE, INTIE);
  en_bfc(sc, ECON1, RXEN);
  if_detach(sc);
}

function en_stop(sc: EncSoftc): void {
  callout_stop(sc.en_txc);
  callout_stop(sc.en_rxc);
  sc.if_flags &= ~IFF_RUNNING;
}

/** Resets the chip; `en_init` goes on when its clocks have settled. */
function en_reset(sc: EncSoftc): void {
  en_stop(sc);
  sc.en_resets++;
  if (sc.en_rst) {
    sc.en_rst.reset(); // held for a call's time, far more than the 400 ns it takes
    sc.en_rst.set();
    sc.en_bank = 0;
  } else {
    en_bfc(sc, ECON2, PWRSV); // erratum 19: a sleeping chip does not hear SRC
    en_src(sc);
  }
  callout_reset(sc.en_tick, RESET_DELAY, en_init, sc);
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
    en_dead(sc, "ENC28J60: the PHY stays busy; check the 25 MHz crystal and the 3.3 V supply (180 mA)");
    return;
  }
  en_setfilter(sc);
  en_bfs(sc, EIE, INTIE | PKTIE);
  en_bank0(sc);
  sc.if_flags |= IFF_RUNNING;
  if (sc.if_flags & IFF_UP) en_bfs(sc, ECON1, RXEN);
  en_tick(sc);
}

/** Is it the chip, awake, of a revision that we know? What is wrong, in words, or nothing. */
function en_revision(sc: EncSoftc): string {
  const rev = en_rcr(sc, EREVID);
  const stat = en_rcr(sc, ESTAT);
  sc.en_revid = rev;
  if (rev === 0 || rev === 255)
    return (
      "ENC28J60 does not answer (EREVID reads " +
      rev +
      "): check " +
      (rev ? "SO/MISO, CS and power" : "SI/MOSI, SCK, CS and power")
    );
  if (rev !== 2 && rev !== 4 && rev !== 5 && rev !== 6)
    return (
      "ENC28J60 of unknown revision (EREVID reads " +
      rev +
      "): check the wiring, and that the SPI clock is at most 20 MHz"
    );
  if (!(stat & CLKRDY)) return "ENC28J60: no clock (ESTAT reads " + stat + "): check the crystal and the supply";
  return "";
}

/** A chip that is not there is tried again; what is wrong is told once each time. */
function en_dead(sc: EncSoftc, fault: string): void {
  if_qflush(sc.if_snd);
  if_link(sc, false);
  callout_reset(sc.en_tick, RETRY, en_reset, sc);
  if (sc.en_onerror) sc.en_onerror(fault);
}

/** A falling edge, or a turn to look again. By now the frame that was being sent has ended, in one way or the other. */
function en_intr(sc: EncSoftc): void {
  if (!(sc.if_flags & IFF_RUNNING)) return;
  if (sc.en_txbusy && !sc.en_fulldpx) en_txdone(sc);
  const bad = sc.en_badhdr;
  const again = en_rxbatch(sc);
  if (sc.en_badhdr === bad) sc.en_badrow = 0;
  else if (sc.en_badrow > BADROW_MAX) {
    en_reset(sc);
    return;
  }
  if (again) callout_reset(sc.en_rxc, again, en_intr, sc);
  else if (!sc.en_int) callout_reset(sc.en_rxc, POLL, en_intr, sc);
}

/** Once a second: the link, an edge that was missed, an overflow, a receiver that has gone off, a stuck transmitter. */
function en_tick(sc: EncSoftc): void {
  callout_reset(sc.en_tick, TICK, en_tick, sc);
  const link = en_rcr(sc, MIRDH) & LSTAT_H;
  en_bank0(sc);
  if_link(sc, link !== 0);
  en_intr(sc);
  if (en_rcr(sc, EIR) & RXERIF) en_rxoverflow(sc);
  if (sc.if_flags & IFF_UP && !(en_rcr(sc, ECON1) & RXEN)) en_rxoff(sc);
  if (sc.en_txbusy && !en_txdone(sc)) en_txwait(sc);
}

/** The receiver has gone off by itself; when the interrupts have gone too, the whole chip was reset (a dip of its supply). */
function en_rxoff(sc: EncSoftc): void {
  if (en_rcr(sc, EIE) & INTIE) en_rxreset(sc);
  else en_reset(sc);
}

/** The ring was full. What is in it has been read by now, so reception goes on by itself (DS39662E 7.2.4). */
function en_rxoverflow(sc: EncSoftc): void {
  sc.en_overflow++;
  sc.en_write(BFC | EIR, RXERIF, sc.en_cs);
  sc.en_write(BFC | ESTAT, BUFER, sc.en_cs);
}

/** The interface's flags or groups have changed. */
function en_ioctl(ifp: Ifnet): number {
  const sc = ifp as EncSoftc;
  if (!(sc.if_flags & IFF_RUNNING)) return 0; // en_init will see to it
  en_setfilter(sc);
  en_bank0(sc);
  sc.en_write((sc.if_flags & IFF_UP ? BFS : BFC) | ECON1, RXEN, sc.en_cs);
  return 0;
}
