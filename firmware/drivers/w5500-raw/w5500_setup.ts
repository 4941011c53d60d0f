/**
 * What the W5500 is set to: datasheet 4.1 and 4.2, and what every MACRAW driver agrees on. Socket 0 has all of the memory; the
 * chip's own TCP/IP has no address and answers nothing.
 */
import { bytes_string } from "../../machdep";
import { IFF_PROMISC } from "../../net/if/ifnet";
import {
  COMMON_WRITE,
  IR_RECV,
  MACRAW,
  MFEN,
  MR,
  MR_PB,
  S0_WRITE,
  SIMR,
  SN_IMR,
  SN_MR,
  SN_RXBUF_SIZE,
  SN_STEP,
} from "./regs";
import { wz_set } from "./spi";
import { BUF_KB, type WzSoftc } from "./w5500_var";

/** The first 21 common registers as they are kept: MR, no addresses but the hardware's, INTLEVEL. */
export function wz_common(sc: WzSoftc): string {
  return String.fromCharCode(MR_PB) + "\0\0\0\0\0\0\0\0" + bytes_string(sc.ac_enaddr, 0, 6) + "\0\0\0\0\0\0";
}

/** Sn_MR of socket 0: frames for us, for all and, as far as the chip lets them, for groups; or all there are. */
export function wz_mode(sc: WzSoftc): number {
  return sc.if_flags & IFF_PROMISC ? MACRAW : MACRAW | MFEN;
}

/** Memory: all of it to socket 0; to be done while all are closed. The receive buffer's size is in the register before the other's. */
export function wz_setmemory(sc: WzSoftc): void {
  for (let n = 7; n; n--) wz_set(sc, S0_WRITE + n * SN_STEP, SN_RXBUF_SIZE, "\0\0");
  wz_set(sc, S0_WRITE, SN_RXBUF_SIZE, String.fromCharCode(BUF_KB, BUF_KB));
}

/** Addresses, filter and interrupts: the line tells of received frames alone. May be done at any time. */
export function wz_setup(sc: WzSoftc): void {
  wz_set(sc, COMMON_WRITE, MR, wz_common(sc));
  wz_set(sc, COMMON_WRITE, SIMR, 1);
  wz_set(sc, S0_WRITE, SN_IMR, IR_RECV);
  wz_set(sc, S0_WRITE, SN_MR, wz_mode(sc));
}
