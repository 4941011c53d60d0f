/**
 * What the files of the W5500 driver share: the interface with its chip.
 */
import type { IoPin } from "../../machdep";
import type { Callout } from "../../net/kern/callout";
import type { Watchdog } from "../watchdog";
import type { WzBus } from "./spi";

/** The two buffers of socket 0: all there is. */
export const BUF_KB = 16;
export const RXBUF = 16384;

/* wz_state */
export const WZS_CLOSED = 0; // no frame comes or goes
export const WZS_OPENING = 1; // a command has been given whose end is awaited
export const WZS_OPEN = 2;

export interface WzSoftc extends Watchdog, WzBus {
  /** how socket 0 is */
  wz_state: number;
  /** the chip's pointers: where the next received frame begins, and where the next frame to send goes */
  wz_rxrd: number;
  wz_txwr: number;
  /** bytes that wait in the chip, as far as is known */
  wz_left: number;
  /** the interrupt line's level, null when it is not connected or not right; the line as it was wired, and in what it has
   * been right since it was not (bits) */
  wz_int: (() => boolean) | null;
  wz_line: (() => boolean) | null;
  wz_trust: number;
  /** zeros: what reads a frame's first bytes, and pads a short one */
  wz_zeros: string;
  /** a frame has been started whose end has not been seen; bytes of one that waits in the chip for that */
  wz_txbusy: boolean;
  wz_loaded: number;
  /** times that something was waited for: the end of a frame, the chip to come up */
  wz_polls: number;
  wz_rst: IoPin | null;
  wz_pin: IoPin | null;
  wz_watch: unknown;
  /** looks for the end of a frame, or of a command; and reads again when memory was short */
  wz_txc: Callout;
  wz_rxc: Callout;
}
