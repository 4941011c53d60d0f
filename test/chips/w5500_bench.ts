/**
 * A workbench for the W5500 model: SPI frames byte by byte, with addresses written down here a second time, and the
 * set-up of MACRAW on socket 0.
 */
import { W5500, type W5500Options } from "../../host-sim/chips/w5500";
import { VirtualClock } from "../../host-sim/clock";

/** block << 16 | offset address */
export const AT = {
  MR: 0x00000,
  SHAR: 0x00009,
  SIPR: 0x0000f,
  INTLEVEL: 0x00013,
  IR: 0x00015,
  IMR: 0x00016,
  SIR: 0x00017,
  SIMR: 0x00018,
  RTR: 0x00019,
  PHYCFGR: 0x0002e,
  VERSIONR: 0x00039,
  S0_MR: 0x10000,
  S0_CR: 0x10001,
  S0_IR: 0x10002,
  S0_SR: 0x10003,
  S0_RXBUF_SIZE: 0x1001e,
  S0_TXBUF_SIZE: 0x1001f,
  S0_TX_FSR: 0x10020,
  S0_TX_RD: 0x10022,
  S0_TX_WR: 0x10024,
  S0_RX_RSR: 0x10026,
  S0_RX_RD: 0x10028,
  S0_RX_WR: 0x1002a,
  S0_IMR: 0x1002c,
  TX: 0x20000,
  RX: 0x30000,
} as const;

export const OPEN = 0x01;
export const CLOSE = 0x10;
export const SEND = 0x20;
export const RECV = 0x40;

export const US = 1_000;
export const MS = 1_000_000;

export const OWN = [0x02, 0x04, 0xa3, 0x11, 0x22, 0x33];
export const OTHER = [0x02, 0x00, 0x00, 0x00, 0x00, 0x99];
export const BROADCAST = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
export const GROUP4 = [0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb];
export const GROUP6 = [0x33, 0x33, 0x00, 0x00, 0x00, 0x01];
export const BRIDGES = [0x01, 0x80, 0xc2, 0x00, 0x00, 0x00];

const FRAME_TIME = 2 * US;

/** A frame without CRC: destination, source, type, then counting bytes. */
export function frameTo(destination: number[], length = 60, type = 0x0800): Uint8Array {
  const frame = Uint8Array.from({ length }, (_, n) => n);
  frame.set([...destination, ...OTHER, type >> 8, type & 0xff]);
  return frame;
}

export class Bench {
  readonly clock = new VirtualClock();
  readonly chip: W5500;
  readonly sent: { time: number; frame: number[] }[] = [];

  constructor(options: W5500Options = {}) {
    this.chip = new W5500(this.clock, options);
    this.chip.spiClock(20_000_000);
    this.chip.onTransmit = (frame) => this.sent.push({ time: this.clock.now(), frame: [...frame] });
  }

  /** One CS period, in which no time passes until its end. */
  raw(...bytes: number[]): number[] {
    this.chip.select();
    const answers = bytes.map((byte) => this.chip.transfer(byte));
    this.chip.deselect();
    this.clock.advance(FRAME_TIME);
    return answers;
  }

  read(at: number, count = 1): number[] {
    return this.raw((at >> 8) & 255, at & 255, (at >> 16) << 3, ...new Array(count).fill(0)).slice(3);
  }

  byte(at: number): number {
    return this.read(at)[0];
  }

  word(at: number): number {
    const [high, low] = this.read(at, 2);
    return (high << 8) | low;
  }

  write(at: number, ...bytes: number[]): void {
    this.raw((at >> 8) & 255, at & 255, ((at >> 16) << 3) | 4, ...bytes);
  }

  writeWord(at: number, value: number): void {
    this.write(at, (value >> 8) & 255, value & 255);
  }

  command(code: number): void {
    this.write(AT.S0_CR, code);
  }

  wait(ns: number): void {
    this.clock.advance(ns);
  }

  /** Buffers of `kilobytes` for socket 0, none for the others; cable in; MACRAW open. */
  setUp(mode = 0x84, kilobytes = 16): this {
    this.chip.setLink(true);
    this.wait(3000 * MS);
    this.write(AT.SHAR, ...OWN);
    for (let n = 1; n < 8; n++) this.write(((4 * n + 1) << 16) | 0x1e, 0, 0);
    this.write(AT.S0_RXBUF_SIZE, kilobytes, kilobytes);
    this.write(AT.S0_MR, mode);
    this.command(OPEN);
    return this;
  }

  /** Puts a frame behind what has been sent, and gives SEND for it. */
  send(frame: ArrayLike<number>): void {
    const at = this.word(AT.S0_TX_WR);
    this.write(AT.TX | at, ...Array.from(frame));
    this.writeWord(AT.S0_TX_WR, at + frame.length);
    this.command(SEND);
  }

  /** Reads and gives back one record: the length in front of it, and the frame. */
  take(): { prefix: number; frame: number[] } {
    const at = this.word(AT.S0_RX_RD);
    const prefix = this.word(AT.RX | at);
    const frame = this.read(AT.RX | ((at + 2) & 0xffff), prefix - 2);
    this.writeWord(AT.S0_RX_RD, at + prefix);
    this.command(RECV);
    return { prefix, frame };
  }

  rules(): string[] {
    return this.chip.violations.map((violation) => violation.rule);
  }
}
