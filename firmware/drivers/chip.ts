/**
 * What the drivers of all Ethernet chips on SPI have in common: how far the interrupt line is trusted, when frames are looked
 * for, and how a frame lies in mbufs. The wires themselves are spi_bus.ts. BSD: none.
 *
 * **How a driver uses it.** Its softc is a `ChipSoftc` (and so a `Watchdog` and an `Arpcom`). `chip_init` fills in the common
 * part; the driver does its own fields, if_start, if_ioctl, if_reset, and the watchdog's wd_look and wd_mend,
 *  - `sc_intr(sc)`, which takes what frames there are and ends with `chip_again`: called at each falling edge of the
 *    interrupt line, and by timer where there is none or it is not trusted;
 *  - `sc_txpoll(sc)`, which looks for the end of a frame that is being sent: called a millisecond after `chip_txwait`;
 * then it calls `chip_attach`.
 *
 * **The line** says more cheaply than the chip whether a frame waits: low: yes. `sc_int` is false while there is no line, or
 * while it has been seen to lie (`chip_distrust`): then the driver asks the chip, and tells `chip_trust` what it found, until
 * the line has been right both with frames and without.
 */
import { NET_BPF } from "../config";
import { arena, bzero } from "../machdep";
import { bpf_ifdetach } from "../net/if/bpf";
import { arpcom_init, ether_ifattach } from "../net/if/ether";
import { IFF_OACTIVE, if_detach, if_link, if_qflush } from "../net/if/ifnet";
import { type Callout, callout_new, callout_reset } from "../net/kern/callout";
import { M_DONTWAIT, type Mbuf, MT_DATA, m_buf, m_clget, m_clspare, m_free, m_get } from "../net/kern/mbuf";
import { turn_begin, turn_end } from "../net/kern/turn";
import type { caddr_t, Embedded } from "../types";
import {
  type SpiDev,
  spi_close,
  spi_deselect,
  spi_hold,
  spi_level,
  spi_put,
  spi_put2,
  spi_readcluster,
  spi_resync,
  spi_select,
  spi_tell,
} from "./spi_bus";
import { type Watchdog, WD_EDGE, wd_dead, wd_fault, wd_init, wd_stop } from "./watchdog";

/** Frames in one turn; then others are let in. */
export const RX_BATCH = 4;
/** How long until the next turn, and until memory is looked for again (ms): what `chip_again` is told. */
export const NEXT_TURN = 1;
export const NOBUFS_WAIT = 10;
/** How often to look for frames without an interrupt line (ms). */
const POLL = 5;
/** How long a frame may wait until its edge is taken for lost (ms). */
const EDGE_WAIT = 5;

/* What is wired, and told to the driver besides: attach's `flags` */
export const CHIP_INT = 1; // an interrupt line
export const CHIP_RST = 2; // a reset line
export const CHIP_FULLDPX = 4; // full duplex, whatever the partner says

export interface ChipSoftc extends Watchdog {
  sc_spi: SpiDev;
  /** CHIP_ */
  sc_flags: number;
  /** the interrupt line is there, and right; in what it has been right since it was not (bits) */
  sc_int: boolean;
  sc_trust: number;
  /** the driver's, called with its softc: looks for frames; looks for the end of one that is being sent */
  sc_intr: (sc: caddr_t) => void;
  sc_txpoll: (sc: caddr_t) => void;
  /** a frame has been started whose end has not been seen */
  sc_txbusy: boolean;
  /** call `sc_intr` and `sc_txpoll` */
  sc_rxc: Embedded<Callout>;
  sc_txc: Embedded<Callout>;
}

/** Fills in what all chips have. */
export function chip_init(sc: ChipSoftc, spi: SpiDev, enaddr: Uint8Array, flags: number): void {
  arpcom_init(sc, enaddr);
  sc.sc_spi = spi;
  wd_init(sc);
  sc.wd_tell = chip_tell as Watchdog["wd_tell"];
  sc.sc_flags = flags;
  sc.sc_int = false;
  sc.sc_trust = 0;
  sc.sc_txbusy = false;
  sc.sc_rxc = callout_new();
  sc.sc_txc = callout_new();
}

/** Makes it an interface; the shell listens to its line. */
export function chip_attach(sc: ChipSoftc): void {
  ether_ifattach(sc);
  spi_deselect(sc.sc_spi);
}

/** Takes the interface away, when the driver has stopped the chip. */
export function chip_detach(sc: ChipSoftc): void {
  wd_stop(sc);
  spi_close(sc.sc_spi);
  if (NET_BPF) bpf_ifdetach(sc);
  if_detach(sc);
}

/** The interrupt line has fallen: what the machine calls. */
export function chip_intr(sc: ChipSoftc): void {
  turn_begin();
  sc.sc_intr(sc);
  turn_end();
}

/** The bus is at rest, and the interrupt line is watched. */
export function chip_resync(sc: ChipSoftc): void {
  spi_resync(sc.sc_spi);
}

function chip_tell(sc: ChipSoftc, cause: number, fault: number): void {
  spi_tell(sc.sc_spi, cause, fault);
}

/** Looks for frames in `ms` milliseconds; 0: when the line tells of one. */
export function chip_again(sc: ChipSoftc, ms: number): void {
  if (ms || !sc.sc_int) callout_reset(sc.sc_rxc, ms || POLL, sc.sc_intr, sc);
}

/** The line, where there is one, is believed. */
export function chip_believe(sc: ChipSoftc): void {
  sc.sc_int = (sc.sc_flags & CHIP_INT) !== 0;
}

/** The line is not to be believed: the chip is asked, until the two agree again. */
export function chip_distrust(sc: ChipSoftc): void {
  sc.sc_int = false;
  sc.sc_trust = 0;
  chip_again(sc, 0);
}

/** The line was `high`, and `n` frames or bytes waited: it is believed when it has been right with some and with none. */
export function chip_trust(sc: ChipSoftc, high: boolean, n: number): void {
  sc.sc_trust = high === !n ? sc.sc_trust | (n ? 1 : 2) : 0;
  if (sc.sc_trust === 3) sc.sc_int = true;
}

/** The line is low and nobody comes: a frame has come just now, or its edge was lost. */
export function chip_edgewait(sc: ChipSoftc): void {
  callout_reset(sc.sc_rxc, EDGE_WAIT, chip_edge, sc);
}

/** The line was low a while ago. */
function chip_edge(sc: ChipSoftc): void {
  if (sc.sc_int && !spi_level(sc.sc_spi)) wd_fault(sc, WD_EDGE, sc.if_ipackets);
}

/** The chip takes no other frame before the one that it has: its end is looked for by timer. */
export function chip_txwait(sc: ChipSoftc): void {
  sc.if_flags |= IFF_OACTIVE;
  callout_reset(sc.sc_txc, 1, sc.sc_txpoll, sc);
}

/** A chip that is not there, or not right, is tried again. */
export function chip_dead(sc: ChipSoftc, fault: number, reset: (sc: caddr_t) => void): void {
  if_qflush(sc.if_snd);
  if_link(sc, false);
  wd_dead(sc, fault, reset);
}

/**
 * The rest of a long frame, `rest` bytes of which `len` are wanted, behind its head in `m`. False when there is no memory for
 * it.
 */
export function chip_rxcluster(sc: ChipSoftc, m: Mbuf, rest: number, len: number): boolean {
  const n = m_clspare(M_DONTWAIT) ? m_get(M_DONTWAIT, MT_DATA) : null;
  if (!n) return false;
  const buf = spi_readcluster(sc.sc_spi, rest);
  if (!buf) {
    m_free(n);
    return false;
  }
  m_clget(n, buf, len);
  m.m_next = n;
  return true;
}

/** Writes the `ncmd` bytes of `cmd` and a frame: of one mbuf, or of a header and a cluster, in one call. */
export function chip_put(spi: SpiDev, cmd: Uint8Array, ncmd: number, m: Mbuf): void {
  const n = m.m_next;
  if (!n) spi_put(spi, cmd, ncmd, m_buf(m), m.m_data, m.m_len);
  else if (!n.m_next && n.m_len) spi_put2(spi, cmd, ncmd, m_buf(m), m.m_data, m.m_len, m_buf(n), n.m_data, n.m_len);
  else chip_putchain(spi, cmd, ncmd, m, 0);
}

/** The same with a frame of many pieces, and `pad` zeros behind it; the frame is done with afterwards. */
export function chip_putchain(spi: SpiDev, cmd: Uint8Array, ncmd: number, m: Mbuf, pad: number): void {
  spi_select(spi);
  spi_hold(spi, cmd, 0, ncmd);
  for (let n: Mbuf | null = m; n; n = n.m_next) if (n.m_len) spi_hold(spi, m_buf(n), n.m_data, n.m_len);
  if (pad) {
    bzero(m.m_dat, pad);
    spi_hold(spi, arena, m.m_dat, pad);
  }
  spi_deselect(spi);
}
