/**
 * A workbench for the ENC28J60 model: the seven instructions byte by byte, with addresses and classes written down here
 * a second time, and the set-up sequence of DS39662E section 6.
 */
import { Enc28j60, type Enc28j60Options } from "../../host-sim/chips/enc28j60";
import { VirtualClock } from "../../host-sim/clock";

/** bank << 8 | address, and 0x1000 for what costs a dummy byte. */
export const AT = {
  EIE: 0x1b,
  EIR: 0x1c,
  ESTAT: 0x1d,
  ECON2: 0x1e,
  ECON1: 0x1f,
  ERDPT: 0x00,
  EWRPT: 0x02,
  ETXST: 0x04,
  ETXND: 0x06,
  ERXST: 0x08,
  ERXND: 0x0a,
  ERXRDPT: 0x0c,
  ERXWRPT: 0x0e,
  EDMAST: 0x10,
  EDMAND: 0x12,
  EDMADST: 0x14,
  EDMACS: 0x16,
  EHT0: 0x100,
  EPMM0: 0x108,
  EPMM1: 0x109,
  EPMCS: 0x110,
  EPMO: 0x114,
  ERXFCON: 0x118,
  EPKTCNT: 0x119,
  MACON1: 0x1200,
  MACON3: 0x1202,
  MACON4: 0x1203,
  MABBIPG: 0x1204,
  MAIPGL: 0x1206,
  MAIPGH: 0x1207,
  MACLCON1: 0x1208,
  MACLCON2: 0x1209,
  MAMXFL: 0x120a,
  MICMD: 0x1212,
  MIREGADR: 0x1214,
  MIWR: 0x1216,
  MIRD: 0x1218,
  MAADR5: 0x1300,
  MAADR6: 0x1301,
  MAADR3: 0x1302,
  MAADR4: 0x1303,
  MAADR1: 0x1304,
  MAADR2: 0x1305,
  EBSTSD: 0x306,
  EBSTCON: 0x307,
  EBSTCS: 0x308,
  MISTAT: 0x130a,
  EREVID: 0x312,
  ECOCON: 0x315,
  EFLOCON: 0x317,
  EPAUS: 0x318,
} as const;

export const US = 1_000;
export const MS = 1_000_000;

export const OWN = [0x02, 0x04, 0xa3, 0x11, 0x22, 0x33];
export const OTHER = [0x02, 0x00, 0x00, 0x00, 0x00, 0x99];
export const BROADCAST = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

export const FIFO_END = 0x19ff;
export const TX_START = 0x1a00;

const FIRST_COMMON = 0x1b;
const INSTRUCTION_TIME = 2 * US;
const MAADR = [AT.MAADR1, AT.MAADR2, AT.MAADR3, AT.MAADR4, AT.MAADR5, AT.MAADR6];

/** A frame without CRC: destination, source, type 0x0800, then counting bytes. */
export function frameTo(destination: number[], length = 60, type = 0x0800): Uint8Array {
  const frame = Uint8Array.from({ length }, (_, n) => n);
  frame.set([...destination, ...OTHER, type >> 8, type & 0xff]);
  return frame;
}

/** CRC-32 bit by bit, as the four bytes at the end of a frame. */
export function crcOf(frame: ArrayLike<number>): number[] {
  let crc = 0xffffffff;
  for (let n = 0; n < frame.length; n++) {
    crc ^= frame[n];
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  crc = ~crc;
  return [crc & 0xff, (crc >>> 8) & 0xff, (crc >>> 16) & 0xff, crc >>> 24];
}

export interface Packet {
  next: number;
  length: number;
  status: number;
  frame: number[];
}

export class Bench {
  readonly clock = new VirtualClock();
  readonly chip: Enc28j60;
  readonly sent: { time: number; frame: number[]; badCrc: boolean }[] = [];

  constructor(options: Enc28j60Options = {}) {
    this.chip = new Enc28j60(this.clock, options);
    this.chip.spiClock(10_000_000);
    this.chip.onTransmit = (frame, badCrc) =>
      this.sent.push({ time: this.clock.now(), frame: [...frame], badCrc: badCrc === true });
  }

  /** One CS period. */
  raw(...bytes: number[]): number[] {
    this.chip.select();
    const answers = bytes.map((byte) => this.chip.transfer(byte));
    this.chip.deselect();
    this.clock.advance(INSTRUCTION_TIME);
    return answers;
  }

  bank(at: number): void {
    const address = at & 0x1f;
    const bank = (at >> 8) & 3;
    if (address >= FIRST_COMMON || (this.chip.register("ECON1") & 3) === bank) return;
    this.raw(0xa0 | 0x1f, 0x03);
    if (bank) this.raw(0x80 | 0x1f, bank);
  }

  write(at: number, value: number): void {
    this.bank(at);
    this.raw(0x40 | (at & 0x1f), value);
  }

  write16(at: number, value: number): void {
    this.write(at, value & 0xff);
    this.write(at + 1, value >> 8);
  }

  read(at: number): number {
    this.bank(at);
    return at & 0x1000 ? this.raw(at & 0x1f, 0, 0)[2] : this.raw(at & 0x1f, 0)[1];
  }

  read16(at: number): number {
    return this.read(at) | (this.read(at + 1) << 8);
  }

  set(at: number, bits: number): void {
    this.bank(at);
    this.raw(0x80 | (at & 0x1f), bits);
  }

  clear(at: number, bits: number): void {
    this.bank(at);
    this.raw(0xa0 | (at & 0x1f), bits);
  }

  reset(): void {
    this.raw(0xff);
  }

  readMemory(count: number): number[] {
    return this.raw(0x3a, ...new Array(count).fill(0)).slice(1);
  }

  writeMemory(bytes: ArrayLike<number>): void {
    this.raw(0x7a, ...Array.from(bytes));
  }

  /** Writes from an address on. */
  load(address: number, bytes: ArrayLike<number>): void {
    this.write16(AT.EWRPT, address);
    this.writeMemory(bytes);
  }

  /** Reads from an address on. */
  dump(address: number, count: number): number[] {
    this.write16(AT.ERDPT, address);
    return this.readMemory(count);
  }

  wait(ns: number): void {
    this.clock.advance(ns);
  }

  private awaitMii(): void {
    for (let polls = 0; polls < 100; polls++) if ((this.read(AT.MISTAT) & 1) === 0) return;
    throw new Error("MISTAT.BUSY never ended");
  }

  phyRead(register: number): number {
    this.write(AT.MIREGADR, register);
    this.write(AT.MICMD, 1);
    this.awaitMii();
    this.write(AT.MICMD, 0);
    return this.read16(AT.MIRD);
  }

  phyWrite(register: number, value: number): void {
    this.write(AT.MIREGADR, register);
    this.write16(AT.MIWR, value);
    this.awaitMii();
  }

  /** DS39662E section 6, as far as a driver in its right mind goes; cable plugged, receiver on. */
  setUp(fullDuplex = false, fifoEnd = FIFO_END): this {
    this.chip.setLink(true);
    this.wait(MS);
    this.write16(AT.ERXST, 0);
    this.write16(AT.ERXND, fifoEnd);
    this.write16(AT.ERXRDPT, fifoEnd);
    this.write16(AT.ERDPT, 0);
    this.write16(AT.ETXST, TX_START);
    this.write(AT.MACON1, fullDuplex ? 0x0d : 0x01);
    this.write(AT.MACON3, fullDuplex ? 0x33 : 0x32);
    this.write(AT.MACON4, 0x40);
    this.write16(AT.MAMXFL, 1518);
    this.write(AT.MABBIPG, fullDuplex ? 0x15 : 0x12);
    this.write(AT.MAIPGL, 0x12);
    this.write(AT.MAIPGH, 0x0c);
    MAADR.forEach((at, n) => {
      this.write(at, OWN[n]);
    });
    this.phyWrite(0x00, fullDuplex ? 0x0100 : 0);
    this.phyWrite(0x10, 0x0100);
    this.set(AT.ECON1, 0x04);
    return this;
  }

  /** Puts a frame behind a control byte of 0 and starts it. */
  send(frame: ArrayLike<number>, control = 0): void {
    this.load(TX_START, [control, ...Array.from(frame)]);
    this.write16(AT.ETXND, TX_START + frame.length);
    this.clear(AT.EIR, 0x0a);
    this.set(AT.ECON1, 0x08);
  }

  sendAndWait(frame: ArrayLike<number>, control = 0): void {
    this.send(frame, control);
    this.wait(10 * MS);
  }

  /** The transmit status vector. */
  tsv(): number[] {
    return this.dump(this.chip.word("ETXNDL") + 1, 7);
  }

  /** TXRST pulse, then TXERIF (erratum 12). */
  resetTransmitter(): void {
    this.set(AT.ECON1, 0x80);
    this.clear(AT.ECON1, 0x80);
    this.clear(AT.EIR, 0x02);
    this.clear(AT.ESTAT, 0x12);
  }

  /** Reads the packet at ERDPT, and its padding: ERDPT stands at the next one. */
  readPacket(): Packet {
    const header = this.readMemory(6);
    const length = header[2] | (header[3] << 8);
    const frame = this.readMemory(length + (length & 1)).slice(0, length);
    return { next: header[0] | (header[1] << 8), length, status: header[4] | (header[5] << 8), frame };
  }

  /** Frees the packet before `next` (erratum 14). */
  free(next: number, fifoEnd = FIFO_END): void {
    this.write16(AT.ERXRDPT, next === 0 ? fifoEnd : next - 1);
    this.set(AT.ECON2, 0x40);
  }

  /** Reads and frees one packet. */
  take(): Packet {
    const packet = this.readPacket();
    this.free(packet.next);
    return packet;
  }

  rules(): string[] {
    return this.chip.violations.map((violation) => violation.rule);
  }
}
