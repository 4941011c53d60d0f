/**
 * Is it a program for the filter machine? BSD: net/bpf_filter.c (bpf_validate). Called by bpf.ts before a program is taken.
 */
import {
  BPF_ALU,
  BPF_DIV,
  BPF_JA,
  BPF_JMP,
  BPF_LD,
  BPF_LDX,
  BPF_MEM,
  BPF_MEMWORDS,
  BPF_MOD,
  BPF_RET,
  BPF_ST,
  BPF_STX,
  BPF_X,
} from "./bpf_filter";

/** The codes that there are: of each class a bit for what stands above it. */
const BPF_CODES = [
  0x00011771, // ld: imm, ind, mem, abs, each of its sizes; len
  0x00411001, // ldx: imm, mem, len, msh
  0x00000001, // st
  0x00000001, // stx
  0x003dffff, // alu
  0x000003fd, // jmp
  0x00000005, // ret k, ret a
  0x00010001, // tax, txa
];
const CODE_MAX = 0xff;

/**
 * May instruction number `i` of `n` (a code; jt and jf; k) stand there? Jumps stay within the program, memory within its words, nothing
 * is divided by 0, and the last instruction returns.
 */
export function bpf_validate(code: number, jt: number, jf: number, k: number, i: number, n: number): boolean {
  if (code > CODE_MAX || !((BPF_CODES[code & 7] >> (code >> 3)) & 1)) return false;
  const after = n - i - 1;
  switch (code & 7) {
    case BPF_LD:
    case BPF_LDX:
      return (after > 0 && (code & 0xe0) !== BPF_MEM) || (after > 0 && bpf_ismem(k));
    case BPF_ST:
    case BPF_STX:
      return after > 0 && bpf_ismem(k);
    case BPF_ALU:
      return after > 0 && (k !== 0 || (code & BPF_X) !== 0 || !bpf_divides(code));
    case BPF_JMP:
      return (code & 0xf0) === BPF_JA ? k >= 0 && k < after : jt < after && jf < after;
  }
  return after > 0 || (code & 7) === BPF_RET;
}

function bpf_ismem(k: number): boolean {
  return k >= 0 && k < BPF_MEMWORDS;
}

function bpf_divides(code: number): boolean {
  return (code & 0xf0) === BPF_DIV || (code & 0xf0) === BPF_MOD;
}
