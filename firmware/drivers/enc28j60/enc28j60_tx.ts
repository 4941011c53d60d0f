/**
 * Transmission: DS39662E 7.1. One frame at a time; `en_start` never waits for it to end but looks again when it has
 * another, after what it receives, and otherwise a millisecond later.
 *
 * In full duplex nothing can happen to a frame. In half duplex it can be aborted: the transmitter is then reset (erratum
 * 12) and, when it was a late collision, which a link pulse may feign (erratum 13), the frame is sent again.
 */
import { IF_DEQUEUE, IFF_OACTIVE, IFF_RUNNING, type Ifnet } from "../../net/if/ifnet";
import { type Mbuf, m_freem } from "../../net/kern/mbuf";
import { chip_put, chip_txwait } from "../chip";
import { spi_get, spi_write2 } from "../spi_bus";
import { WD_TXSTUCK, wd_fault } from "../watchdog";
import { type EncSoftc, TXSTART } from "./enc28j60_var";
import {
  BFC,
  BFS,
  ECON1,
  EIR,
  ERDPT,
  ESTAT,
  ETXND,
  ETXST,
  EWRPT,
  LATECOL,
  RBM,
  TSV_LATECOL,
  TXABRT,
  TXERIF,
  TXIF,
  TXRST,
  TXRTS,
  WBM,
  WCR,
} from "./regs";
import { en_bfc, en_bfs, en_rcrcommon, en_wcr16 } from "./spi";

/** Looks for the end of a frame, a millisecond apart, until the transmitter is taken for stuck. */
const FULL_POLLS = 10;
const HALF_POLLS = 50; // ten collisions back off for 50 ms on average; whoever has more is sent again
/** Looks at the chip before a timer is set: an acknowledgement is on the wire for 67 us, as long as a look or two takes. */
const TX_LOOKS = 2;
/** Times that a frame is sent again after late collisions. */
const TX_RETRIES = 15;
/** Which of the bytes of status behind a frame tells of collisions: bits 31:24 (table 7-1). */
const TSV_HIGH = 3;

/** Sets up the transmitter's half of the buffer. */
export function en_txinit(sc: EncSoftc): void {
  en_wcr16(sc, ETXST, TXSTART);
  sc.en_wrh = sc.en_ndh = -1;
  sc.if_flags &= ~IFF_OACTIVE;
}

/** Sends what waits, until the chip is busy: the interface's if_start. */
export function en_start(ifp: Ifnet): void {
  const sc = ifp as EncSoftc;
  while (sc.if_snd.ifq_head) {
    if (sc.sc_txbusy && !en_txsoon(sc)) {
      chip_txwait(sc);
      return;
    }
    const m = IF_DEQUEUE(sc.if_snd)!;
    en_put(sc, m);
    m_freem(m);
  }
}

/** Has the frame ended, or does a short one end just now? A look costs the processor less than a timer. */
function en_txsoon(sc: EncSoftc): boolean {
  for (let looks = 0; sc.sc_txbusy && looks < TX_LOOKS; looks++) if (en_txdone(sc)) return true;
  return !sc.sc_txbusy;
}

/** Looks for the end of a frame by timer. */
export function en_txpoll(sc: EncSoftc): void {
  if (!en_txdone(sc) && ++sc.en_txpolls > (sc.en_fulldpx ? FULL_POLLS : HALF_POLLS))
    wd_fault(sc, WD_TXSTUCK, sc.if_opackets);
  if (sc.sc_txbusy) chip_txwait(sc);
  else if (sc.if_flags & IFF_RUNNING) {
    sc.if_flags &= ~IFF_OACTIVE;
    en_start(sc);
  }
}

/**
 * Puts a frame into the buffer and starts it: a control byte of 0 (as MACON3 says), then the frame. The pointers' high
 * bytes are written only when they differ; the write pointer has moved on to behind the frame before.
 */
function en_put(sc: EncSoftc, m: Mbuf): void {
  const spi = sc.sc_spi;
  const cmd = sc.en_cmd2;
  const end = TXSTART + m.m_pktlen;
  const high = end >> 8;
  cmd[0] = WBM;
  spi_write2(spi, WCR | EWRPT, TXSTART & 255);
  if (sc.en_wrh !== TXSTART >> 8) spi_write2(spi, WCR | (EWRPT + 1), TXSTART >> 8);
  chip_put(spi, cmd, 2, m);
  sc.en_wrh = (end + 1) >> 8;
  spi_write2(spi, WCR | ETXND, end & 255);
  if (sc.en_ndh !== high) spi_write2(spi, WCR | (ETXND + 1), high);
  sc.en_ndh = high;
  sc.en_txend = end;
  sc.en_txpolls = 0;
  sc.en_txtries = 0;
  sc.sc_txbusy = true;
  sc.if_opackets++;
  spi_write2(spi, BFS | ECON1, TXRTS);
}

/** Has the frame ended? What went wrong with it is seen to; it may then be on its way again. */
export function en_txdone(sc: EncSoftc): boolean {
  if (sc.en_fulldpx) sc.sc_txbusy = (en_rcrcommon(sc, ECON1) & TXRTS) !== 0;
  else {
    const eir = en_rcrcommon(sc, EIR);
    if (!(eir & (TXIF | TXERIF))) return false;
    spi_write2(sc.sc_spi, BFC | EIR, TXIF | TXERIF);
    sc.sc_txbusy = (eir & TXERIF) !== 0 && en_txerror(sc);
  }
  return !sc.sc_txbusy;
}

/** A frame was aborted: true when it is sent again. */
function en_txerror(sc: EncSoftc): boolean {
  en_txreset(sc);
  en_bfc(sc, ESTAT, TXABRT | LATECOL);
  const status = en_tsv(sc);
  sc.if_collisions++;
  // erratum 15: the status vector tells of a late collision, ESTAT.LATECOL may not
  return status & TSV_LATECOL ? en_txagain(sc) : en_txfailed(sc);
}

/** Sends the frame once more, until it has been tried often enough. */
function en_txagain(sc: EncSoftc): boolean {
  if (sc.en_txtries++ >= TX_RETRIES) return en_txfailed(sc);
  sc.en_txpolls = 0;
  en_bfs(sc, ECON1, TXRTS);
  return true;
}

function en_txfailed(sc: EncSoftc): boolean {
  sc.if_oerrors++;
  return false;
}

/** Errata 12 and 13: the end never came. The transmitter is reset; in half duplex the frame is sent again. */
export function en_txunstick(sc: EncSoftc): void {
  en_bfc(sc, ECON1, TXRTS);
  en_txreset(sc);
  sc.sc_txbusy = sc.en_fulldpx ? en_txfailed(sc) : en_txagain(sc);
}

/** Erratum 12: resets the transmitter, after which TXERIF may be set, so it is cleared last. */
function en_txreset(sc: EncSoftc): void {
  en_bfs(sc, ECON1, TXRST);
  en_bfc(sc, ECON1, TXRST);
  en_bfc(sc, EIR, TXERIF | TXIF);
}

/** Bits 31:24 of the last frame's status vector. The read pointer is lent from the receiver. */
function en_tsv(sc: EncSoftc): number {
  const cmd = sc.en_cmd2;
  en_wcr16(sc, ERDPT, sc.en_txend + 1 + TSV_HIGH);
  cmd[0] = RBM;
  const tsv = spi_get(sc.sc_spi, cmd, 1, 1);
  en_wcr16(sc, ERDPT, sc.en_next);
  return tsv;
}
