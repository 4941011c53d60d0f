/**
 * Reception in MACRAW: all frames that wait are fetched in one chip select period, up to RX_BATCH of them, and given back to
 * the chip by one RECV; then they are delivered, since what the stack answers must not come in between.
 *
 * A frame in the chip is two bytes of length, which counts itself, and the frame without its checksum. How many wait the chip
 * does not tell, only how many bytes: the lengths must add up to them. The first read takes the length and the 60 bytes
 * of the shortest frame; a longer one goes on in the same instruction. A short frame comes as a string, which costs the
 * interpreter no contiguous memory, and is copied into the mbuf; the rest of a long one comes as an array, which a cluster
 * adopts: frames share nothing.
 *
 * The interrupt flag is set when a frame comes and says nothing of those that wait. So it is cleared first, then the size is
 * read: whatever comes later sets it again, and the line's level is looked at when a batch is done.
 */
import { arena } from "../../machdep";
import { ether_input, ether_same } from "../../net/if/ether";
import { IFF_ALLMULTI, IFF_PROMISC } from "../../net/if/ifnet";
import { M_DONTWAIT, type Mbuf, MSIZE, MT_DATA, m_free, m_freem, m_gethdr } from "../../net/kern/mbuf";
import { CHIP_INT, chip_rxcluster, chip_trust, NEXT_TURN, NOBUFS_WAIT, RX_BATCH } from "../chip";
import {
  spi_deselect,
  spi_get16,
  spi_hold3,
  spi_level,
  spi_read,
  spi_select,
  spi_write4,
  spi_write5,
} from "../spi_bus";
import { WD_LINE, WD_RXHDR, WD_RXPTR, wd_fault } from "../watchdog";
import { IR_RECV, RECV, RX_READ, S0_WRITE, SN_CR, SN_IR, SN_RX_RD } from "./regs";
import { wz_alive } from "./w5500_alive";
import { RXBUF, type WzSoftc } from "./w5500_var";

/** Bytes of length, of frame in the first read (the shortest one), of both; and the longest frame, with a VLAN tag. */
const LEN_LEN = 2;
const HEAD_LEN = 60;
export const REC_MIN = LEN_LEN + HEAD_LEN;
const REC_MAX = LEN_LEN + 1518;
/** Where in the mbuf the first read goes: the frame then begins at 10, and its IP header at 24. */
const RX_OFF = 8;
const FRAME_OFF = RX_OFF + LEN_LEN;
/** Room behind the first read for the rest of a frame that needs no cluster. */
const SMALL_REST = MSIZE - FRAME_OFF - HEAD_LEN;

/* What became of a frame instead of being read: it stays in the chip for want of memory, or its length makes no sense */
const RX_NOBUFS = 0;
const RX_BAD = -1;

/** Takes up to RX_BATCH frames; answers after how many ms to come back, 0 when nothing is left. */
export function wz_rxbatch(sc: WzSoftc): number {
  const waiting = wz_rxpending(sc);
  if (!waiting) return sc.sc_int && !spi_level(sc.sc_spi) ? wz_rxnone(sc) : 0;
  if (waiting < REC_MIN || waiting > RXBUF) return wz_rxodd(sc);
  const again = wz_rxburst(sc, waiting);
  if (again) return again;
  return sc.wz_left || (sc.sc_int && !spi_level(sc.sc_spi)) ? NEXT_TURN : 0;
}

/** How many bytes wait? While the line is high, those that were left behind. */
function wz_rxpending(sc: WzSoftc): number {
  const spi = sc.sc_spi;
  if (!sc.sc_int) return wz_rxpolled(sc);
  if (spi_level(spi)) return sc.wz_left;
  spi_write4(spi, 0, SN_IR, S0_WRITE, IR_RECV);
  return wz_rsr(sc);
}

/** Sn_RX_RSR. It may change between its two bytes. */
function wz_rsr(sc: WzSoftc): number {
  return spi_get16(sc.sc_spi, sc.wz_rsrcmd, 3, 4);
}

/** The same, read until it is twice the same; 0 when it never is. */
export function wz_rsrstable(sc: WzSoftc): number {
  let before = wz_rsr(sc);
  for (let n = 4; n--; ) {
    const now = wz_rsr(sc);
    if (now === before) return now;
    before = now;
  }
  return 0;
}

/** Without an interrupt line, or with one that is not trusted: until it has been right with frames and without. */
function wz_rxpolled(sc: WzSoftc): number {
  const spi = sc.sc_spi;
  const line = (sc.sc_flags & CHIP_INT) !== 0;
  const high = !line || spi_level(spi);
  if (line) spi_write4(spi, 0, SN_IR, S0_WRITE, IR_RECV);
  const n = wz_rsr(sc);
  if (line) chip_trust(sc, high, n);
  return n;
}

/** Reads frames, gives their room back, and delivers them. Without an mbuf for the first it does not touch the bus. */
function wz_rxburst(sc: WzSoftc, waiting: number): number {
  const spi = sc.sc_spi;
  let at = sc.wz_rxrd;
  let left = waiting;
  let n = RX_BATCH;
  let len = 0;
  let head: Mbuf | null = null;
  let tail: Mbuf | null = null;
  let m = m_gethdr(M_DONTWAIT, MT_DATA);
  sc.wz_left = waiting;
  if (!m) return wz_rxfail(sc, RX_NOBUFS);
  spi_select(spi);
  spi_hold3(spi, at >> 8, at & 255, RX_READ);
  do {
    len = wz_rxframe(sc, m, left);
    if (len <= 0) {
      m_freem(m);
      break;
    }
    left -= len;
    at = (at + len) & 65535;
    if (!m.m_len) wz_rxskip(sc, m, left && n > 1 ? at : -1);
    else {
      if (tail) tail.m_nextpkt = m;
      else head = m;
      tail = m;
    }
    m = left && --n ? m_gethdr(M_DONTWAIT, MT_DATA) : null;
  } while (m);
  spi_deselect(spi);
  if (at !== sc.wz_rxrd) wz_rxdone(sc, at);
  sc.wz_left = left;
  wz_deliver(sc, head);
  return len > 0 ? 0 : wz_rxfail(sc, len);
}

/** Reads a frame into `m`: the length of its record, or what became of it. One that nobody wants has no bytes then. */
function wz_rxframe(sc: WzSoftc, m: Mbuf, left: number): number {
  const off = m.m_dat + FRAME_OFF;
  spi_read(sc.sc_spi, REC_MIN, off - LEN_LEN);
  const len = (arena[off - 2] << 8) | arena[off - 1];
  if (len < REC_MIN || len > left || len > REC_MAX) return RX_BAD;
  const rest = len - REC_MIN;
  if (arena[off] & 1 && !wz_wanted(sc, off)) return len;
  m.m_data = off;
  m.m_len = m.m_pktlen = len - LEN_LEN;
  if (rest > SMALL_REST) {
    m.m_len = HEAD_LEN;
    return chip_rxcluster(sc, m, rest, rest) ? len : RX_NOBUFS;
  }
  if (rest) spi_read(sc.sc_spi, rest, off + HEAD_LEN);
  return len;
}

/** Is it a group's frame that we listen to? The chip's own filter lets some groups in, which of them is contested. */
function wz_wanted(sc: WzSoftc, off: number): boolean {
  if (arena[off] === 255 || sc.if_flags & (IFF_PROMISC | IFF_ALLMULTI)) return true;
  let enm = sc.ac_multiaddrs;
  while (enm && !ether_same(off, enm.enm_addr)) enm = enm.enm_next;
  return enm !== null;
}

/**
 * Drops a frame that nobody wants; the burst, if it goes on, does so behind it, at `at`. The watchdog shall know that
 * something was heard.
 */
function wz_rxskip(sc: WzSoftc, m: Mbuf, at: number): void {
  m_free(m);
  sc.wd_ipackets = -1;
  const spi = sc.sc_spi;
  if (at < 0) return;
  spi_deselect(spi);
  spi_select(spi);
  spi_hold3(spi, at >> 8, at & 255, RX_READ);
}

/** Gives back to the chip what lies before `at`. */
function wz_rxdone(sc: WzSoftc, at: number): void {
  const spi = sc.sc_spi;
  sc.wz_rxrd = at;
  spi_write5(spi, 0, SN_RX_RD, S0_WRITE, at >> 8, at & 255);
  spi_write4(spi, 0, SN_CR, S0_WRITE, RECV);
}

function wz_deliver(sc: WzSoftc, head: Mbuf | null): void {
  let m = head;
  while (m) {
    const next: Mbuf | null = m.m_nextpkt;
    m.m_nextpkt = null;
    ether_input(sc, m);
    m = next;
  }
}

function wz_rxfail(sc: WzSoftc, fate: number): number {
  if (fate === RX_NOBUFS) {
    sc.if_iqdrops++;
    return NOBUFS_WAIT;
  }
  return wz_rxbad(sc);
}

/** A length that cannot be: was the size read wrong, or is it the frame? */
function wz_rxbad(sc: WzSoftc): number {
  const waiting = wz_rsrstable(sc);
  const torn = waiting !== sc.wz_left;
  sc.wz_left = waiting;
  if (!torn) {
    sc.if_ierrors++;
    wd_fault(sc, wz_alive(sc) || WD_RXHDR, sc.if_ipackets);
  }
  return NEXT_TURN;
}

/** A size that cannot be: torn, or the pointers have gone astray. */
function wz_rxodd(sc: WzSoftc): number {
  const waiting = wz_rsrstable(sc);
  sc.wz_left = waiting;
  if (!waiting) return 0;
  if (waiting < REC_MIN || waiting > RXBUF) {
    sc.wz_left = 0;
    wd_fault(sc, wz_alive(sc) || WD_RXPTR, sc.if_ipackets);
  }
  return NEXT_TURN;
}

/** The line is low although its flag was cleared and nothing waits: a frame has just come, or the line lies. */
function wz_rxnone(sc: WzSoftc): number {
  if (!wz_rsrstable(sc) && !spi_level(sc.sc_spi)) wd_fault(sc, wz_alive(sc) || WD_LINE, sc.if_ipackets);
  return NEXT_TURN;
}
