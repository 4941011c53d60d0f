/**
 * Datagrams in pieces (RFC 791 3.2), cut and put together a second time, by plain copying.
 */
import type { Bytes } from "./bytes";
import type { Ipv4 } from "./ipv4";

/** Of an IP packet: what is different in a fragment, for `ipv4`. */
export interface Fragment {
  offset: number;
  moreFragments: boolean;
  payload: number[];
}

/** The payload of a datagram in fragments of `size` bytes, a multiple of 8. */
export function fragmentsOf(payload: Bytes, size: number): Fragment[] {
  const fragments: Fragment[] = [];
  for (let off = 0; off < payload.length; off += size) {
    const piece = Array.from(payload).slice(off, off + size);
    fragments.push({ offset: off / 8, moreFragments: off + size < payload.length, payload: piece });
  }
  return fragments;
}

/** The payload of fragments in any order; throws when they are not all of one datagram, without gaps and overlaps. */
export function joined(fragments: Ipv4[]): number[] {
  const sorted = [...fragments].sort((a, b) => a.offset - b.offset);
  const bytes: number[] = [];
  sorted.forEach(({ id, offset, moreFragments, payload }, i) => {
    if (id !== sorted[0].id) throw new Error(`identification ${id} among ${sorted[0].id}`);
    if (offset * 8 !== bytes.length) throw new Error(`a fragment at ${offset * 8} behind ${bytes.length} bytes`);
    if (moreFragments !== i < sorted.length - 1) throw new Error(`fragment ${i} of ${sorted.length}: wrong MF`);
    bytes.push(...payload);
  });
  return bytes;
}
