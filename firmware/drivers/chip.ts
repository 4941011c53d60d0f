/**
 * What the drivers of all Ethernet chips on SPI have in common: the bus and its pins, how far the interrupt line is trusted,
 * when frames are looked for, and how a frame lies in mbufs. BSD: none; there a bus and its interrupts are the machine's.
 *
 * **How a driver uses it.** Its softc is a `ChipSoftc` (and so a `Watchdog` and an `Arpcom`). `chip_new` makes it, with bus
 * and pins; the driver fills in its own fields, if_start, if_ioctl and if_reset, `wd_attach`es, and calls `chip_attach` with
 *  - `intr(sc)`, which takes what frames there are and ends with `chip_again`: called at each falling edge of the
 *    interrupt line, and by timer where there is none or it is not trusted;
 *  - `txpoll(sc)`, which looks for the end of a frame that is being sent: called a millisecond after `chip_txwait`.
 *
 * **The line** says more cheaply than the chip whether a frame waits: `sc_int` is its level, low: yes. It is null while
 * there is no line, or while it has been seen to lie (`chip_distrust`): then the driver asks the chip, and tells
 * `chip_trust` what it found, until the line has been right both with frames and without.
 */
import { arena, type IoPin, type SpiBus, unwatch, view, watch_falling } from "../machdep";
import { arpcom_new, ether_ifattach } from "../net/if/ether";
import { IFF_OACTIVE, if_detach, if_link, if_qflush } from "../net/if/ifnet";
import { type Callout, callout_new, callout_reset } from "../net/kern/callout";
import { M_DONTWAIT, type Mbuf, MT_DATA, m_clget, m_clspare, m_get } from "../net/kern/mbuf";
import { m_copydata } from "../net/kern/mbuf_chain";
import { turn_begin, turn_end } from "../net/kern/turn";
import { type Watchdog, WD_EDGE, wd_dead, wd_fault, wd_stop } from "./watchdog";

/** Frames in one turn; then others are let in. */
export const RX_BATCH = 4;
/** How long until the next turn, and until memory is looked for again (ms): what `chip_again` is told. */
export const NEXT_TURN = 1;
export const NOBUFS_WAIT = 10;
/** How often to look for frames without an interrupt line (ms). */
const POLL = 5;
/** How long a frame may wait until its edge is taken for lost (ms). */
const EDGE_WAIT = 5;

/** How a chip is wired. */
export interface ChipOptions {
  spi: SpiBus;
  cs: IoPin;
  /** interrupt line; without it the chip is asked every few milliseconds */
  int?: IoPin;
  /** reset line; without it the chip is reset by instruction */
  rst?: IoPin;
}

/** The chip as seen over its wires. */
export interface ChipBus {
  /** the bus's own functions, bound once */
  sc_send: SpiBus["send"];
  sc_write: SpiBus["write"];
  sc_cs: IoPin;
  sc_select: () => void;
  sc_deselect: () => void;
}

export interface ChipSoftc extends Watchdog, ChipBus {
  sc_rst: IoPin | undefined;
  /** the interrupt line's level, null when it is not connected or not right; the line as it was wired, and in what it has
   * been right since it was not (bits) */
  sc_int: (() => boolean) | null;
  sc_line: (() => boolean) | null;
  sc_trust: number;
  sc_pin: IoPin | undefined;
  sc_watch: unknown;
  /** the driver's: looks for frames; looks for the end of one that is being sent */
  sc_intr: (sc: ChipSoftc) => void;
  sc_txpoll: (sc: ChipSoftc) => void;
  /** a frame has been started whose end has not been seen */
  sc_txbusy: boolean;
  /** call `sc_intr` and `sc_txpoll` */
  sc_rxc: Callout;
  sc_txc: Callout;
}

/** A softc with its bus and pins; the driver fills in the rest, then attaches it. */
export function chip_new<T extends ChipSoftc>(name: string, enaddr: Uint8Array, options: ChipOptions): T {
  const sc = arpcom_new(name, enaddr) as T;
  const spi = options.spi;
  const cs = options.cs;
  const pin = options.int;
  sc.sc_cs = cs;
  sc.sc_send = spi.send.bind(spi) as SpiBus["send"];
  sc.sc_write = spi.write.bind(spi);
  sc.sc_select = cs.reset.bind(cs);
  sc.sc_deselect = cs.set.bind(cs);
  sc.sc_rst = options.rst;
  sc.sc_pin = pin;
  sc.sc_line = pin ? pin.read.bind(pin) : null;
  sc.sc_watch = null;
  sc.sc_rxc = callout_new();
  sc.sc_txc = callout_new();
  return sc;
}

/** Makes it an interface, and listens to its line. */
export function chip_attach<T extends ChipSoftc>(sc: T, intr: (sc: T) => void, txpoll: (sc: T) => void): void {
  sc.sc_intr = intr as ChipSoftc["sc_intr"];
  sc.sc_txpoll = txpoll as ChipSoftc["sc_txpoll"];
  ether_ifattach(sc);
  chip_resync(sc);
}

/** Takes the interface away, when the driver has stopped the chip. */
export function chip_detach(sc: ChipSoftc): void {
  wd_stop(sc);
  sc.sc_pin = undefined;
  chip_resync(sc);
  if_detach(sc);
}

/**
 * The bus is at rest, and the interrupt line is watched. A turn that is broken off may leave either otherwise: it ends in the
 * middle of a transfer, and the interpreter forgets the handler.
 */
export function chip_resync(sc: ChipSoftc): void {
  sc.sc_deselect();
  if (sc.sc_watch !== null) unwatch(sc.sc_watch);
  sc.sc_watch = sc.sc_pin
    ? watch_falling(sc.sc_pin, () => {
        turn_begin();
        sc.sc_intr(sc);
        turn_end();
      })
    : null;
}

/** Looks for frames in `ms` milliseconds; 0: when the line tells of one. */
export function chip_again(sc: ChipSoftc, ms: number): void {
  if (ms || !sc.sc_int) callout_reset(sc.sc_rxc, ms || POLL, sc.sc_intr, sc);
}

/** The line is not to be believed: the chip is asked, until the two agree again. */
export function chip_distrust(sc: ChipSoftc): void {
  sc.sc_int = null;
  sc.sc_trust = 0;
  chip_again(sc, 0);
}

/** The line was `high`, and `n` frames or bytes waited: it is believed when it has been right with some and with none. */
export function chip_trust(sc: ChipSoftc, high: boolean, n: number): void {
  sc.sc_trust = high === !n ? sc.sc_trust | (n ? 1 : 2) : 0;
  if (sc.sc_trust === 3) sc.sc_int = sc.sc_line;
}

/** The line is low and nobody comes: a frame has come just now, or its edge was lost. */
export function chip_edgewait(sc: ChipSoftc): void {
  callout_reset(sc.sc_rxc, EDGE_WAIT, chip_edge, sc);
}

/** The line was low a while ago. */
function chip_edge(sc: ChipSoftc): void {
  if (sc.sc_int && !sc.sc_int()) wd_fault(sc, WD_EDGE, sc.if_ipackets);
}

/** The chip takes no other frame before the one that it has: its end is looked for by timer. */
export function chip_txwait(sc: ChipSoftc): void {
  sc.if_flags |= IFF_OACTIVE;
  callout_reset(sc.sc_txc, 1, sc.sc_txpoll, sc);
}

/** A chip that is not there, or not right, is tried again. */
export function chip_dead<T extends ChipSoftc>(sc: T, fault: string, reset: (sc: T) => void): void {
  if_qflush(sc.if_snd);
  if_link(sc, false);
  wd_dead(sc, fault, reset);
}

/** `s` and `n` zeros behind it: what SPI sends while it reads. Pieced together, so that substr is cheap. */
export function chip_zeros(s: string, n: number): string {
  let zeros = s;
  for (let i = n; i; i--) zeros += "\0";
  return zeros;
}

/**
 * The rest of a long frame, `rest` bytes of which `len` are wanted, behind its head in `m`: the array that SPI returns is the
 * cluster. False when there is no memory for it.
 */
export function chip_rxcluster(sc: ChipSoftc, m: Mbuf, rest: number, len: number): boolean {
  const n = m_clspare(M_DONTWAIT) ? m_get(M_DONTWAIT, MT_DATA) : null;
  if (!n) return false;
  m_clget(n, sc.sc_send(view(arena, 0, rest)), len); // what is sent does not matter
  m.m_next = n;
  return true;
}

/** A frame in many pieces, put together, and zeros behind it up to `len`. */
export function chip_flat(m: Mbuf, len: number): Uint8Array {
  const frame = new Uint8Array(len);
  m_copydata(m, 0, m.m_pktlen, frame, 0);
  return frame;
}
