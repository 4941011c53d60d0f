/**
 * The mbuf pool as Stevens draws it (chapter 2): who holds which chains, and what is in them.
 */
import { hex } from "../decode/reader";
import type { ChainView, MbufView, MemoryView } from "./records";
import { endpoints } from "./socket_view";
import { dotted, listed, type Mbuf, type Stack, type Tcpcb } from "./structures";

const M_EXT = 1;
const M_PKTHDR = 2;
/** Bytes of data that are shown. */
const HEAD = 32;
/** Mbufs of a chain that are shown. */
const LONGEST = 64;

/** Clusters have no numbers: each gets one while anybody sees it. */
export class Clusters {
  private readonly numbers = new WeakMap<object, number>();
  private last = 0;

  number(ext: object): number {
    let no = this.numbers.get(ext);
    if (no === undefined) {
      no = this.last++;
      this.numbers.set(ext, no);
    }
    return no;
  }
}

/** A packet, or the records of a queue, from `m` on. */
export function chainView(stack: Stack, clusters: Clusters, m: Mbuf | null): MbufView[] {
  return records(m)
    .flatMap((record) => listed(record, (one) => one.m_next).map((one) => mbufView(stack, clusters, one)))
    .slice(0, LONGEST);
}

function records(m: Mbuf | null): Mbuf[] {
  return listed(m, (record) => record.m_nextpkt);
}

function mbufView(stack: Stack, clusters: Clusters, m: Mbuf): MbufView {
  const ext = m.m_flags & M_EXT ? m.m_ext : null;
  const bytes = ext?.ext_buf ?? stack.arena;
  const data = bytes.subarray(m.m_data, m.m_data + Math.min(m.m_len, HEAD));
  return {
    no: Math.floor(m.m_dat / stack.MSIZE),
    type: m.m_type,
    flags: m.m_flags,
    len: m.m_len,
    off: ext ? m.m_data : m.m_data - m.m_dat,
    pktlen: m.m_flags & M_PKTHDR ? m.m_pktlen : 0,
    ext: ext ? clusters.number(ext) : -1,
    refs: ext?.ext_refs ?? 0,
    size: ext?.ext_buf?.length ?? stack.MSIZE,
    head: Array.from(data, hex).join(""),
    last: !m.m_next,
  };
}

export function memoryView(stack: Stack, clusters: Clusters): MemoryView {
  const { m_mbufs, m_mfree, m_clusters, m_clfree, m_drops } = stack.mbstat();
  const chains = held(stack, clusters).filter(({ mbufs }) => mbufs.length);
  const seen = new Set(chains.flatMap(({ mbufs }) => mbufs.map(({ no }) => no)));
  return {
    mbufs: m_mbufs,
    mfree: m_mfree,
    clusters: m_clusters,
    clfree: m_clfree,
    drops: m_drops,
    msize: stack.MSIZE,
    chains,
    elsewhere: Math.max(0, m_mbufs - m_mfree - seen.size),
  };
}

/** All that keeps packets for longer than a call lasts. */
function held(stack: Stack, clusters: Clusters): ChainView[] {
  const chain = (owner: string, m: Mbuf | null): ChainView => ({ owner, mbufs: chainView(stack, clusters, m) });
  const pcbs = (["tcp", "udp", "raw"] as const).flatMap((proto) => {
    const head = { tcp: stack.tcb, udp: stack.udb, raw: stack.ripcb }[proto];
    return listed(head?.inp_first ?? null, (inp) => inp.inp_next).flatMap((inp) => {
      const { local, foreign } = endpoints(inp);
      const name = `${proto} ${local} ${foreign === "*:*" ? "" : `↔ ${foreign} `}`;
      const so = inp.inp_socket;
      const buffers = so ? [chain(`${name}so_rcv`, so.so_rcv.sb_mb), chain(`${name}so_snd`, so.so_snd.sb_mb)] : [];
      return proto === "tcp" ? [...buffers, chain(`${name}t_segq`, (inp.inp_ppcb as Tcpcb).t_segq)] : buffers;
    });
  });
  const interfaces = listed(stack.ifnet, (ifp) => ifp.if_next).map((ifp) =>
    chain(`${ifp.if_name} if_snd`, ifp.if_snd.ifq_head),
  );
  const arp = listed(stack.arptab, (at) => at.at_next).map((at) =>
    chain(`arp ${dotted(at.at_iaddr)} at_hold`, at.at_hold),
  );
  const fragments = listed(stack.ipq ?? null, (fp) => fp.ipq_next).map((fp) =>
    chain(`ip from ${dotted(fp.ipq_src)} ipq_frags`, fp.ipq_frags),
  );
  const netisr = Array.from(stack.netisr_queues ?? [], (queue, i) => chain(i ? "arpintrq" : "ipintrq", queue.ifq_head));
  return [...pcbs, ...interfaces, ...arp, ...fragments, ...netisr];
}
