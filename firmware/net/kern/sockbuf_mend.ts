/**
 * Socket buffers put in order after a turn that was broken off (turn.ts). Called by net_mend.
 */
import type { Mbuf } from "./mbuf";
import { m_keep } from "./mbuf_mend";
import { sballoc } from "./sockbuf";
import { SB_LOCK, type Sockbuf } from "./socketvar";

/**
 * A turn has broken off (turn.ts): counts anew what the buffer holds. One that was being changed, or holds what it cannot, is
 * emptied and stays locked.
 */
export function sb_mend(sb: Sockbuf): void {
  if (sb.sb_flags & SB_LOCK || !m_keep(sb.sb_mb)) {
    sb.sb_flags |= SB_LOCK;
    sb.sb_mb = null;
  }
  sb.sb_cc = sb.sb_mbcnt = 0;
  sb.sb_lastrecord = sb.sb_mbtail = null;
  for (let p = sb.sb_mb; p; p = p.m_nextpkt) {
    sb.sb_lastrecord = p;
    for (let m: Mbuf | null = p; m; m = m.m_next) {
      sballoc(sb, m);
      sb.sb_mbtail = m;
    }
  }
}
