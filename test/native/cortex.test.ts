/**
 * The emulated processor on which the machine code of a board is tested: it stops where a Cortex-M0+ does, and where the rules of
 * calls are broken.
 */
import { Cortex } from "../../host-sim/native/cortex";
import { HardFault } from "../../host-sim/native/memory";

const FLASH = 0x10000000;
const RAM = 0x20010000;

/* Thumb instructions */
const LDR_R0 = 0x6800; // ldr r0, [r0]
const LDRH_R0 = 0x8800;
const LDRB_R0 = 0x7800;
const STR_R1 = 0x6001; // str r1, [r0]
const STRH_R1 = 0x8001;
const ADDS = 0x1840; // adds r0, r0, r1
const MOVS_R4 = 0x2401;
const PUSH_LR = 0xb500;
const PUSH_R0 = 0xb401;
const POP_PC = 0xbd00;
const BLX_R1 = 0x4788;
const MOV_R0_R3 = 0x4618;
const BX_LR = 0x4770;
const UDF = 0xde00;
const FOREVER = 0xe7fe; // b .

describe("The emulated Cortex-M0+", () => {
  function cortexWith(code: number[], outside: (which: number, cortex: Cortex) => number = () => 0): Cortex {
    const cortex: Cortex = new Cortex((which) => outside(which, cortex));
    const bytes = new Uint8Array(1024);
    code.forEach((word, i) => {
      new DataView(bytes.buffer).setUint16(2 * i, word, true);
    });
    cortex.memory.map(FLASH, bytes, true);
    cortex.memory.map(
      RAM,
      new Uint8Array(64).map((_, i) => i),
    );
    return cortex;
  }

  const run = (code: number[], ...words: number[]) => cortexWith(code).call(FLASH | 1, words);

  it("calls machine code with words, and answers one, signed", () => {
    expect(run([ADDS, BX_LR], 7, 8)).toBe(15);
    expect(run([ADDS, BX_LR], 7, -8)).toBe(-1);
  });

  it("reads and writes memory where it is aligned", () => {
    expect(run([LDR_R0, BX_LR], RAM + 4)).toBe(0x07060504);
    expect(run([LDRH_R0, BX_LR], RAM + 6)).toBe(0x0706);
    expect(run([LDRB_R0, BX_LR], RAM + 5)).toBe(5);
    const cortex = cortexWith([STR_R1, BX_LR]);
    cortex.call(FLASH | 1, [RAM + 8, -2]);
    expect([...cortex.memory.bytesAt(RAM + 7, 6)!]).toEqual([7, 0xfe, 0xff, 0xff, 0xff, 12]);
  });

  for (const [name, instruction, address] of [
    ["a word that is read at an odd address", LDR_R0, RAM + 1],
    ["a word that is read at an even address that is no multiple of 4", LDR_R0, RAM + 2],
    ["a half word that is read at an odd address", LDRH_R0, RAM + 3],
    ["a word that is written where it is not aligned", STR_R1, RAM + 2],
    ["a half word that is written at an odd address", STRH_R1, RAM + 1],
    ["memory that there is not", LDR_R0, RAM + 64],
    ["address 0", LDRB_R0, 0],
    ["a write to flash", STR_R1, FLASH + 64],
    ["an instruction that there is not", UDF, RAM],
    ["a function that does not return", FOREVER, RAM],
  ] as const)
    it(`stops at ${name}`, () => {
      expect(() => run([instruction, BX_LR], address)).toThrowError(HardFault, /pc 1000/);
    });

  it("stops at a call without the Thumb bit, at a register that is not given back, at a stack that is not as it was", () => {
    expect(() => cortexWith([BX_LR]).call(FLASH, [])).toThrowError(HardFault, /Thumb/);
    expect(() => run([MOVS_R4, BX_LR])).toThrowError(HardFault, /r4 is lost/);
    expect(() => run([PUSH_R0, BX_LR])).toThrowError(HardFault, /stack/);
  });

  it("lets machine code call functions of the host's, which may call machine code", () => {
    const called: number[] = [];
    const cortex = cortexWith([PUSH_LR, BLX_R1, POP_PC, ADDS, BX_LR], (which, { call }) => {
      called.push(which, cortex.argument(0));
      return call.call(cortex, (FLASH + 6) | 1, [20, 3]);
    });
    expect(cortex.call(FLASH | 1, [5, Cortex.outside(3), 0, 0])).toBe(23);
    expect(called).toEqual([3, 5]);
    expect(cortex.stack).toBeGreaterThan(3);
    expect(cortex.stack).toBeLessThan(64);
    expect(cortex.instructions).toBe(5);
  });

  it("leaves the registers that a function may spoil spoilt", () => {
    const cortex = cortexWith([PUSH_LR, BLX_R1, MOV_R0_R3, POP_PC]);
    expect(cortex.call(FLASH | 1, [0, Cortex.outside(0), 0, 77])).not.toBe(77);
  });

  it("is after a fault as it was before", () => {
    const cortex = cortexWith([LDR_R0, BX_LR]);
    for (let i = 0; i < 3; i++) expect(() => cortex.call(FLASH | 1, [1])).toThrowError(HardFault);
    expect(cortex.call(FLASH | 1, [RAM])).toBe(0x03020100);
  });
});
