/**
 * Is there a W5500 at the other end of the wires, and is it as it was left? Asked when it is brought up, by the watchdog's look,
 * and when the receiver meets what cannot be.
 */
import { IFF_LINK, if_link } from "../../net/if/ifnet";
import { WD_DEAD, WD_OK, WD_REGS, WD_RXOFF } from "../watchdog";
import { COMMON_READ, LNK, PHYCFGR, S0_READ, SN_MR, SOCK_MACRAW, VERSIONR, W5500_VERSION } from "./regs";
import { wz_read, wz_read8 } from "./spi";
import { wz_mode } from "./w5500_setup";
import { WZF_SILENT, WZF_UNKNOWN, WZS_OPEN, type WzSoftc } from "./w5500_var";

/** Is it the chip? What is wrong, or 0. */
export function wz_version(sc: WzSoftc): number {
  const version = wz_read8(sc, COMMON_READ, VERSIONR);
  if (version === W5500_VERSION) return 0;
  return (version === 0 || version === 255 ? WZF_SILENT : WZF_UNKNOWN) | (version << 8);
}

/** Is it there, with its socket as it was left? What reads wrong once is read again: a wire may have had a bad moment. */
export function wz_alive(sc: WzSoftc): number {
  return wz_alive1(sc) && wz_alive1(sc);
}

function wz_alive1(sc: WzSoftc): number {
  const regs = wz_read(sc, S0_READ, SN_MR, 4);
  const right = regs[0] === wz_mode(sc) && !regs[1];
  if (right && regs[3] === (sc.wz_state === WZS_OPEN ? SOCK_MACRAW : 0)) return WD_OK;
  if (wz_version(sc)) return WD_DEAD;
  return right ? WD_RXOFF : WD_REGS;
}

/** Has the cable come or gone? No interrupt tells. Answers whether there is a link. */
export function wz_link(sc: WzSoftc): boolean {
  let link = wz_read8(sc, COMMON_READ, PHYCFGR) & LNK;
  if (!link !== !(sc.if_flags & IFF_LINK)) link = wz_read8(sc, COMMON_READ, PHYCFGR) & LNK;
  if_link(sc, link !== 0);
  return link !== 0;
}
