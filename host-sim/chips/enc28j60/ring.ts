/**
 * Arithmetic on buffer addresses: the receive FIFO is a ring from ERXST to ERXND, both included (DS39662E 3.2).
 */
import { ADDRESS_MASK, RAM_SIZE } from "./core";

/** The address after `at` for RBM, the DMA source and the receive hardware (DS39662E 3.2.3). */
export function nextInRing(at: number, start: number, end: number): number {
  return at === end ? start : (at + 1) & ADDRESS_MASK;
}

/** The address `count` behind `at`, which wraps at `end` as a byte stream would. */
export function advanceInRing(at: number, count: number, start: number, end: number): number {
  if (at > end) return at + count < RAM_SIZE ? at + count : advanceInRing(0, at + count - RAM_SIZE, start, end);
  const beyond = at + count - end - 1;
  return beyond < 0 ? at + count : start + (beyond % Math.max(1, end - start + 1));
}

/** Bytes that the receive hardware may still write: ERXRDPT itself is never overwritten (DS39662E 7.2.4). */
export function freeSpace(write: number, read: number, start: number, end: number): number {
  if (write > read) return end - start - (write - read);
  return write === read ? end - start : read - write - 1;
}

/** Whether `count` bytes from `first`, wrapping only at the end of the RAM, meet the addresses from `low` to `high`. */
export function touches(first: number, count: number, low: number, high: number): boolean {
  if (count <= 0 || low > high) return false;
  const last = first + count - 1;
  return (first <= high && last >= low) || (last >= RAM_SIZE && last - RAM_SIZE >= low);
}
