/**
 * The packet tap: who listens to what goes by on an interface, both ways. BSD: net/bpf.c; Stevens chapter 31. Frames come from
 * ether.ts and if_loop.ts while somebody listens (bpf_peers); the descriptors by which it is read are bpf_dev.ts's.
 *
 * Each is bound to one interface. Of each packet there its filter says how many bytes it wants (bpf_filter.ts; without a
 * filter all), they are copied into its ring behind a header, and its upcall comes. A packet for which there is no room is counted.
 *
 * Differs: a read of any length gets as many whole packets as fit it, and never waits. A stamp is the uptime in milliseconds
 * (BIOCGUPTIME of bpf_dev.ts), which no setting of the clock moves. What goes out is seen when it is queued for the chip, not when the driver takes it, so no
 * driver knows of taps. A frame is seen as the stack makes or gets it: neither padded nor with its checksum.
 */
import { BPF_MAXINSNS } from "../../config";
import { uptime } from "../../machdep";
import type { Embedded, Words } from "../../types";
import { ENXIO } from "../kern/errno";
import type { Mbuf } from "../kern/mbuf";
import { m_copydata } from "../kern/mbuf_chain";
import { type Selinfo, selwakeup } from "../kern/selinfo";
import { bpf_filter, bpf_filterinit } from "./bpf_filter";
import { type BpfRing, bpf_append, bpf_reset, bpf_room } from "./bpf_ring";
import { IFF_LOOPBACK, IFF_PROMISC, type Ifnet, if_setflags } from "./ifnet";

/*
 * What stands before each captured packet, in network order: the time (ms of uptime), how many bytes were captured, how many there
 * were, and the header's own length, 4, 4, 4 and 2 bytes; then 1 for a packet of ours, 0 for one that came, 2 bytes. Records begin at multiples of 4.
 */
export const BPF_HDRLEN = 16;
export const BPF_CAPLEN = 4;
export const BPF_DATALEN = 8;
export const BPF_OUT = 14;

/* What packets begin with (BIOCGDLT). BSD: net/bpf.h */
export const DLT_EN10MB = 1;
export const DLT_RAW = 12; // an IP header: lo0

/** One that listens. */
export interface BpfD {
  bd_next: BpfD | null;
  /** null: no interface yet, or it is no more */
  bd_ifp: Ifnet | null;
  bd_promisc: boolean;
  /** instructions of the filter, 0: all packets are wanted, whole */
  bd_flen: number;
  bd_snap: number;
  bd_rcount: number;
  bd_dcount: number;
  bd_filter: Words<typeof FILTER_WORDS>;
  bd_ring: Embedded<BpfRing>;
  bd_sel: Embedded<Selinfo>;
}

export const FILTER_WORDS = 2 * BPF_MAXINSNS;
/** No packet is longer. */
export const SNAP_MAX = 65535;

/** Those that are bound to an interface. */
let bpf_iflist: BpfD | null;

/** At boot. */
export function bpf_init(): void {
  bpf_iflist = null;
  bpf_filterinit();
}

/** Does anybody listen? Who has a packet asks first. */
export function bpf_peers(): boolean {
  return bpf_iflist !== null;
}

/** Packet `m`, which remains the caller's, goes by on `ifp`; `out` is 1 for one of ours. */
export function bpf_mtap(ifp: Ifnet, m: Mbuf, out: number): void {
  for (let d = bpf_iflist; d; d = d.bd_next)
    if (d.bd_ifp === ifp) {
      d.bd_rcount++;
      const slen = d.bd_flen ? bpf_filter(d.bd_filter, m) : SNAP_MAX;
      if (slen) catchpacket(d, m, slen, out);
    }
}

/** Copies the first `slen` bytes (as uint32) of `m` at most. */
function catchpacket(d: BpfD, m: Mbuf, slen: number, out: number): void {
  const br = d.bd_ring;
  let caplen = m.m_pktlen;
  if (slen > 0 && slen < caplen) caplen = slen;
  if (caplen > d.bd_snap) caplen = d.bd_snap;
  const len = (BPF_HDRLEN + caplen + 3) & ~3;
  const off = bpf_room(br, len);
  if (off < 0) {
    d.bd_dcount++;
    return;
  }
  bpf_put32(br.br_buf, off, uptime());
  bpf_put32(br.br_buf, off + BPF_CAPLEN, caplen);
  bpf_put32(br.br_buf, off + BPF_DATALEN, m.m_pktlen);
  bpf_put32(br.br_buf, off + BPF_OUT - 2, BPF_HDRLEN * 65536 + out);
  m_copydata(m, 0, caplen, br.br_buf, off + BPF_HDRLEN);
  bpf_append(br, off, len);
  selwakeup(d.bd_sel);
}

function bpf_put32(buf: Uint8Array, off: number, value: number): void {
  buf[off] = value >> 24;
  buf[off + 1] = value >> 16;
  buf[off + 2] = value >> 8;
  buf[off + 3] = value;
}

/** `d` listens to `ifp` from now on, and to nothing else; what was captured is forgotten. */
export function bpf_attachd(d: BpfD, ifp: Ifnet): void {
  bpf_detachd(d);
  bpf_reset(d.bd_ring);
  d.bd_ifp = ifp;
  bpf_insert(d);
}

/** It is among those that listen. */
export function bpf_insert(d: BpfD): void {
  d.bd_next = bpf_iflist;
  bpf_iflist = d;
}

/** It listens no more. */
export function bpf_detachd(d: BpfD): void {
  if (!d.bd_ifp) return;
  bpf_promisc(d, false);
  if (bpf_iflist === d) bpf_iflist = d.bd_next;
  else for (let p = bpf_iflist; p; p = p.bd_next) if (p.bd_next === d) p.bd_next = d.bd_next;
  d.bd_next = null;
  d.bd_ifp = null;
}

/** The interface is no more: who listens to it is told by ENXIO, when what was captured has been read. BSD: bpfdetach. */
export function bpf_ifdetach(ifp: Ifnet): void {
  let d = bpf_iflist;
  while (d) {
    const next: BpfD | null = d.bd_next;
    if (d.bd_ifp === ifp) {
      bpf_detachd(d);
      selwakeup(d.bd_sel);
    }
    d = next;
  }
}

/** Is the chip to receive what is for others? As long as one of those that listen wants it. */
export function bpf_promisc(d: BpfD, on: boolean): number {
  const ifp = d.bd_ifp;
  if (!ifp) return -ENXIO;
  if (ifp.if_flags & IFF_LOOPBACK || d.bd_promisc === on) return 0;
  d.bd_promisc = on;
  for (let p = bpf_iflist; p; p = p.bd_next) if (p !== d && p.bd_ifp === ifp && p.bd_promisc) return 0;
  return -if_setflags(ifp, on ? IFF_PROMISC : 0, on ? 0 : IFF_PROMISC);
}
