/**
 * The pool put in order after a turn that was broken off (turn.ts): what somebody holds is marked, all other mbufs and
 * clusters are free, whatever was being done with them. Called by net_mend, between whose m_mendbegin and m_mendend all who hold
 * packets say so with m_keep.
 */
import { NMBUFS } from "../../config";
import { type Cluster, M_EXT, type Mbuf, MSIZE, MT_FREE, mbpool_mend } from "./mbuf";

/** of each mbuf, by its place in the arena: has it a holder? And the clusters that have. */
let kept: Uint8Array;
let keptext: Cluster[];

export function m_mendbegin(): void {
  kept = new Uint8Array(NMBUFS);
  keptext = [];
}

/**
 * The packets of a queue (m_nextpkt, m_next) are kept. False when they cannot be what they were, since a mbuf is free, has
 * another holder or comes twice: then none is.
 */
export function m_keep(head: Mbuf | null): boolean {
  let n = 0;
  for (let p = head; p; p = p.m_nextpkt)
    for (let m: Mbuf | null = p; m; m = m.m_next)
      if (m.m_type === MT_FREE || kept[m.m_dat / MSIZE] || ++n > NMBUFS || (m.m_flags & M_EXT && !m.m_ext))
        return false;
  for (let packet = head; packet; packet = packet.m_nextpkt) m_keep1(packet);
  return true;
}

/** The packet is kept, and its clusters, whose holders are counted anew. */
function m_keep1(packet: Mbuf): void {
  for (let m: Mbuf | null = packet; m; m = m.m_next) {
    const ext = m.m_flags & M_EXT ? m.m_ext : null;
    kept[m.m_dat / MSIZE] = 1;
    if (!ext) continue;
    if (keptext.indexOf(ext) < 0) {
      keptext.push(ext);
      ext.ext_refs = 0;
    }
    ext.ext_refs++;
  }
}

/** Nobody holds anything else. */
export function m_mendend(): void {
  mbpool_mend(kept, keptext.length);
  keptext = [];
}
