/**
 * libpcap's filter machine, compiler and validation, where this machine has them: another implementation of what the packet tap does.
 */
import { spawnSync } from "node:child_process";

export interface Insn {
  code: number;
  jt: number;
  jf: number;
  k: number;
}

export interface Libpcap {
  /** how many bytes the program wants, as uint32 */
  filter(program: Insn[], packet: Uint8Array): number;
  validate(program: Insn[]): boolean;
}

type Foreign = (...args: unknown[]) => number;
type Koffi = { load(name: string): { func(prototype: string): Foreign } };

/** Undefined where it is not installed (Debian: libpcap0.8). */
export function libpcap(): Libpcap | undefined {
  try {
    const lib = (require("koffi") as Koffi).load("libpcap.so.0.8");
    const filter = lib.func("uint32_t bpf_filter(void *pc, void *p, uint32_t wirelen, uint32_t buflen)");
    const validate = lib.func("int bpf_validate(void *f, int len)");
    return {
      filter: (program, packet) => filter(bytesOf(program), Buffer.from(packet), packet.length, packet.length) >>> 0,
      validate: (program) => validate(bytesOf(program), program.length) !== 0,
    };
  } catch {
    return undefined;
  }
}

/** struct bpf_insn, in the machine's order. */
function bytesOf(program: Insn[]): Buffer {
  const bytes = Buffer.alloc(8 * program.length + 8);
  for (const [i, { code, jt, jf, k }] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(jt, 8 * i + 2);
    bytes.writeUInt8(jf, 8 * i + 3);
    bytes.writeUInt32LE(k >>> 0, 8 * i + 4);
  }
  return bytes;
}

/** What tcpdump makes of an expression (`tcpdump -dd`), its text; undefined where there is no tcpdump. */
export function tcpdumpCode(expression: string, link = "EN10MB"): string | undefined {
  const { error, status, stdout, stderr } = spawnSync("tcpdump", ["-y", link, "-s", "262144", "-dd", expression], {
    encoding: "utf8",
  });
  if (error) return undefined;
  if (status !== 0) throw new Error(`tcpdump -dd ${expression}: ${stderr}`);
  return stdout;
}

/** Its instructions. */
export function insnsOf(code: string): Insn[] {
  return [...code.matchAll(/\{([^}]*)\}/g)].map(([, fields]) => {
    const [op, jt, jf, k] = fields.split(",").map(Number);
    return { code: op, jt, jf, k };
  });
}
