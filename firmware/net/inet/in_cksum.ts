/**
 * The Internet checksum (RFC 1071) over a chain. BSD: netinet/in_cksum.c; Stevens section 8.7.
 *
 * The sum of each mbuf is the machine's business (`sum16`, native); here they are put together. A piece that begins at
 * an odd place of the packet has its bytes in the other lanes: its sum is swapped (RFC 1071 2.B).
 */
import { get16, sum16 } from "../../machdep";
import { type Mbuf, m_buf } from "../kern/mbuf";

/** Checksum, ready to be stored, of `len` bytes of the chain from `off`; over a sum that is there it is 0 when right. */
export function in_cksum(m: Mbuf, off: number, len: number): number {
  return ~in_sum(m, off, len, 0) & 65535;
}

/** One's-complement sum of `len` bytes of the chain from `off`, added to `sum`: 16 bits. */
export function in_sum(m0: Mbuf, off: number, len: number, sum: number): number {
  let m: Mbuf | null = m0;
  let skip = off;
  let left = len;
  let odd = 0;
  let s = sum;
  while (m && left > 0) {
    let n = m.m_len - skip;
    if (n > 0) {
      if (n > left) n = left;
      const part = sum16(m_buf(m), m.m_data + skip, n);
      s += odd ? ((part & 255) << 8) | (part >> 8) : part;
      odd ^= n & 1;
      left -= n;
      skip = 0;
    } else skip = -n;
    m = m.m_next;
  }
  return in_fold(s);
}

/** Folds the carries of a sum (up to 31 bits, not negative) into 16 bits. */
export function in_fold(sum: number): number {
  const s = (sum & 65535) + (sum >>> 16);
  return (s & 65535) + (s >>> 16);
}

/** Sum of the pseudo header of UDP and TCP (RFC 768, 9293 3.1): the addresses at `src` and `src + 4`, protocol, length. */
export function in_pseudo(src: number, proto: number, len: number): number {
  return get16(src) + get16(src + 2) + get16(src + 4) + get16(src + 6) + proto + len;
}
