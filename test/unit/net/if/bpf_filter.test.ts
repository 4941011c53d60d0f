/**
 * The filter machine, against libpcap's: the same programs and packets, the same answers.
 */
import { Host } from "../../../lib/host";
import { CORE } from "../../../lib/kernel";
import { type Insn, type Libpcap, libpcap } from "../../../lib/libpcap";

const SEED = Number(process.env.SEED ?? 31);
/** Programs; three packets each. */
const PROGRAMS = Number(process.env.PROGRAMS ?? (CORE === "javascript" ? 1000 : 100));

/** A generator of numbers. */
class Dice {
  constructor(private state: number) {}

  /** 0 to n - 1 */
  below(n: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * n);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  word(): number {
    return this.of([0, 1, 2, 4, 31, 32, 33, 255, 0x7fffffff, 0x80000000, 0xffffffff, this.below(2 ** 32)]);
  }
}

const LOADS = [0x00, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80, 0x01, 0x61, 0x81, 0xb1];
const ALU = [0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0].flatMap((op) => [op | 4, op | 12]);
const JUMPS = [0x10, 0x20, 0x30, 0x40].flatMap((op) => [op | 5, op | 13]);
const OTHERS = [0x02, 0x03, 0x84, 0x05, 0x06, 0x16, 0x07, 0x87];
const ALL = [...LOADS, ...ALU, ...JUMPS, ...OTHERS];

/** Memory holds something before a program reads it: what it holds else is nobody's promise. */
function prologue(dice: Dice): Insn[] {
  const insns: Insn[] = [];
  for (let word = 0; word < 16; word++)
    insns.push({ code: 0x00, jt: 0, jf: 0, k: dice.word() }, { code: 0x02, jt: 0, jf: 0, k: word });
  return insns;
}

/** A program that is well-formed but for what chance makes of it. */
function program(dice: Dice): Insn[] {
  const n = 4 + dice.below(40);
  const insns = Array.from({ length: n }, (_, i) => insn(dice, n - i - 1));
  const ret = { code: dice.of([0x06, 0x16, 0x16]), jt: 0, jf: 0, k: dice.below(2000) };
  return [...prologue(dice), ...insns, ret];
}

/** `after` instructions follow, besides the last. */
function insn(dice: Dice, after: number): Insn {
  const code = dice.of(dice.below(40) ? [...LOADS, ...ALU, ...JUMPS, 0x02, 0x03, 0x84, 0x05, 0x07, 0x87] : ALL);
  const jump = () => dice.below(Math.min(after + 1, 256));
  return { code, jt: jump(), jf: jump(), k: operand(dice, code, after) };
}

/** Shifts by a constant of 32 and more are what a C compiler makes of them, with libpcap. */
function operand(dice: Dice, code: number, after: number): number {
  if (code === 0x05) return dice.below(after + 1);
  if ([0x60, 0x61, 0x02, 0x03].includes(code)) return dice.below(16);
  if ([0x64, 0x74].includes(code)) return dice.below(32);
  const isPacket = [0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xb1].includes(code);
  return isPacket ? dice.of([dice.below(60), dice.below(60), dice.below(200), dice.word()]) : dice.word();
}

describe("The packet tap's filter machine", () => {
  let host: Host;
  let pcap: Libpcap | undefined;
  let fd: number;

  beforeAll(() => {
    pcap = libpcap();
    if (!pcap) console.log("libpcap.so.0.8 is not here: comparisons with it are skipped");
  });
  beforeEach(() => {
    host = new Host();
    fd = host.closesAtEnd(host.net.net.open!("/dev/bpf"));
    expect(fd).toBeGreaterThan(0);
    expect(host.net.bpf_setif(fd, host.en0.ac)).toBe(0);
  });
  afterEach(() => host.expectPoolsRestored());

  function load(insns: Insn[]): number {
    const { net } = host.net;
    return net.ioctl!(
      fd,
      net.BIOCSETF!,
      insns.map(({ code, jt, jf, k }) => [code, jt, jf, k]),
    );
  }

  /** How many bytes of a frame are captured. */
  function captured(frame: Uint8Array): number {
    host.hears([...frame]);
    const record = host.net.net.readstring!(fd, 4096);
    host.said();
    return typeof record === "number" ? 0 : Buffer.from(record, "latin1").readUInt32BE(4);
  }

  function agree(ours: number, theirs: number, i: number, insns: Insn[]): void {
    if (ours !== theirs) fail(`seed ${SEED}, program ${i}: ${ours}, not ${theirs}: ${JSON.stringify(insns)}`);
  }

  function randomFrame(dice: Dice): Uint8Array {
    const frame = Uint8Array.from({ length: 60 + dice.below(dice.of([20, 200, 1455])) }, () => dice.below(256));
    frame[12] = 0x88; // nobody's
    frame[13] = 0xb5;
    host.en0.headLength = 60 + dice.below(5);
    return frame;
  }

  it("answers as libpcap's does, whatever the program and the packet", () => {
    if (!pcap) return pending("no libpcap");
    const dice = new Dice(SEED);
    let some = 0;
    for (let i = 0; i < PROGRAMS; i++) {
      const insns = program(dice);
      const valid = pcap.validate(insns);
      expect(load(insns))
        .withContext(`seed ${SEED}, program ${i}: ${JSON.stringify(insns)}`)
        .toBe(valid ? 0 : -22);
      for (let n = 0; valid && n < 3; n++) {
        const frame = randomFrame(dice);
        const wanted = Math.min(pcap.filter(insns, frame), frame.length);
        if (wanted) some++;
        agree(captured(frame), wanted, i, insns);
      }
    }
    expect(some)
      .withContext("packets that were wanted")
      .toBeGreaterThan(PROGRAMS / 3);
  });

  it("takes no program that libpcap would not, nor one whose codes mean nothing", () => {
    if (!pcap) return pending("no libpcap");
    const dice = new Dice(SEED);
    let taken = 0;
    for (let i = 0; i < PROGRAMS; i++) {
      const insns = program(dice).slice(32);
      const at = dice.below(insns.length);
      const spoilt = dice.of<Partial<Insn>>([
        { code: dice.below(65536) },
        { code: dice.below(256) },
        { k: dice.word() },
        { jt: dice.below(256) },
        { jf: dice.below(256) },
      ]);
      insns[at] = { ...insns[at], ...spoilt };
      // libpcap lets jumps go back, and programs that have no end; kernels do not
      const known = insns.every(({ code, k }) => ALL.includes(code) && !(code === 0x05 && k >= 0x80000000));
      const answer = load(insns);
      if (answer === 0) taken++;
      agree(answer, known && pcap.validate(insns) ? 0 : -22, i, insns);
    }
    expect(taken)
      .withContext("programs that were taken")
      .toBeGreaterThan(PROGRAMS / 8);
  });
});
