/**
 * The machine code for boards, on an emulated Cortex-M0+ and on the model of a chip: Thumb-1, which every Cortex-M runs, entered as
 * E.nativeCall does, with the interpreter's functions played. It answers ARP and pings, tells its deadlines, and keeps to its
 * own memory.
 */
import { chips } from "../../host-sim/chips";
import { MS, VirtualClock } from "../../host-sim/clock";
import { coreBytes, whyNoCore } from "../../tools/native/cores";
import * as packets from "../lib/packets";
import { EmulatedCore } from "./lib/emulated";

const { coreLayout } = require("../../tools/core_file") as { coreLayout: (profile: string) => number };

const THE_CORE = { chip: "enc28j60", profile: "full", thumb: "thumb1" };
const BYTE_TIME = 800; // ns, at 10 MHz

/* firmware/core/sysent.ts */
const [CORE_INIT, CORE_TIMEOUT, IF_ATTACH, IF_INTR, IF_SETFLAGS, IN_IFINIT] = [0, 1, 48, 50, 52, 56];
const [SYS_SOCKET, SYS_BIND, SYS_CLOSE, SYS_RECVFROM, SYS_SENDTO] = [16, 17, 22, 29, 28];
const [ARG_ADDR, ARG_PORT, ARG_TO, ARG_ENADDR] = [1, 2, 4, 9];
const IFF_UP = 1;
const CHIP_INT = 1;
/* runtime/board.c */
const [HOOK_RANDOM, HOOK_TIMEOFDAY, HOOK_COPYIN, HOOK_PIN, HOOK_TRANSFER] = [0, 1, 2, 3, 4];

const BOARD = { mac: "02:00:00:00:00:01", ip: "10.0.0.1" };
const PEER = { mac: "02:00:00:00:00:02", ip: "10.0.0.2" };

/** The shell that a board would have, around the emulated core. */
class EmulatedBoard {
  readonly clock = new VirtualClock();
  readonly core = new EmulatedCore(coreBytes(THE_CORE));
  readonly chip = chips["enc28j60"].create(this.clock, {});
  readonly sent: Buffer[] = [];
  data = Buffer.alloc(0);
  private selected = false;
  private edge = false;
  private due = 0;

  constructor() {
    const { chip, core } = this;
    chip.spiClock(10_000_000);
    chip.onTransmit = (frame) => this.sent.push(Buffer.from(frame));
    chip.onInterruptPin = (high) => {
      if (!high) this.edge = true;
    };
    let random = 1;
    core.hook(HOOK_RANDOM, () => (random = (Math.imul(random, 1664525) + 1013904223) | 0));
    core.hook(HOOK_TIMEOFDAY, () => 0);
    core.hook(HOOK_COPYIN, (off, at, len) => {
      core.memory.set(this.data.subarray(off, off + len), at);
      return 1;
    });
    core.hook(HOOK_PIN, (_unit, what) => (what ? 0 : Number(chip.interruptPin())));
    core.hook(HOOK_TRANSFER, (out, outlen, into, inlen, hold) => this.transfer(out, outlen, into, inlen, hold));
  }

  private transfer(out: number, outlen: number, into: number, inlen: number, hold: number): number {
    const { memory } = this.core;
    if ((outlen || inlen) && !this.selected) this.chip.select();
    this.selected ||= Boolean(outlen || inlen);
    for (let i = 0; i < outlen; i++) this.byte(memory[out + i]);
    for (let i = 0; i < inlen; i++) memory[into + i] = this.byte(0);
    if (!hold && this.selected) this.chip.deselect();
    if (!hold) this.selected = false;
    return 1;
  }

  private byte(mosi: number): number {
    this.clock.advance(BYTE_TIME);
    return this.chip.transfer(mosi);
  }

  enter(code: number, a = 0, b = 0, c = 0): number {
    const now = this.clock.now() / MS;
    const answer = this.core.call(code, Math.floor(now), a, b, c);
    this.due = this.core.next < 0 ? Number.POSITIVE_INFINITY : now + this.core.next;
    return answer;
  }

  arg(i: number, value: number): void {
    this.core.write(this.core.args + 4 * i, value);
  }

  /** Lets time go by, with edges and timeouts. */
  run(ms: number): void {
    const end = this.clock.now() + ms * MS;
    while (this.clock.now() < end) {
      if (this.edge) {
        this.edge = false;
        this.enter(IF_INTR, 0);
      } else if (this.clock.now() / MS >= this.due) this.enter(CORE_TIMEOUT, 0);
      else this.clock.advance(MS / 10);
    }
  }

  hears(frame: Uint8Array): void {
    this.chip.receive(frame);
    this.run(20);
  }

  /** The frames that have been sent since the last time. */
  take(): packets.Packet[] {
    return this.sent.splice(0).map((frame) => packets.decode(withoutPadding(frame)));
  }
}

/** The chip pads to 60 bytes; the naive parsers do not look behind a packet. */
function withoutPadding(frame: Buffer): Buffer {
  return packets.wordAt(frame, 12) === packets.TYPE_IP ? frame.subarray(0, 14 + packets.wordAt(frame, 16)) : frame;
}

describe("The machine code of a board, on an emulated Cortex-M0+", () => {
  beforeEach(() => {
    const why = whyNoCore(THE_CORE);
    if (why) pending(why);
  });

  it("comes up, answers ARP and pings, and speaks UDP", () => {
    const board = new EmulatedBoard();
    const { core } = board;
    expect(core.layout).toBe(coreLayout("full"));
    expect(core.size).toBeLessThan(64 * 1024);
    expect(board.enter(CORE_INIT)).toBe(0);
    board.arg(ARG_ENADDR, 0x00000002);
    board.arg(ARG_ENADDR + 1, 0x0100);
    expect(board.enter(IF_ATTACH, 0, CHIP_INT)).toBe(0);
    board.chip.setLink(true);
    expect(board.enter(IF_SETFLAGS, 0, IFF_UP, 0)).toBe(0);
    board.run(3000);
    expect(board.enter(IN_IFINIT, 0, packets.ipNumber(BOARD.ip) | 0, 0xffffff00 | 0)).toBe(0);
    board.run(3000);
    expect(board.take().every(({ arp }) => arp?.senderIp === BOARD.ip)).toBeTrue(); // it announces itself
    expect(board.chip.violations).toEqual([]);
    const arp = instructions(core, () => answersArp(board));
    const ping = instructions(core, () => answersPing(board, 56));
    const long = instructions(core, () => answersPing(board, 1472));
    saysByUdp(board);
    expect(core.broken).toBe(0);
    expect(core.locked).toBe(0);
    expect(core.stack).toBeLessThan(1024);
    console.log(
      `Thumb-1 instructions, the interpreter's functions aside: ARP ${arp}, ping 56 ${ping}, ping 1472 ${long}; ` +
        `${core.stack} bytes of stack, ${core.size} of memory`,
    );
  });

  it("counts what of the shell breaks off, and goes on", () => {
    const board = new EmulatedBoard();
    board.enter(CORE_INIT);
    board.core.hook(HOOK_TRANSFER, () => undefined);
    board.enter(IF_ATTACH, 0, CHIP_INT);
    board.enter(IF_SETFLAGS, 0, IFF_UP, 0);
    board.run(100);
    expect(board.core.broken).toBeGreaterThan(0);
    expect(board.core.locked).toBe(0);
    expect(board.enter(SYS_SOCKET, 2, 2, 0)).toBeGreaterThan(0);
  });

  /** What `work` takes, without the turns in which nothing happens. */
  function instructions(core: EmulatedCore, work: () => void): number {
    const before = core.total;
    work();
    return core.total - before;
  }

  function answersArp(board: EmulatedBoard): void {
    const payload = packets.arp({
      op: packets.ARP_REQUEST,
      senderMac: PEER.mac,
      senderIp: PEER.ip,
      targetMac: "00:00:00:00:00:00",
      targetIp: BOARD.ip,
    });
    board.hears(packets.ethernet({ to: packets.EVERYBODY, from: PEER.mac, type: packets.TYPE_ARP, payload }));
    const [{ arp }] = board.take();
    expect([arp?.op, arp?.senderMac, arp?.senderIp, arp?.targetIp]).toEqual([
      packets.ARP_REPLY,
      BOARD.mac,
      BOARD.ip,
      PEER.ip,
    ]);
  }

  function answersPing(board: EmulatedBoard, length: number): void {
    const data = packets.pattern(length);
    const payload = packets.echo(packets.ECHO_REQUEST, 1, 7, data);
    const ip = packets.ipv4({ from: PEER.ip, to: BOARD.ip, protocol: packets.ICMP, payload });
    board.hears(packets.ethernet({ to: BOARD.mac, from: PEER.mac, type: packets.TYPE_IP, payload: ip }));
    const [{ icmp }] = board.take();
    expect(icmp?.type).toBe(packets.ECHO_REPLY);
    expect([...(icmp?.payload ?? [])]).toEqual(data);
  }

  /** A socket sends what the shell holds ready. */
  function saysByUdp(board: EmulatedBoard): void {
    const fd = board.enter(SYS_SOCKET, 2, 2, 0);
    expect(fd).toBeGreaterThan(0);
    board.arg(ARG_ADDR, 0);
    board.arg(ARG_PORT, 4000);
    expect(board.enter(SYS_BIND, fd)).toBe(0);
    board.data = Buffer.from(packets.pattern(700));
    board.arg(ARG_TO, 1);
    board.arg(ARG_ADDR, packets.ipNumber(PEER.ip) | 0);
    board.arg(ARG_PORT, 5000);
    expect(board.enter(SYS_SENDTO, fd, 700, 0)).toBe(700);
    board.run(20);
    const [{ udp }] = board.take();
    expect([udp?.fromPort, udp?.toPort, Buffer.from(udp?.payload ?? []).equals(board.data)]).toEqual([
      4000,
      5000,
      true,
    ]);
    expect(board.enter(SYS_RECVFROM, fd, 100, 0)).toBe(-11);
    expect(board.enter(SYS_CLOSE, fd)).toBe(0);
  }
});
