/**
 * What the files of the W5500 driver share: the interface with its chip.
 */
import type { ChipSoftc } from "../chip";
import type { WzBus } from "./spi";

/** The two buffers of socket 0: all there is. */
export const BUF_KB = 16;
export const RXBUF = 16384;

/* wz_state */
export const WZS_CLOSED = 0; // no frame comes or goes
export const WZS_OPENING = 1; // a command has been given whose end is awaited
export const WZS_OPEN = 2;

export interface WzSoftc extends ChipSoftc, WzBus {
  /** how socket 0 is */
  wz_state: number;
  /** the chip's pointers: where the next received frame begins, and where the next frame to send goes */
  wz_rxrd: number;
  wz_txwr: number;
  /** bytes that wait in the chip, as far as is known */
  wz_left: number;
  /** zeros: what reads a frame's first bytes, and pads a short one */
  wz_zeros: string;
  /** bytes of a frame that waits in the chip for the one before it to end */
  wz_loaded: number;
  /** times that something was waited for: the end of a frame, the chip to come up */
  wz_polls: number;
}
