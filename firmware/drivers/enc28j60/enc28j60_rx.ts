/**
 * Reception: DS39662E 7.2. One frame costs a buffer read and a PKTDEC; the ring is given back once a batch.
 *
 * A frame in the ring is six bytes of header (where the next begins, length, status) and the frame with its checksum,
 * padded to an even address. The first read takes the header and the first 64 bytes of the frame, which is all of a
 * short one; a longer one goes on in the same instruction. After it the chip's read pointer stands at the next header.
 *
 * A short frame comes as a string, which costs the interpreter no contiguous memory, and is copied into the mbuf; the
 * rest of a long one comes as an array, which a cluster adopts.
 */
import { arena } from "../../machdep";
import { ether_input } from "../../net/if/ether";
import { IFF_UP } from "../../net/if/ifnet";
import { M_DONTWAIT, type Mbuf, MSIZE, MT_DATA, m_freem, m_gethdr } from "../../net/kern/mbuf";
import { CHIP_INT, chip_rxcluster, chip_trust, NEXT_TURN, NOBUFS_WAIT, RX_BATCH } from "../chip";
import { spi_deselect, spi_level, spi_read, spi_readcmd, spi_select, spi_write2 } from "../spi_bus";
import { WD_LINE, WD_RXHDR, wd_fault } from "../watchdog";
import { en_alive } from "./enc28j60_alive";
import { type EncSoftc, ETHER_MAX_LEN, RXEND, RXSTART } from "./enc28j60_var";
import {
  BFS,
  BUFER,
  ECON1,
  ECON2,
  EIR,
  EPKTCNT,
  ERDPT,
  ERXND,
  ERXRDPT,
  ERXST,
  ESTAT,
  PKTDEC,
  RBM,
  RSV_OK,
  RSV_ZERO,
  RXEN,
  RXERIF,
  RXRST,
  WCR,
} from "./regs";
import { en_bank0, en_bfc, en_bfs, en_rcr, en_wcr16 } from "./spi";

/** Bytes of header, of frame in the first read (the shortest frame with its checksum), and of checksum. */
const HDR_LEN = 6;
const HEAD_LEN = 64;
const CRC_LEN = 4;
/** Where in the mbuf the first read goes: the frame then begins at 10, and its IP header at 24. */
const RX_OFF = 3;
const FRAME_OFF = RX_OFF + 1 + HDR_LEN;
/** Room behind the first read for the rest of a frame that needs no cluster. */
const SMALL_REST = MSIZE - FRAME_OFF - HEAD_LEN;
const RING = RXEND - RXSTART + 1;
/** Bytes of the first read, the instruction included. */
export const RBM_LEN = 1 + HDR_LEN + HEAD_LEN;

/** Ring read but not given back at most, in bytes. */
const HELD_MAX = 2048;

/** Frames that the ring has room for, the shortest with their headers: more are not in it. */
const PKTCNT_MAX = (RING / 70) | 0;

/* What became of a frame: delivered or counted, left in the chip for want of memory, or its header makes no sense */
const RX_OK = 0;
const RX_NOBUFS = 1;
const RX_BAD = 2;
const RX_RUNT = 3;
/** How long after each to come back (ms). */
const rx_again = [0, NOBUFS_WAIT, NEXT_TURN];

/**
 * Takes up to RX_BATCH frames; answers after how many ms to come back, 0 when nothing is left. "Nothing" is what the
 * interrupt line says (erratum 6: EIR.PKTIF is not to be relied on), or EPKTCNT where there is no line.
 */
export function en_rxbatch(sc: EncSoftc): number {
  let left = RX_BATCH;
  let again = 0;
  while (!again && en_rxpending(sc)) again = left-- ? rx_again[en_rxframe(sc)] : en_rxmore(sc);
  if (sc.en_held) en_rxfree(sc);
  return again;
}

/** After a whole batch the line is low still: for more frames? Were it stuck, those of the last lap would be taken for new. */
function en_rxmore(sc: EncSoftc): number {
  if (sc.sc_int && !en_pktcnt(sc)) wd_fault(sc, WD_LINE, sc.if_ipackets);
  return NEXT_TURN;
}

function en_rxpending(sc: EncSoftc): boolean {
  return sc.sc_int ? !spi_level(sc.sc_spi) : en_rxpolled(sc);
}

/** Without an interrupt line, or with one that is not trusted: until it has been right with frames and without. */
function en_rxpolled(sc: EncSoftc): boolean {
  const n = en_pktcnt(sc);
  if (sc.sc_flags & CHIP_INT) chip_trust(sc, spi_level(sc.sc_spi), n);
  return n > 0;
}

/** Frames in the ring. */
export function en_pktcnt(sc: EncSoftc): number {
  const n = en_rcr(sc, EPKTCNT);
  en_bank0(sc);
  return n;
}

/** Takes one frame out of the ring. */
function en_rxframe(sc: EncSoftc): number {
  const m = m_gethdr(M_DONTWAIT, MT_DATA);
  if (!m) return en_rxnobufs(sc);
  const spi = sc.sc_spi;
  const hdr = m.m_dat + RX_OFF + 1;
  spi_select(spi);
  spi_readcmd(spi, RBM, RBM_LEN, hdr - 1);
  const next = arena[hdr] | (arena[hdr + 1] << 8);
  const len = arena[hdr + 2] | (arena[hdr + 3] << 8);
  m.m_data = hdr + HDR_LEN;
  m.m_pktlen = len - CRC_LEN;
  const fate = en_rxvalid(sc, hdr, next, len) ? en_rxbody(sc, m, len) : RX_BAD;
  spi_deselect(spi);
  if (fate) return en_rxfail(sc, m, fate, next);
  en_rxdone(sc, next);
  ether_input(sc, m);
  return RX_OK;
}

/** Does the header make sense: a good frame of a length that it may have, and the next one right behind it? */
function en_rxvalid(sc: EncSoftc, hdr: number, next: number, len: number): boolean {
  let expected = sc.en_next + HDR_LEN + len + (len & 1);
  if (expected > RXEND) expected -= RING;
  return (
    next === expected && arena[hdr + 4] >= RSV_OK && arena[hdr + 5] < RSV_ZERO && len <= ETHER_MAX_LEN && len > CRC_LEN
  );
}

/** Reads what of the frame has not been read; of a long one not without checksum and pad byte. */
function en_rxbody(sc: EncSoftc, m: Mbuf, len: number): number {
  const rest = len - HEAD_LEN + (len & 1);
  m.m_len = rest > SMALL_REST ? HEAD_LEN : len - CRC_LEN;
  if (rest > SMALL_REST) return chip_rxcluster(sc, m, rest, len - HEAD_LEN - CRC_LEN) ? RX_OK : RX_NOBUFS;
  if (rest > 0) spi_read(sc.sc_spi, rest, m.m_data + HEAD_LEN);
  return rest < 0 ? RX_RUNT : RX_OK;
}

/** Frees the frame's place in the ring. */
function en_rxdone(sc: EncSoftc, next: number): void {
  let held = next - sc.en_next;
  if (held < 0) held += RING;
  sc.en_held += held;
  sc.en_next = next;
  spi_write2(sc.sc_spi, BFS | ECON2, PKTDEC);
  if (sc.en_held > HELD_MAX) en_rxfree(sc);
}

/** Gives back what has been read of the ring. Erratum 14: ERXRDPT must be odd, so it is the byte before the next frame. */
export function en_rxfree(sc: EncSoftc): void {
  const spi = sc.sc_spi;
  const last = sc.en_next === RXSTART ? RXEND : sc.en_next - 1;
  sc.en_held = 0;
  spi_write2(spi, WCR | ERXRDPT, last & 255);
  spi_write2(spi, WCR | (ERXRDPT + 1), last >> 8);
}

function en_rxnobufs(sc: EncSoftc): number {
  sc.if_iqdrops++;
  return RX_NOBUFS;
}

/** A frame that is not delivered. The chip's read pointer is put where the next header is. */
function en_rxfail(sc: EncSoftc, m: Mbuf, fate: number, next: number): number {
  m_freem(m);
  if (fate === RX_BAD) return en_rxbad(sc);
  if (fate === RX_NOBUFS) en_rxnobufs(sc);
  else {
    sc.if_ierrors++;
    en_rxdone(sc, next);
  }
  en_rxseek(sc);
  return fate === RX_RUNT ? RX_OK : fate;
}

/** Puts the chip's read pointer where the next header is. */
export function en_rxseek(sc: EncSoftc): void {
  en_wcr16(sc, ERDPT, sc.en_next);
}

/** A header that cannot be: was there a frame at all? */
function en_rxbad(sc: EncSoftc): number {
  sc.if_ierrors++;
  wd_fault(sc, en_alive(sc) || (sc.sc_int && !en_pktcnt(sc) ? WD_LINE : WD_RXHDR), sc.if_ipackets);
  return RX_BAD;
}

/** The ring was full. What is in it has been read by now, so reception goes on by itself (DS39662E 7.2.4). */
export function en_rxoverrun(sc: EncSoftc): void {
  en_bfc(sc, EIR, RXERIF);
  en_bfc(sc, ESTAT, BUFER);
  en_rxfree(sc);
}

/**
 * Empties and restarts the receiver, when the ring cannot be trusted any more. False when EPKTCNT is not to be emptied: then
 * frames of long ago would be taken for new ones, and only a reset of the chip helps.
 */
export function en_rxreset(sc: EncSoftc): boolean {
  en_bfc(sc, ECON1, RXEN);
  en_bfs(sc, ECON1, RXRST);
  en_bfc(sc, ECON1, RXRST);
  en_rxinit(sc);
  let n = en_pktcnt(sc);
  if (n > PKTCNT_MAX) return false;
  while (n--) en_bfs(sc, ECON2, PKTDEC);
  if (en_pktcnt(sc)) return false;
  en_bfc(sc, EIR, RXERIF);
  if (sc.if_flags & IFF_UP) en_bfs(sc, ECON1, RXEN);
  return true;
}

/** Sets up the ring; RXEN must be off. */
export function en_rxinit(sc: EncSoftc): void {
  en_wcr16(sc, ERXST, RXSTART);
  en_wcr16(sc, ERXND, RXEND);
  en_wcr16(sc, ERXRDPT, RXEND); // erratum 14: odd
  en_wcr16(sc, ERDPT, RXSTART);
  sc.en_next = RXSTART;
  sc.en_held = 0;
}
