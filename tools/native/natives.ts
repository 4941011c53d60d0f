/**
 * The machine: what machdep.ts gives in both worlds. In C it is the runtime's business (runtime/core.h); what is not
 * listed here is the shell's, and native code has to do without.
 */
import type ts from "typescript";
import { BOOL, BYTES, type CType, I32, RANGES, VOID } from "./ctype";

export interface Native {
  params: CType[];
  result: CType;
  range: [lo: number, hi: number];
  /** changes nothing */
  pure: boolean;
}

const WORDS: CType = { kind: "array", of: { kind: "u32" } };
const WORD: [number, number] = RANGES.u16;

function native(params: CType[], result: CType, pure: boolean, range: [number, number] = RANGES.i32): Native {
  return { params, result, range, pure };
}

/** Functions by name. */
export const NATIVES: { [name: string]: Native } = {
  get16: native([I32], I32, true, WORD),
  get32: native([I32], I32, true),
  put16: native([I32, I32], VOID, false),
  put32: native([I32, I32], VOID, false),
  sum16: native([BYTES, I32, I32], I32, true, WORD),
  bcopy: native([BYTES, I32, BYTES, I32, I32], VOID, false),
  bcopy6: native([BYTES, I32], VOID, false),
  cluster_grow: native([BYTES, I32, I32, I32], BYTES, false),
  isnumber: native([I32], BOOL, true),
  bzero: native([I32, I32], VOID, false),
  memory_offset: native([BYTES, I32], I32, true),
  words_offset: native([WORDS], I32, true),
  copyin: native([I32, BYTES, I32, I32], VOID, false),
  random32: native([], I32, false),
  uptime: native([], I32, false),
  timeofday: native([], I32, false),
  machdep_init: native([I32], VOID, false),
  timeout: native([{ kind: "func", params: [], result: VOID }, I32], I32, false),
  untimeout: native([I32], VOID, false),
  free: native([], VOID, false), // of a structure: literals.ts
  memory_spare: native([I32], BOOL, true), // what the interpreter needs is not ours to need
  turn_begin: native([], VOID, false), // nothing breaks off
  turn_end: native([], VOID, false),
  turn_newfd: native([I32], VOID, false),
  // a chip's wires: drivers/spi_bus.ts, runtime/spi.h
  spi_dev: native([I32], I32, true),
  spi_prepare: native([I32, I32, I32], VOID, false),
  spi_select: native([I32], VOID, false),
  spi_deselect: native([I32], VOID, false),
  spi_write1: native([I32, I32], VOID, false),
  spi_write2: native([I32, I32, I32], VOID, false),
  spi_write4: native([I32, I32, I32, I32, I32], VOID, false),
  spi_write5: native([I32, I32, I32, I32, I32, I32], VOID, false),
  spi_hold3: native([I32, I32, I32, I32], VOID, false),
  spi_hold: native([I32, BYTES, I32, I32], VOID, false),
  spi_put: native([I32, BYTES, I32, BYTES, I32, I32], VOID, false),
  spi_put2: native([I32, BYTES, I32, BYTES, I32, I32, BYTES, I32, I32], VOID, false),
  spi_get: native([I32, BYTES, I32, I32], I32, false, RANGES.u8),
  spi_get16: native([I32, BYTES, I32, I32], I32, false, WORD),
  spi_get3: native([I32, I32, I32, I32, BYTES, I32], VOID, false),
  spi_readcmd: native([I32, I32, I32, I32], VOID, false),
  spi_read: native([I32, I32, I32], VOID, false),
  spi_readcluster: native([I32, I32], BYTES, false),
  spi_level: native([I32], BOOL, false),
  spi_reset: native([I32, BOOL], VOID, false),
  spi_resync: native([I32], VOID, false),
  spi_close: native([I32], VOID, false),
  spi_tell: native([I32, I32, I32], VOID, false),
};

/** What to do without the others. */
const INSTEAD: { [name: string]: string } = {
  bcopy_string: "hardware addresses are Bytes<6>: bcopy6(src, off)",
  bytes_string: "compare or copy the bytes where they are",
  string_bytes: "a program's strings enter and leave in the shell",
  view: "pass the array and an offset",
  printf: "count it; the shell prints",
  emit: "tell the shell by an upcall",
};

export function insteadOf(name: string): string {
  return INSTEAD[name] ?? "it is the shell's: keep it out of native code";
}

const MACHINE = /\/firmware\/(machdep|drivers\/spi_bus|net\/kern\/(kern_malloc|turn))\.ts$/;

/** Is it declared where the machine is? */
export function isMachine(declaration: ts.Node): boolean {
  return MACHINE.test(declaration.getSourceFile().fileName);
}

export function nativeOf(declaration: ts.Declaration & { name?: ts.Node }): Native | undefined {
  if (!isMachine(declaration) || !declaration.name) return undefined;
  const name = declaration.name.getText();
  return Object.hasOwn(NATIVES, name) ? NATIVES[name] : undefined;
}

export function isPureNative(declaration: ts.Declaration): boolean {
  return nativeOf(declaration)?.pure ?? false;
}
