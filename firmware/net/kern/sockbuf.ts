/**
 * Socket buffers. BSD: the second half of kern/uipc_socket2.c; Stevens sections 16.2, 16.3. Called by protocols, which
 * put in what came and take out what was acknowledged, and by sosend and soreceive.
 *
 * A buffer is a queue of records (m_nextpkt of each first mbuf), a record a chain of mbufs (m_next). A stream is one
 * record that grows. What stands in a record, in this order:
 *
 *   1. control, if any: an mbuf of another m_type than MT_DATA (MT_RIGHTS);
 *   2. of a PR_ADDR protocol, the sender's address, in one mbuf of the arena; its first byte is its length;
 *   3. data, perhaps none.
 *
 * Differs: the address has no mbuf of its own (MT_SONAME); the protocol writes it over its header, in front of the
 * data: an mbuf a datagram is saved. The last record and the last mbuf are kept at hand in place of being searched.
 */
import { SB_MAX } from "../../config";
import { arena, bcopy } from "../../machdep";
import { ENOBUFS } from "./errno";
import { M_EOR, M_EXT, type Mbuf, MCLBYTES, MPLENTY, MSIZE, m_buf, m_free, m_spare, m_sparein } from "./mbuf";
import { m_fair, m_last, m_length } from "./mbuf_chain";
import { SB_PRIV, type Sockbuf, type Socket } from "./socketvar";

/** More bytes than this are not copied upwards in the arena to save an mbuf. */
const SB_COPYUP = 32;

/** What is charged for an mbuf with a cluster. */
export const SB_CLCOST = MSIZE + MCLBYTES;

/** An empty buffer for which nothing is reserved. */
export function sb_new(): Sockbuf {
  return {
    sb_cc: 0,
    sb_mb: null,
    sb_hiwat: 0,
    sb_lowat: 0,
    sb_mbcnt: 0,
    sb_mbmax: 0,
    sb_flags: 0,
    sb_mbtail: null,
    sb_lastrecord: null,
  };
}

/** Sizes of both buffers, and their usual low water marks: for PRU_ATTACH. Answers errno. */
export function soreserve(so: Socket, sndcc: number, rcvcc: number): number {
  const snd = so.so_snd;
  if (!sbreserve(snd, sndcc) || !sbreserve(so.so_rcv, rcvcc)) return ENOBUFS;
  if (!so.so_rcv.sb_lowat) so.so_rcv.sb_lowat = 1;
  if (!snd.sb_lowat) snd.sb_lowat = sndcc < MCLBYTES ? sndcc : MCLBYTES;
  return 0;
}

/** Lets the buffer hold `cc` bytes, in twice as much storage; false when that is too much to ask. */
export function sbreserve(sb: Sockbuf, cc: number): boolean {
  if (!(cc >= 0 && cc <= SB_MAX)) return false;
  sb.sb_hiwat = cc;
  sb.sb_mbmax = 2 * cc;
  if (sb.sb_lowat > cc) sb.sb_lowat = cc;
  return true;
}

/** Frees what the buffer holds, and lets it hold nothing more. */
export function sbrelease(sb: Sockbuf): void {
  sbflush(sb);
  sb.sb_hiwat = 0;
  sb.sb_mbmax = 0;
}

/** How many bytes there is room for; negative when more came in than fits. */
export function sbspace(sb: Sockbuf): number {
  const space = sb.sb_hiwat - sb.sb_cc;
  const mbspace = sb.sb_mbmax - sb.sb_mbcnt;
  return space < mbspace ? space : mbspace;
}

/** Charges `m` to the buffer. */
export function sballoc(sb: Sockbuf, m: Mbuf): void {
  sb.sb_cc += m.m_len;
  sb.sb_mbcnt += m.m_flags & M_EXT ? SB_CLCOST : MSIZE;
}

/** Takes `m`, the first mbuf of the buffer, off the bill and frees it. Answers its successor in the record. */
function sbfree(sb: Sockbuf, m: Mbuf): Mbuf | null {
  sb.sb_cc -= m.m_len;
  sb.sb_mbcnt -= m.m_flags & M_EXT ? SB_CLCOST : MSIZE;
  return m_free(m);
}

/** Appends `m` to the last record: a stream grows. Nobody checks that there is room. Consumes m. */
export function sbappend(sb: Sockbuf, m: Mbuf | null): void {
  const tail = sb.sb_mbtail;
  if (tail && tail.m_flags & M_EOR) sbappendrecord(sb, m);
  else sbcompress(sb, m, tail);
}

/** Appends `m` as a record of its own. Nobody checks that there is room. Consumes m. */
export function sbappendrecord(sb: Sockbuf, m: Mbuf | null): void {
  if (!m) return;
  const rest = m.m_next;
  m.m_next = null;
  if (rest && m.m_flags & M_EOR) {
    m.m_flags &= ~M_EOR;
    rest.m_flags |= M_EOR;
  }
  sblink(sb, m);
  sbcompress(sb, rest, m);
}

/** Links a record, which so far is the mbufs of chain `m`, behind the last one. */
function sblink(sb: Sockbuf, m: Mbuf): void {
  if (sb.sb_lastrecord) sb.sb_lastrecord.m_nextpkt = m;
  else sb.sb_mb = m;
  sb.sb_lastrecord = m;
  let n: Mbuf = m;
  sballoc(sb, n);
  while (n.m_next) {
    n = n.m_next;
    sballoc(sb, n);
  }
  sb.sb_mbtail = n;
}

/**
 * Appends packet `m`, which begins with its sender's address, as a record, with `control` in front of it. False when
 * there is no room for it: the caller still has both.
 *
 * Differs: there is also no room when the buffer holds more of the pool than is left for others (m_fair): BSD bounds the
 * storage (sb_mbmax), which many short datagrams use up long before.
 */
export function sbappendaddr(sb: Sockbuf, m: Mbuf, control: Mbuf | null): boolean {
  const n = m.m_next;
  if (m.m_pktlen + m_length(control) > sbspace(sb) || !(m_spare(MPLENTY) || sbfair(sb))) return false;
  if (n && n.m_flags & M_EXT && !m_sparein(true) && !(sb.sb_flags & SB_PRIV)) return false;
  if (control) m_last(control).m_next = m;
  sblink(sb, control || m);
  return true;
}

/** May it hold more, though there is not plenty? */
function sbfair(sb: Sockbuf): boolean {
  return sb.sb_flags & SB_PRIV ? !sb.sb_cc : m_fair(sb.sb_mb, null);
}

/** Appends `m` as a record that begins with `control`. False when there is no room: the caller still has both. */
export function sbappendcontrol(sb: Sockbuf, m: Mbuf, control: Mbuf): boolean {
  if (m_length(m) + m_length(control) > sbspace(sb) || !m_spare(0)) return false;
  m_last(control).m_next = m;
  sblink(sb, control);
  return true;
}

/** Appends chain `m` behind `n`, the last mbuf of the last record (null: the buffer is empty), in as few mbufs as may be. */
function sbcompress(sb: Sockbuf, m0: Mbuf | null, n0: Mbuf | null): void {
  let m = m0;
  let n = n0;
  let eor = 0;
  while (m) {
    if (m.m_flags & M_EOR) eor = sbeor(m);
    if (!m.m_len && !(eor && sbcarrieseor(m, n))) m = m_free(m);
    else if (n && !(n.m_flags & M_EXT) && sbfits(n, m)) {
      bcopy(m_buf(m), m.m_data, arena, n.m_data + n.m_len, m.m_len);
      n.m_len += m.m_len;
      sb.sb_cc += m.m_len;
      m = m_free(m);
    } else {
      if (n) n.m_next = m;
      else sb.sb_mb = sb.sb_lastrecord = m;
      sballoc(sb, m);
      n = m;
      m = m.m_next;
      n.m_next = null;
    }
  }
  sb.sb_mbtail = n;
  if (eor && n) n.m_flags |= eor;
}

/** The end of a record is where its last byte is, whatever mbuf was marked before. */
function sbeor(m: Mbuf): number {
  m.m_flags &= ~M_EOR;
  return M_EOR;
}

/** Must the empty `m` stay to mark the end of a record, since no neighbour of its type can? */
function sbcarrieseor(m: Mbuf, n: Mbuf | null): boolean {
  const o = m.m_next || n;
  return !(o && o.m_type === m.m_type);
}

/** Shall the bytes of `m` be copied behind those of `n`, in the arena? */
function sbfits(n: Mbuf, m: Mbuf): boolean {
  return (
    m.m_len <= n.m_dat + MSIZE - n.m_data - n.m_len &&
    !(n.m_flags & M_EOR) &&
    n.m_type === m.m_type &&
    (m.m_len <= SB_COPYUP || (m.m_flags & M_EXT) !== 0 || m.m_data > n.m_data)
  );
}

/** Frees everything in the buffer. */
export function sbflush(sb: Sockbuf): void {
  while (sb.sb_mb) sbdroprecord(sb);
}

/** Drops `len` bytes from the front of the buffer, and what is empty behind them. */
export function sbdrop(sb: Sockbuf, len: number): void {
  const m = sb.sb_mb;
  if (m && m.m_len > len) {
    m.m_len -= len;
    m.m_data += len;
    sb.sb_cc -= len;
  } else if (m) sbdrop1(sb, m, len);
}

/** sbdrop of the whole of the first mbuf at least. */
function sbdrop1(sb: Sockbuf, m0: Mbuf, len0: number): void {
  let m: Mbuf | null = m0;
  let next = m0.m_nextpkt;
  let len = len0;
  while (m && m.m_len <= len) {
    len -= m.m_len;
    m = sbfree(sb, m);
    if (!m && len > 0) {
      m = next;
      next = m ? m.m_nextpkt : null;
    }
  }
  sbfront(sb, m, next);
  if (len > 0) sbdrop(sb, len);
}

/** From now on the buffer begins with `m`, what is left of its first record, if anything; then comes the record `next`. */
function sbfront(sb: Sockbuf, m: Mbuf | null, next: Mbuf | null): void {
  if (m) {
    m.m_nextpkt = next;
    sb.sb_mb = m;
    if (!next) sb.sb_lastrecord = m;
  } else {
    sb.sb_mb = next;
    if (!next) sb.sb_lastrecord = sb.sb_mbtail = null;
    else if (!next.m_nextpkt) sb.sb_lastrecord = next;
  }
}

/** Takes the first mbuf out of the buffer, alone. */
export function sbdetach(sb: Sockbuf): Mbuf {
  const m = sb.sb_mb!;
  sb.sb_cc -= m.m_len;
  sb.sb_mbcnt -= m.m_flags & M_EXT ? SB_CLCOST : MSIZE;
  sbfront(sb, m.m_next, m.m_nextpkt);
  m.m_next = null;
  m.m_nextpkt = null;
  return m;
}

/** Drops the first record. */
export function sbdroprecord(sb: Sockbuf): void {
  let m = sb.sb_mb;
  if (!m) return;
  const next = m.m_nextpkt;
  sb.sb_mb = next; // first: the buffer is whole wherever this breaks off (sb_mend)
  if (!next) sb.sb_lastrecord = sb.sb_mbtail = null;
  while (m) m = sbfree(sb, m);
}
