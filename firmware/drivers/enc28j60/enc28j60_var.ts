/**
 * What the files of the ENC28J60 driver share: the buffer's layout, and the interface with its chip.
 */
import type { Bytes } from "../../types";
import type { ChipSoftc } from "../chip";

/*
 * The 8 KB of buffer: a receive ring as large as can be, since an interpreter is slow to fetch, and one frame to send.
 * A second one would cost a quarter of the ring and save nothing: between setting TXRTS and filling the buffer again the
 * interpreter spends longer than the 1.2 ms that the longest frame is on the wire.
 */
/** erratum 5: the ring begins at 0 */
export const RXSTART = 0x0000;
/**
 * Erratum 14: the ring's last byte has an odd address. Of 6,646 bytes, twice a prime, no frames of one length fill a lap: else their
 * old headers would lie where the next one is looked for, and a line that is stuck low would bring them up again.
 */
export const RXEND = 0x19f5;
/** one control byte, 1514 of frame, 7 of status: up to 0x1ff2 */
export const TXSTART = 0x1a00;

/** Longest frame, checksum and a tag of 802.1Q included. */
export const ETHER_MAX_LEN = 1522;

/* Why the chip cannot be brought up; what a register reads stands above the low byte (words: enc28j60_shell.ts) */
export const ENF_SILENT = 1; // it does not answer: EREVID
export const ENF_UNKNOWN = 2; // it is of no revision that we know: EREVID
export const ENF_NOCLOCK = 3; // its clock does not run: ESTAT
export const ENF_PHYBUSY = 4; // its PHY does not answer

/** Registers whose values are kept: those that are not about filters, and all. */
export const NKEPT_MAC = 23;
export const NKEPT = 32;

export interface EncSoftc extends ChipSoftc {
  /** bank that is selected, 0 to 3 */
  en_bank: number;
  /** what is sent to read a register, of the ETH and of the MAC; only the first byte is ever written */
  en_cmd2: Bytes<2>;
  en_cmd3: Bytes<3>;
  /** where the next received frame begins; bytes of the ring read but not given back */
  en_next: number;
  en_held: number;
  /** the high bytes of EWRPT and ETXND; end of the frame that is being sent */
  en_wrh: number;
  en_ndh: number;
  en_txend: number;
  /** times that its end was looked for, and that it was sent again after a late collision */
  en_txpolls: number;
  en_txtries: number;
  en_fulldpx: boolean;
  /** registers that stay as they are, and their values; how many; and which is looked at next */
  en_kept: Bytes<typeof NKEPT>;
  en_values: Bytes<typeof NKEPT>;
  en_nkept: number;
  en_patrol: number;
}
