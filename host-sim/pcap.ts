/**
 * Capture files: every frame on a segment, with its time in nanoseconds, for Wireshark and its relatives.
 *
 * Format: the classic pcap file with the nanosecond magic a1b23c4d (draft-ietf-opsawg-pcap), little-endian, link type
 * Ethernet. Each record is written at once, so that the file can be read while it grows and is whole after `close`.
 */
import { closeSync, openSync, writevSync } from "node:fs";
import type { Segment } from "./segment";

const MAGIC_NANOSECONDS = 0xa1b23c4d;
const LINKTYPE_ETHERNET = 1;
const SNAPLEN = 262144;

export class PcapFile {
  private file: number | undefined;

  /**
   * Creates or empties the file at `path`. `epochNs` (ns since 1970) is the time of day at virtual time 0.
   * Throws the error of the file system.
   */
  constructor(
    path: string,
    private readonly epochNs: bigint = 0n,
  ) {
    this.file = openSync(path, "w");
    this.write([fileHeader()]);
  }

  /** Records one frame at `timeNs` (ns of virtual time). Ignored after `close`. */
  frame(timeNs: number, frame: Uint8Array): void {
    this.write([recordHeader(this.epochNs + BigInt(timeNs), frame.length), frame]);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private write(parts: Uint8Array[]): void {
    if (this.file !== undefined) writevSync(this.file, parts);
  }
}

/** Records what `segment` carries into `path` from now on; the result ends the capture and closes the file. */
export function capture(segment: Segment, path: string, epochNs?: bigint): () => void {
  const file = new PcapFile(path, epochNs);
  const untap = segment.tap((timeNs, frame) => file.frame(timeNs, frame));
  return () => {
    untap();
    file.close();
  };
}

/** magic, version 2.4, time zone 0, accuracy 0, snapshot length, link type. */
function fileHeader(): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(MAGIC_NANOSECONDS, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(SNAPLEN, 16);
  header.writeUInt32LE(LINKTYPE_ETHERNET, 20);
  return header;
}

/** seconds, nanoseconds, bytes here, bytes on the wire. */
function recordHeader(ns: bigint, length: number): Uint8Array {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Number((ns / 1_000_000_000n) & 0xffffffffn), 0);
  header.writeUInt32LE(Number(ns % 1_000_000_000n), 4);
  header.writeUInt32LE(length, 8);
  header.writeUInt32LE(length, 12);
  return header;
}
