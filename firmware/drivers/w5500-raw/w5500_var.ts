/**
 * What the files of the W5500 driver share: the interface with its chip.
 */
import type { Bytes } from "../../types";
import type { ChipSoftc } from "../chip";

/** The two buffers of socket 0: all there is. */
export const BUF_KB = 16;
export const RXBUF = 16384;

/* wz_state */
export const WZS_CLOSED = 0; // no frame comes or goes
export const WZS_OPENING = 1; // a command has been given whose end is awaited
export const WZS_OPEN = 2;

/* Why the chip cannot be brought up; VERSIONR stands above the low byte (words: w5500_shell.ts) */
export const WZF_SILENT = 1; // it does not answer
export const WZF_UNKNOWN = 2; // it is none
export const WZF_SOCKET = 3; // socket 0 does not open

/** Registers that are read at once, at most. */
export const REGS_LEN = 25;

export interface WzSoftc extends ChipSoftc {
  /** what reads the received size, and the transmitter's pointer; what writes a frame */
  wz_rsrcmd: Bytes<5>;
  wz_txrdcmd: Bytes<5>;
  wz_txcmd: Bytes<3>;
  /** what was read last */
  wz_regs: Bytes<typeof REGS_LEN>;
  /** how socket 0 is */
  wz_state: number;
  /** the chip's pointers: where the next received frame begins, and where the next frame to send goes */
  wz_rxrd: number;
  wz_txwr: number;
  /** bytes that wait in the chip, as far as is known */
  wz_left: number;
  /** bytes of a frame that waits in the chip for the one before it to end */
  wz_loaded: number;
  /** times that something was waited for: the end of a frame, the chip to come up */
  wz_polls: number;
}
