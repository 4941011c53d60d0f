/**
 * Transmission: datasheet 4.2, Sn_CR. A frame is written behind the one that may still be on the wire, and started when that
 * has gone: by then it nearly always has, since writing takes longer than sending. So nobody ever waits: it is looked for
 * once, and otherwise a millisecond later.
 *
 * That a frame has gone is seen from Sn_TX_RD, which SEND leaves and SENDOK moves to Sn_TX_WR. The flag SENDOK itself may
 * never be set where its interrupt is masked (datasheet, Sn_IMR), would have to be cleared, and would pull the interrupt line.
 *
 * A frame is at most ETHERMTU + 14 bytes long, so the chip's limit of 1514 is never met.
 */
import { bzero } from "../../machdep";
import { IF_DEQUEUE, IFF_LINK, IFF_OACTIVE, type Ifnet, if_qflush } from "../../net/if/ifnet";
import { callout_stop } from "../../net/kern/callout";
import { M_EXT, type Mbuf, MSIZE, m_freem } from "../../net/kern/mbuf";
import { chip_put, chip_putchain, chip_txwait } from "../chip";
import { spi_get16, spi_write4, spi_write5 } from "../spi_bus";
import { WD_TXSTUCK, wd_fault } from "../watchdog";
import { S0_WRITE, SEND, SN_CR, SN_TX_WR } from "./regs";
import { wz_alive, wz_link } from "./w5500_alive";
import type { WzSoftc } from "./w5500_var";

/** Looks for the end of a frame, a millisecond apart, until the transmitter is taken for stuck: collisions may cost 50. */
const POLLS = 60;
/** Shortest frame, without its checksum. No source says for certain that the chip pads. */
export const ETHER_MIN = 60;

/** Sends what waits, until the chip is busy: the interface's if_start. */
export function wz_start(ifp: Ifnet): void {
  const sc = ifp as WzSoftc;
  if (!(sc.if_flags & IFF_LINK)) wz_nolink(sc);
  while (sc.if_snd.ifq_head) {
    const m = IF_DEQUEUE(sc.if_snd)!;
    wz_put(sc, m);
    sc.wz_loaded = m.m_pktlen < ETHER_MIN ? ETHER_MIN : m.m_pktlen;
    m_freem(m);
    if (sc.sc_txbusy && !wz_txdone(sc)) {
      chip_txwait(sc);
      return;
    }
    wz_txgo(sc);
  }
}

/** Without a link the chip keeps a frame for ever. */
function wz_nolink(sc: WzSoftc): void {
  sc.if_oerrors += sc.if_snd.ifq_len;
  if_qflush(sc.if_snd);
}

/** Writes a frame behind the one before. */
function wz_put(sc: WzSoftc, m: Mbuf): void {
  const cmd = sc.wz_txcmd;
  const pad = ETHER_MIN - m.m_pktlen;
  cmd[0] = sc.wz_txwr >> 8;
  cmd[1] = sc.wz_txwr & 255;
  if (pad > 0 && !wz_pad(m, pad)) {
    chip_putchain(sc.sc_spi, cmd, 3, m, pad);
    return;
  }
  chip_put(sc.sc_spi, cmd, 3, m);
}

/** A short frame gets zeros behind it where it lies; false when there is no room. */
function wz_pad(m: Mbuf, pad: number): boolean {
  const end = m.m_data + m.m_len;
  if (m.m_next || m.m_flags & M_EXT || end + pad > m.m_dat + MSIZE) return false;
  bzero(end, pad);
  m.m_len += pad;
  return true;
}

/** Starts the frame that has been written. Sn_CR has been 0 for long: the frames of SPI since the last command took longer. */
function wz_txgo(sc: WzSoftc): void {
  const spi = sc.sc_spi;
  const at = (sc.wz_txwr + sc.wz_loaded) & 65535;
  sc.wz_txwr = at;
  sc.wz_loaded = 0;
  sc.wz_polls = 0;
  sc.sc_txbusy = true;
  sc.if_opackets++;
  spi_write5(spi, 0, SN_TX_WR, S0_WRITE, at >> 8, at & 255);
  spi_write4(spi, 0, SN_CR, S0_WRITE, SEND);
}

/** Has the frame gone? */
export function wz_txdone(sc: WzSoftc): boolean {
  sc.sc_txbusy = spi_get16(sc.sc_spi, sc.wz_txrdcmd, 3, 4) !== sc.wz_txwr;
  return !sc.sc_txbusy;
}

/** Looks for the end of a frame by timer. */
export function wz_txpoll(sc: WzSoftc): void {
  if (wz_txdone(sc)) {
    if (sc.wz_loaded) wz_txgo(sc);
    wz_txready(sc);
  } else if (++sc.wz_polls < POLLS) chip_txwait(sc);
  else if (wz_link(sc)) wd_fault(sc, wz_alive(sc) || WD_TXSTUCK, sc.if_opackets);
  else wz_unplugged(sc);
}

/** The frame that does not end has no link to go to: it waits in the chip for one, and no other does. */
function wz_unplugged(sc: WzSoftc): void {
  if (sc.wz_loaded) sc.if_oerrors++;
  sc.wz_loaded = 0;
  wz_txready(sc);
}

/** The transmitter is free. */
export function wz_txready(sc: WzSoftc): void {
  sc.if_flags &= ~IFF_OACTIVE;
  wz_start(sc);
}

/** Forgets what had been given to the chip: it is lost with the socket. The queue waits. */
export function wz_txstop(sc: WzSoftc): void {
  callout_stop(sc.sc_txc);
  if (sc.sc_txbusy) sc.if_oerrors++;
  if (sc.wz_loaded) sc.if_oerrors++;
  sc.sc_txbusy = false;
  sc.wz_loaded = 0;
  sc.if_flags |= IFF_OACTIVE;
}
