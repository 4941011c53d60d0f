/**
 * What the files of the ENC28J60 driver share: the buffer's layout, and the interface with its chip.
 */
import type { IoPin } from "../../machdep";
import type { Arpcom } from "../../net/if/ether";
import type { Callout } from "../../net/kern/callout";
import type { EncBus } from "./spi";

/*
 * The 8 KB of buffer: a receive ring as large as can be, since an interpreter is slow to fetch, and one frame to send.
 * A second one would cost a quarter of the ring and save nothing: between setting TXRTS and filling the buffer again the
 * interpreter spends longer than the 1.2 ms that the longest frame is on the wire.
 */
/** erratum 5: the ring begins at 0 */
export const RXSTART = 0x0000;
/** erratum 14: the ring's last byte has an odd address */
export const RXEND = 0x19ff;
/** one control byte, 1514 of frame, 7 of status: up to 0x1ff2 */
export const TXSTART = 0x1a00;

/** Longest frame, checksum included. */
export const ETHER_MAX_LEN = 1518;

export interface EncSoftc extends Arpcom, EncBus {
  /** where the next received frame begins; and the interrupt line's level, null when it is not connected */
  en_next: number;
  en_int: (() => boolean) | null;
  /** bytes of the ring read but not given back; and what reads a frame's first 64 bytes */
  en_held: number;
  en_rbm: string;
  /** a frame has been started whose end has not been seen; the high bytes of EWRPT and ETXND; end of the frame */
  en_txbusy: boolean;
  en_wrh: number;
  en_ndh: number;
  en_txend: number;
  /** times that its end was looked for, and that it was sent again after a late collision */
  en_txpolls: number;
  en_txtries: number;
  en_fulldpx: boolean;
  en_revid: number;
  en_rst: IoPin | null;
  en_watch: unknown;
  /** looks for the end of a frame; reads again when memory was short; and once a second */
  en_txc: Callout;
  en_rxc: Callout;
  en_tick: Callout;
  /** told of a chip that does not answer, or not as it should */
  en_onerror: ((message: string) => void) | null;
  /** bad headers, overflows, receiver resets; collisions retried, transmitter resets; whole resets */
  en_badhdr: number;
  en_overflow: number;
  en_rxresets: number;
  en_latecol: number;
  en_txresets: number;
  en_resets: number;
  /** bad headers in a row */
  en_badrow: number;
}
