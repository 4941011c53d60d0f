/**
 * What the W5500 is set to: datasheet 4.1 and 4.2, and what every MACRAW driver agrees on. Socket 0 has all of the memory; the
 * chip's own TCP/IP has no address and answers nothing.
 */
import { IFF_PROMISC } from "../../net/if/ifnet";
import { spi_deselect, spi_hold, spi_hold3, spi_select } from "../spi_bus";
import {
  COMMON_WRITE,
  IR_RECV,
  MACRAW,
  MFEN,
  MR,
  MR_PB,
  S0_WRITE,
  SHAR,
  SIMR,
  SN_IMR,
  SN_MR,
  SN_RXBUF_SIZE,
  SN_STEP,
} from "./regs";
import { wz_set, wz_set16 } from "./spi";
import { BUF_KB, type WzSoftc } from "./w5500_var";

/** How many of the common registers are kept as they are, from the first. */
export const COMMON_LEN = 21;

/** What common register `i` is kept at: MR, no addresses but the hardware's, INTLEVEL. */
export function wz_common(sc: WzSoftc, i: number): number {
  if (i === MR) return MR_PB;
  return i >= SHAR && i < SHAR + 6 ? sc.ac_enaddr[i - SHAR] : 0;
}

/** Sn_MR of socket 0: frames for us, for all and, as far as the chip lets them, for groups; or all there are. */
export function wz_mode(sc: WzSoftc): number {
  return sc.if_flags & IFF_PROMISC ? MACRAW : MACRAW | MFEN;
}

/** Memory: all of it to socket 0; to be done while all are closed. The receive buffer's size is in the register before the other's. */
export function wz_setmemory(sc: WzSoftc): void {
  for (let n = 7; n; n--) wz_set16(sc, S0_WRITE + n * SN_STEP, SN_RXBUF_SIZE, 0);
  wz_set16(sc, S0_WRITE, SN_RXBUF_SIZE, (BUF_KB << 8) | BUF_KB);
}

/** Writes the common registers as they were prepared. */
function wz_setcommon(sc: WzSoftc): void {
  const spi = sc.sc_spi;
  spi_select(spi);
  spi_hold3(spi, 0, MR, COMMON_WRITE);
  spi_hold(spi, sc.wz_regs, 0, COMMON_LEN);
  spi_deselect(spi);
}

/** Addresses, filter and interrupts: the line tells of received frames alone. May be done at any time. */
export function wz_setup(sc: WzSoftc): void {
  for (let i = 0; i < COMMON_LEN; i++) sc.wz_regs[i] = wz_common(sc, i);
  wz_setcommon(sc);
  wz_set(sc, COMMON_WRITE, SIMR, 1);
  wz_set(sc, S0_WRITE, SN_IMR, IR_RECV);
  wz_set(sc, S0_WRITE, SN_MR, wz_mode(sc));
}
