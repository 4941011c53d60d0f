/**
 * What the files of the ENC28J60 driver share: the buffer's layout, and the interface with its chip.
 */
import type { ChipSoftc } from "../chip";
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

/** Longest frame, checksum and a tag of 802.1Q included. */
export const ETHER_MAX_LEN = 1522;

export interface EncSoftc extends ChipSoftc, EncBus {
  /** where the next received frame begins; bytes of the ring read but not given back; what reads a frame's first 64 bytes */
  en_next: number;
  en_held: number;
  en_rbm: string;
  /** the high bytes of EWRPT and ETXND; end of the frame that is being sent */
  en_wrh: number;
  en_ndh: number;
  en_txend: number;
  /** times that its end was looked for, and that it was sent again after a late collision */
  en_txpolls: number;
  en_txtries: number;
  en_fulldpx: boolean;
  /** registers that stay as they are, with their values: pairs of chars; and which are looked at next */
  en_kept: string;
  en_patrol: number;
}
