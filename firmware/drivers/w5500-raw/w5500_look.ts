/**
 * What may be wrong with a W5500, and how it is seen: the watchdog's look (../watchdog.ts), once a second on a quiet cable.
 */
import { callout_pending } from "../../net/kern/callout";
import { chip_edgewait, chip_txwait } from "../chip";
import { spi_level } from "../spi_bus";
import { WD_FILTER, WD_LINE, WD_OK, WD_REGS, WD_RXPTR } from "../watchdog";
import { COMMON_READ, IR_RECV, MR, S0_READ, SIMR, SN_RXBUF_SIZE } from "./regs";
import { wz_read, wz_word } from "./spi";
import { wz_alive, wz_link } from "./w5500_alive";
import { COMMON_LEN, wz_common } from "./w5500_setup";
import { wz_txdone } from "./w5500_tx";
import { BUF_KB, REGS_LEN, WZS_OPEN, WZS_OPENING, type WzSoftc } from "./w5500_var";

/** What is wrong, or WD_OK. */
export function wz_look(sc: WzSoftc): number {
  if (sc.wz_state === WZS_OPENING) return WD_OK;
  const cause = wz_alive(sc);
  if (cause) return cause;
  if (wz_lookcommon(sc) && wz_lookcommon(sc)) return WD_FILTER;
  const link = wz_link(sc);
  if (sc.wz_state !== WZS_OPEN) return WD_OK;
  if (link && sc.sc_txbusy && !callout_pending(sc.sc_txc) && !wz_txdone(sc)) chip_txwait(sc);
  return wz_looksocket(sc) && wz_looksocket(sc);
}

/** Are the common registers not as they were left? */
function wz_lookcommon(sc: WzSoftc): boolean {
  const regs = wz_read(sc, COMMON_READ, MR, REGS_LEN);
  let i = 0;
  while (i < COMMON_LEN && regs[i] === wz_common(sc, i)) i++;
  return i < COMMON_LEN || regs[SIMR] !== 1;
}

/** Sizes, pointers and mask of socket 0; and do frames wait that nobody has come for? */
function wz_looksocket(sc: WzSoftc): number {
  const regs = wz_read(sc, S0_READ, SN_RXBUF_SIZE, 15);
  const waiting = wz_word(regs, 8);
  if (regs[0] !== BUF_KB || regs[1] !== BUF_KB || regs[14] !== IR_RECV) return WD_REGS;
  if (wz_word(regs, 10) !== sc.wz_rxrd || waiting !== ((wz_word(regs, 12) - sc.wz_rxrd) & 65535)) return WD_RXPTR;
  return waiting && !callout_pending(sc.sc_rxc) ? wz_lookline(sc) : WD_OK;
}

/** A frame waits and nobody comes: was it an edge that nobody was told of, or none? */
function wz_lookline(sc: WzSoftc): number {
  if (spi_level(sc.sc_spi)) return WD_LINE;
  chip_edgewait(sc);
  return WD_OK;
}
