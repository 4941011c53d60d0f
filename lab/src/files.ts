/**
 * Recordings as files: one that opens here again, and pcapng for Wireshark (draft-ietf-opsawg-pcapng), with what became of each
 * packet as its comment.
 */
import type { LabRecord, Recording } from "../../host-sim/lab/records";
import type { Store } from "./store";
import type { PacketRow } from "./store_rows";

const FORMAT = "espruino-ethernet lab";

export function recordingOf(title: string, epoch: string, records: LabRecord[]): Recording {
  return { format: FORMAT, version: 1, title, epoch, records };
}

/** Throws an Error that says what the text is not. */
export function readRecording(text: string): Recording {
  let recording: Partial<Recording>;
  try {
    recording = JSON.parse(text);
  } catch {
    throw new Error("this file is no recording of the lab: it is not JSON");
  }
  if (recording?.format !== FORMAT || !Array.isArray(recording.records))
    throw new Error("this file is no recording of the lab");
  if (recording.version !== 1) throw new Error(`this recording has version ${recording.version}; version 1 opens here`);
  return recording as Recording;
}

/** The packets of a recording, up to the cursor. */
export function pcapng(store: Store, epoch: string): Uint8Array {
  const rows = store.packets.slice(0, store.seen(store.packets));
  const ports = [...new Set(rows.map(({ record }) => record.from))];
  const blocks = [
    section(),
    ...ports.map((port) => interfaceBlock(port)),
    ...rows.map((row) => packetBlock(row, ports.indexOf(row.record.from), BigInt(epoch))),
  ];
  const file = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    file.set(block, at);
    at += block.length;
  }
  return file;
}

function u16(value: number): number[] {
  return [value & 255, (value >> 8) & 255];
}

function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16(Math.floor(value / 65536) & 0xffff)];
}

function padded(bytes: ArrayLike<number>): number[] {
  return [...Array.from(bytes), ...new Array((4 - (bytes.length & 3)) & 3).fill(0)];
}

function option(code: number, value: ArrayLike<number>): number[] {
  return [...u16(code), ...u16(value.length), ...padded(value)];
}

function block(type: number, body: number[]): Uint8Array {
  const length = u32(body.length + 12);
  return Uint8Array.from([...u32(type), ...length, ...body, ...length]);
}

/** Byte order magic, version 1.0, length unknown. */
function section(): Uint8Array {
  return block(0x0a0d0d0a, [...u32(0x1a2b3c4d), ...u16(1), ...u16(0), ...u32(0xffffffff), ...u32(0xffffffff)]);
}

/** Link type Ethernet, no limit; if_name and if_tsresol 10^-9. */
function interfaceBlock(port: string): Uint8Array {
  const options = [...option(2, new TextEncoder().encode(port)), ...option(9, [9]), ...option(0, [])];
  return block(1, [...u16(1), ...u16(0), ...u32(0), ...options]);
}

function packetBlock({ record, bytes, fates }: PacketRow, port: number, epoch: bigint): Uint8Array {
  const ns = epoch + BigInt(Math.round(record.t));
  const comment = fates.map(({ record: fate }) => `${fate.at}: ${fate.what}`).join("; ");
  const options = comment ? [...option(1, new TextEncoder().encode(comment)), ...option(0, [])] : [];
  const time = [...u32(Number(ns >> 32n)), ...u32(Number(ns & 0xffffffffn))];
  return block(6, [...u32(port), ...time, ...u32(bytes.length), ...u32(bytes.length), ...padded(bytes), ...options]);
}

export function download(name: string, type: string, content: string | Uint8Array): void {
  const url = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
