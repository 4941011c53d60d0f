/**
 * Captured packets, one record behind the other, each in one piece: a ring of BPF_BUFSIZE bytes. Called by bpf.ts.
 *
 * Differs: BSD has two buffers, of which one is filled while the other is read. A ring holds as much in half the memory, and a read
 * may take a few records, as many as a small board has room for.
 */
import { BPF_BUFSIZE } from "../../config";
import type { Bytes } from "../../types";

/** Records lie from br_head to br_tail; or, where that is less, to br_end and on from 0. */
export interface BpfRing {
  br_buf: Bytes<typeof BPF_BUFSIZE>;
  br_head: number;
  br_tail: number;
  br_end: number;
}

export function bpf_ringnew(): BpfRing {
  return { br_buf: new Uint8Array(BPF_BUFSIZE), br_head: 0, br_tail: 0, br_end: 0 };
}

/** Where a record of `len` bytes has room, which it takes only by bpf_append; -1: nowhere, yet. */
export function bpf_room(br: BpfRing, len: number): number {
  if (br.br_tail < br.br_head) return br.br_tail + len < br.br_head ? br.br_tail : -1;
  if (br.br_tail + len <= BPF_BUFSIZE) return br.br_tail;
  return len < br.br_head ? 0 : -1;
}

/** A record of `len` bytes has been written at `off`, where there was room. */
export function bpf_append(br: BpfRing, off: number, len: number): void {
  if (off !== br.br_tail) br.br_end = br.br_tail;
  br.br_tail = off + len;
}

/** How many bytes of records lie together from br_head on. */
export function bpf_ready(br: BpfRing): number {
  return (br.br_tail < br.br_head ? br.br_end : br.br_tail) - br.br_head;
}

/** The first `n` of these go. */
export function bpf_take(br: BpfRing, n: number): void {
  br.br_head += n;
  if (br.br_tail < br.br_head && br.br_head === br.br_end) br.br_head = 0;
  if (br.br_head === br.br_tail) br.br_head = br.br_tail = 0;
}

/** All go. */
export function bpf_reset(br: BpfRing): void {
  br.br_head = br.br_tail = 0;
}
