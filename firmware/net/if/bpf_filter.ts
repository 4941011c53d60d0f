/**
 * The filter machine of the packet tap: a program of instructions that says of a packet how many of its bytes are wanted. BSD:
 * net/bpf.h, net/bpf_filter.c; McCanne and Jacobson, The BSD Packet Filter, USENIX winter 1993. Called by bpf.ts, for each packet of
 * an interface that somebody listens to.
 *
 * It has an accumulator, an index register, and BPF_MEMWORDS words of memory, all 32 bits; in the
 * latter lies what the last program left, as in 4.4BSD. An instruction is two words: code, jt and
 * jf, 16, 8 and 8 bits; and k. It jumps forwards only, so each program ends, after BPF_MAXINSNS steps at most. Programs are those that
 * bpf_validate found well-formed.
 */
import { get16, get32 } from "../../machdep";
import type { Table } from "../../types";
import { M_EXT, type Mbuf, m_buf } from "../kern/mbuf";

/* Instruction classes */
export const BPF_LD = 0x00;
export const BPF_LDX = 0x01;
export const BPF_ST = 0x02;
export const BPF_STX = 0x03;
export const BPF_ALU = 0x04;
export const BPF_JMP = 0x05;
export const BPF_RET = 0x06;
export const BPF_MISC = 0x07;

/* ld and ldx: sizes and modes */
export const BPF_W = 0x00;
export const BPF_H = 0x08;
export const BPF_B = 0x10;
export const BPF_IMM = 0x00;
export const BPF_ABS = 0x20;
export const BPF_IND = 0x40;
export const BPF_MEM = 0x60;
export const BPF_LEN = 0x80;
export const BPF_MSH = 0xa0;

/* alu and jmp: operations, and where the operand is */
export const BPF_ADD = 0x00;
export const BPF_SUB = 0x10;
export const BPF_MUL = 0x20;
export const BPF_DIV = 0x30;
export const BPF_OR = 0x40;
export const BPF_AND = 0x50;
export const BPF_LSH = 0x60;
export const BPF_RSH = 0x70;
export const BPF_NEG = 0x80;
export const BPF_MOD = 0x90;
export const BPF_XOR = 0xa0;
export const BPF_JA = 0x00;
export const BPF_JEQ = 0x10;
export const BPF_JGT = 0x20;
export const BPF_JGE = 0x30;
export const BPF_JSET = 0x40;
export const BPF_K = 0x00;
export const BPF_X = 0x08;

/* ret: what is returned; misc */
export const BPF_A = 0x10;
export const BPF_TAX = 0x00;
export const BPF_TXA = 0x80;

/** Words of memory. */
export const BPF_MEMWORDS = 16;

/** The registers, the memory, and the packet at hand with its length. */
let bpf_a: number;
let bpf_x: number;
let bpf_mem: Table<number, typeof BPF_MEMWORDS>;
let bpf_m: Mbuf | null;
let bpf_len: number;

/** How many bytes of packet `m` the program wants: 0 none, as uint32; more than there are: all. */
export function bpf_filter(prog: Uint32Array, m: Mbuf): number {
  bpf_a = 0;
  bpf_x = 0;
  bpf_m = m;
  bpf_len = m.m_pktlen;
  let pc = 0;
  for (;;) {
    const insn = prog[2 * pc] | 0;
    const k = prog[2 * pc + 1] | 0;
    const code = insn >> 16;
    pc++;
    switch (code & 7) {
      case BPF_LD:
        if (!bpf_ld(code, k)) return 0;
        break;
      case BPF_LDX:
        if (!bpf_ldx(code, k)) return 0;
        break;
      case BPF_ST:
        bpf_mem[k] = bpf_a;
        break;
      case BPF_STX:
        bpf_mem[k] = bpf_x;
        break;
      case BPF_ALU:
        if (!bpf_alu(code, code & BPF_X ? bpf_x : k)) return 0;
        break;
      case BPF_JMP:
        pc += bpf_jump(code, insn, k);
        break;
      case BPF_RET:
        return code & BPF_A ? bpf_a : k;
      default:
        if (code & BPF_TXA) bpf_a = bpf_x;
        else bpf_x = bpf_a;
    }
  }
}

/** The machine's memory is there: at boot. */
export function bpf_filterinit(): void {
  bpf_mem = [];
}

/** Loads the accumulator; false ends the program: the packet is not so long. */
function bpf_ld(code: number, k: number): boolean {
  switch (code & 0xe0) {
    case BPF_ABS:
      return bpf_fetch(code, k);
    case BPF_IND:
      return k >= 0 && k <= bpf_len && bpf_x >= 0 && bpf_x <= bpf_len - k && bpf_fetch(code, bpf_x + k);
  }
  bpf_a = bpf_operand(code, k);
  return true;
}

function bpf_ldx(code: number, k: number): boolean {
  if ((code & 0xe0) !== BPF_MSH) bpf_x = bpf_operand(code, k);
  else if (k < 0 || k >= bpf_len) return false;
  else bpf_x = (bpf_byte(k) & 15) << 2;
  return true;
}

/** What is to be loaded that is not of the packet. */
function bpf_operand(code: number, k: number): number {
  const mode = code & 0xe0;
  if (mode === BPF_MEM) return bpf_mem[k];
  return mode === BPF_LEN ? bpf_len : k;
}

/** Loads a byte, half-word or word of the packet, in network order. */
function bpf_fetch(code: number, off: number): boolean {
  const size = code & BPF_B ? 1 : code & BPF_H ? 2 : 4;
  const m = bpf_m!;
  if (off < 0 || off > bpf_len - size) return false;
  if (size > 1 && off + size <= m.m_len && !(m.m_flags & M_EXT))
    bpf_a = size === 2 ? get16(m.m_data + off) : get32(m.m_data + off);
  else {
    let a = 0;
    for (let i = 0; i < size; i++) a = (a << 8) | bpf_byte(off + i);
    bpf_a = a;
  }
  return true;
}

/** A byte of the packet, which is there. */
function bpf_byte(off0: number): number {
  let off = off0;
  let m = bpf_m;
  while (m && off >= m.m_len) {
    off -= m.m_len;
    m = m.m_next;
  }
  return m ? m_buf(m)[m.m_data + off] : 0;
}

/** False ends the program: a division by zero. Numbers have no sign; what is shifted by 32 and more is 0. */
function bpf_alu(code: number, v: number): boolean {
  const a = bpf_a;
  switch (code & 0xf0) {
    case BPF_ADD:
      bpf_a = (a + v) | 0;
      break;
    case BPF_SUB:
      bpf_a = (a - v) | 0;
      break;
    case BPF_MUL:
      bpf_a = bpf_mul(a, v);
      break;
    case BPF_DIV:
      if (!v) return false;
      bpf_a = bpf_div(a, v);
      break;
    case BPF_MOD:
      if (!v) return false;
      bpf_a = (a - bpf_mul(bpf_div(a, v), v)) | 0;
      break;
    case BPF_OR:
      bpf_a = a | v;
      break;
    case BPF_AND:
      bpf_a = a & v;
      break;
    case BPF_XOR:
      bpf_a = a ^ v;
      break;
    case BPF_LSH:
      bpf_a = v >>> 5 ? 0 : a << v;
      break;
    case BPF_RSH:
      bpf_a = v >>> 5 ? 0 : (a >>> v) | 0;
      break;
    default:
      bpf_a = -a | 0; // BPF_NEG
  }
  return true;
}

/** The lower 32 bits of a product: JavaScript's has no more than 53 that are right. */
function bpf_mul(a: number, b: number): number {
  return (((((a >>> 16) * (b & 65535) + (b >>> 16) * (a & 65535)) | 0) << 16) + (a & 65535) * (b & 65535)) | 0;
}

/** The quotient of numbers without a sign, `b` not 0: by half of `a`, which is an int32, and then by what is left. */
function bpf_div(a: number, b: number): number {
  if (b < 0) return bpf_above(b, a) ? 0 : 1;
  const q = (((a >>> 1) / b) | 0) << 1;
  const r = (a - bpf_mul(q, b)) | 0;
  return r < 0 || r >= b ? (q + 1) | 0 : q;
}

/** By how many instructions a jump goes on. */
function bpf_jump(code: number, insn: number, k: number): number {
  const op = code & 0xf0;
  if (op === BPF_JA) return k;
  const v = code & BPF_X ? bpf_x : k;
  return bpf_holds(op, v) ? (insn >> 8) & 255 : insn & 255;
}

function bpf_holds(op: number, v: number): boolean {
  if (op === BPF_JEQ) return bpf_a === v;
  if (op === BPF_JSET) return (bpf_a & v) !== 0;
  return op === BPF_JGT ? bpf_above(bpf_a, v) : !bpf_above(v, bpf_a);
}

/** Is it greater, as numbers without a sign? */
function bpf_above(a: number, b: number): boolean {
  return a >>> 0 > b >>> 0;
}
