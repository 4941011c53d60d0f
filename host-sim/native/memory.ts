/**
 * An address space with blocks of memory in it, as a Cortex-M0+ reads and writes it (cortex.ts): an access that is not aligned, that
 * hits nothing or would write to flash is a fault. Little-endian.
 */

/** What a real processor stops at. */
export class HardFault extends Error {
  override readonly name = "HardFault";
}

export interface Block {
  start: number;
  end: number;
  bytes: Uint8Array;
  view: DataView;
  isFlash: boolean;
}

const NOWHERE: Block = {
  start: 0,
  end: 0,
  bytes: new Uint8Array(0),
  view: new DataView(new ArrayBuffer(0)),
  isFlash: true,
};

export class Memory {
  private blocks: Block[] = [];
  /** what was read of instructions, and of data, the last time */
  private code = NOWHERE;
  private data = NOWHERE;

  /** `bytes` are found from the address `start` on. */
  map(start: number, bytes: Uint8Array, isFlash = false): Block {
    const end = start + bytes.length;
    if (this.blocks.some((other) => start < other.end && end > other.start)) throw new Error("there is memory already");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const block = { start, end, bytes, view, isFlash };
    this.blocks.push(block);
    if (isFlash) this.code = block;
    return block;
  }

  unmap(block: Block): void {
    this.blocks = this.blocks.filter((other) => other !== block);
    if (this.data === block) this.data = NOWHERE;
  }

  /** `length` bytes, the same ones; undefined where there is no memory. */
  bytesAt(address: number, length: number): Uint8Array | undefined {
    const at = address >>> 0;
    const block = this.blocks.find(({ start, end }) => at >= start && at + length <= end);
    return block?.bytes.subarray(at - block.start, at - block.start + length);
  }

  readUint32(address: number): number {
    const at = address >>> 0;
    const block = this.at(at, 4);
    return block.view.getUint32(at - block.start, true);
  }

  readUint16(address: number): number {
    const at = address >>> 0;
    const { code } = this;
    const block = at >= code.start && at < code.end && !(at & 1) ? code : this.at(at, 2);
    return block.view.getUint16(at - block.start, true);
  }

  readUint8(address: number): number {
    const at = address >>> 0;
    const block = this.at(at, 1);
    return block.bytes[at - block.start];
  }

  writeUint32(address: number, value: number): void {
    const at = address >>> 0;
    const block = this.written(at, 4);
    block.view.setUint32(at - block.start, value, true);
  }

  writeUint16(address: number, value: number): void {
    const at = address >>> 0;
    const block = this.written(at, 2);
    block.view.setUint16(at - block.start, value, true);
  }

  writeUint8(address: number, value: number): void {
    const at = address >>> 0;
    const block = this.written(at, 1);
    block.bytes[at - block.start] = value;
  }

  private written(at: number, size: number): Block {
    const block = this.at(at, size);
    if (block.isFlash) throw new HardFault(`a write to flash, ${at.toString(16)}`);
    return block;
  }

  private at(at: number, size: number): Block {
    if (at & (size - 1)) throw new HardFault(`${size} bytes at ${at.toString(16)}, which is not aligned`);
    const { data } = this;
    if (at >= data.start && at + size <= data.end) return data;
    const block = this.blocks.find(({ start, end }) => at >= start && at + size <= end);
    if (!block) throw new HardFault(`there is no memory at ${at.toString(16)}`);
    this.data = block;
    return block;
  }
}
