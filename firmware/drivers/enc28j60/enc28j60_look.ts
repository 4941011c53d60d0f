/**
 * What may be wrong with an ENC28J60, and how it is seen: the watchdog's look (../watchdog.ts), once a second on a quiet
 * cable. A register that reads wrong is read again before it is believed, since a wire may have had a bad moment.
 */
import { IFF_LINK, if_link } from "../../net/if/ifnet";
import { callout_pending } from "../../net/kern/callout";
import { chip_edgewait, chip_txwait } from "../chip";
import { spi_level } from "../spi_bus";
import { WD_FILTER, WD_LINE, WD_OK, WD_OVERRUN, WD_REGS, WD_RXPTR } from "../watchdog";
import { en_alive, en_differs } from "./enc28j60_alive";
import { en_pktcnt, en_rxfree } from "./enc28j60_rx";
import { en_phyinit } from "./enc28j60_setup";
import { en_txdone } from "./enc28j60_tx";
import { type EncSoftc, NKEPT_MAC } from "./enc28j60_var";
import { DPXSTAT_H, EIR, ERXWRPT, LSTAT_H, MIRDH, RXERIF } from "./regs";
import { en_bank0, en_rcr, en_rcrcommon } from "./spi";

/** Registers that are compared in one look, on a quiet cable (all of them in 16) and on a busy one, where looks are rare (in 3). */
const PATROL_QUIET = 2;
const PATROL_BUSY = 12;
/** Looks until the receive pointers are compared again, on a quiet cable. A power of 2. */
const POINTERS = 4;

/** What is wrong, or WD_OK. */
export function en_look(sc: EncSoftc): number {
  const cause = en_alive(sc);
  if (cause) return cause;
  if (!en_looklink(sc)) return WD_REGS;
  if (sc.sc_txbusy && !en_txdone(sc)) chip_txwait(sc);
  sc.en_wrh = sc.en_ndh = -1; // EWRPT's and ETXND's high bytes are written anew, now and then
  const come = callout_pending(sc.sc_rxc); // somebody reads soon
  if (!come && !spi_level(sc.sc_spi)) chip_edgewait(sc);
  if (en_rcrcommon(sc, EIR) & RXERIF) return WD_OVERRUN;
  const stray = sc.wd_quiet & (POINTERS - 1) ? WD_OK : en_lookrx(sc, come);
  return stray || en_lookregs(sc);
}

/** Has the cable come or gone? False when the PHY has another duplex than the MAC. */
function en_looklink(sc: EncSoftc): boolean {
  let phy = en_rcr(sc, MIRDH);
  if (!(phy & LSTAT_H) !== !(sc.if_flags & IFF_LINK) || !(phy & DPXSTAT_H) === sc.en_fulldpx) phy = en_rcr(sc, MIRDH);
  en_bank0(sc);
  if_link(sc, (phy & LSTAT_H) !== 0);
  return !(phy & DPXSTAT_H) !== sc.en_fulldpx;
}

/** Does the chip count what there is? And when nobody reads soon: do frames wait that the line does not tell of? */
function en_lookrx(sc: EncSoftc, come: boolean): number {
  const spi = sc.sc_spi;
  if (en_strayed(sc)) return WD_RXPTR;
  if (come || !spi_level(spi)) return WD_OK;
  if (en_pktcnt(sc)) return spi_level(spi) ? WD_LINE : WD_OK;
  en_rxfree(sc); // written again: a bit may have tipped
  return WD_OK;
}

/**
 * What waits lies between the next header and where the chip writes: does it count none although something does, or some
 * although nothing does? Asked in this order, since a frame may come meanwhile.
 */
export function en_strayed(sc: EncSoftc): boolean {
  const n = en_pktcnt(sc);
  const end = en_rcr(sc, ERXWRPT) | (en_rcr(sc, ERXWRPT + 1) << 8);
  return end === sc.en_next ? n > 0 : !en_pktcnt(sc);
}

/** Compares some of the registers that stay as they are, all of them in turn; a bank is changed once in a while. */
function en_lookregs(sc: EncSoftc): number {
  let cause = WD_OK;
  for (let n = sc.wd_quiet ? PATROL_QUIET : PATROL_BUSY; n-- && !cause; ) {
    const i = sc.en_patrol;
    if (!i && !en_phyinit(sc)) return WD_REGS; // the PHY's cannot be compared in passing, so they are written again
    sc.en_patrol = i + 1 < sc.en_nkept ? i + 1 : 0;
    if (en_differs(sc, sc.en_kept[i], 255, sc.en_values[i])) cause = i < NKEPT_MAC ? WD_REGS : WD_FILTER;
  }
  en_bank0(sc);
  return cause;
}
