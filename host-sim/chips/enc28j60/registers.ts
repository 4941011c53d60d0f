/**
 * The register map of the ENC28J60 (DS39662E Tables 3-1 and 3-2): the one place where addresses, classes, reset values
 * and write masks stand.
 *
 * A register is known by its *index*, bank * 32 + address. The five common registers (0x1B to 0x1F) are the same in
 * every bank and have the index of bank 0. Pairs L/H are neighbours at an even index, low byte first.
 */

/** The first letters of the name tell the class: E = ETH, MA = MAC, MI = MII. MAC and MII reads cost a dummy byte. */
export type RegisterClass = "ETH" | "MAC" | "MII";

type Row = readonly [bank: number, address: number, name: string, kind: RegisterClass, reset: number, mask: number];

/** Bits outside the mask cannot be changed by the host (reserved, read only, or the hardware's own). */
const TABLE = [
  // Common to all banks. EIR and ESTAT: the host can only clear the bits of the mask (R/C).
  [0, 0x1b, "EIE", "ETH", 0x00, 0xfb],
  [0, 0x1c, "EIR", "ETH", 0x00, 0x2b],
  [0, 0x1d, "ESTAT", "ETH", 0x00, 0x52],
  [0, 0x1e, "ECON2", "ETH", 0x80, 0xa8],
  [0, 0x1f, "ECON1", "ETH", 0x00, 0xff],

  [0, 0x00, "ERDPTL", "ETH", 0xfa, 0xff],
  [0, 0x01, "ERDPTH", "ETH", 0x05, 0x1f],
  [0, 0x02, "EWRPTL", "ETH", 0x00, 0xff],
  [0, 0x03, "EWRPTH", "ETH", 0x00, 0x1f],
  [0, 0x04, "ETXSTL", "ETH", 0x00, 0xff],
  [0, 0x05, "ETXSTH", "ETH", 0x00, 0x1f],
  [0, 0x06, "ETXNDL", "ETH", 0x00, 0xff],
  [0, 0x07, "ETXNDH", "ETH", 0x00, 0x1f],
  [0, 0x08, "ERXSTL", "ETH", 0xfa, 0xff],
  [0, 0x09, "ERXSTH", "ETH", 0x05, 0x1f],
  [0, 0x0a, "ERXNDL", "ETH", 0xff, 0xff],
  [0, 0x0b, "ERXNDH", "ETH", 0x1f, 0x1f],
  // ERXRDPT: the mask is 0 because the host writes a latch, not the register (receiver.ts).
  [0, 0x0c, "ERXRDPTL", "ETH", 0xfa, 0x00],
  [0, 0x0d, "ERXRDPTH", "ETH", 0x05, 0x00],
  [0, 0x0e, "ERXWRPTL", "ETH", 0x00, 0x00],
  [0, 0x0f, "ERXWRPTH", "ETH", 0x00, 0x00],
  [0, 0x10, "EDMASTL", "ETH", 0x00, 0xff],
  [0, 0x11, "EDMASTH", "ETH", 0x00, 0x1f],
  [0, 0x12, "EDMANDL", "ETH", 0x00, 0xff],
  [0, 0x13, "EDMANDH", "ETH", 0x00, 0x1f],
  [0, 0x14, "EDMADSTL", "ETH", 0x00, 0xff],
  [0, 0x15, "EDMADSTH", "ETH", 0x00, 0x1f],
  [0, 0x16, "EDMACSL", "ETH", 0x00, 0x00],
  [0, 0x17, "EDMACSH", "ETH", 0x00, 0x00],

  [1, 0x00, "EHT0", "ETH", 0x00, 0xff],
  [1, 0x01, "EHT1", "ETH", 0x00, 0xff],
  [1, 0x02, "EHT2", "ETH", 0x00, 0xff],
  [1, 0x03, "EHT3", "ETH", 0x00, 0xff],
  [1, 0x04, "EHT4", "ETH", 0x00, 0xff],
  [1, 0x05, "EHT5", "ETH", 0x00, 0xff],
  [1, 0x06, "EHT6", "ETH", 0x00, 0xff],
  [1, 0x07, "EHT7", "ETH", 0x00, 0xff],
  [1, 0x08, "EPMM0", "ETH", 0x00, 0xff],
  [1, 0x09, "EPMM1", "ETH", 0x00, 0xff],
  [1, 0x0a, "EPMM2", "ETH", 0x00, 0xff],
  [1, 0x0b, "EPMM3", "ETH", 0x00, 0xff],
  [1, 0x0c, "EPMM4", "ETH", 0x00, 0xff],
  [1, 0x0d, "EPMM5", "ETH", 0x00, 0xff],
  [1, 0x0e, "EPMM6", "ETH", 0x00, 0xff],
  [1, 0x0f, "EPMM7", "ETH", 0x00, 0xff],
  [1, 0x10, "EPMCSL", "ETH", 0x00, 0xff],
  [1, 0x11, "EPMCSH", "ETH", 0x00, 0xff],
  [1, 0x14, "EPMOL", "ETH", 0x00, 0xff],
  [1, 0x15, "EPMOH", "ETH", 0x00, 0x1f],
  [1, 0x18, "ERXFCON", "ETH", 0xa1, 0xff],
  [1, 0x19, "EPKTCNT", "ETH", 0x00, 0x00],

  [2, 0x00, "MACON1", "MAC", 0x00, 0x0f],
  [2, 0x02, "MACON3", "MAC", 0x00, 0xff],
  [2, 0x03, "MACON4", "MAC", 0x00, 0x70],
  [2, 0x04, "MABBIPG", "MAC", 0x00, 0x7f],
  [2, 0x06, "MAIPGL", "MAC", 0x00, 0x7f],
  [2, 0x07, "MAIPGH", "MAC", 0x00, 0x7f],
  [2, 0x08, "MACLCON1", "MAC", 0x0f, 0x0f],
  [2, 0x09, "MACLCON2", "MAC", 0x37, 0x3f],
  [2, 0x0a, "MAMXFLL", "MAC", 0x00, 0xff],
  [2, 0x0b, "MAMXFLH", "MAC", 0x06, 0xff],
  [2, 0x12, "MICMD", "MII", 0x00, 0x03],
  [2, 0x14, "MIREGADR", "MII", 0x00, 0x1f],
  [2, 0x16, "MIWRL", "MII", 0x00, 0xff],
  [2, 0x17, "MIWRH", "MII", 0x00, 0xff],
  [2, 0x18, "MIRDL", "MII", 0x00, 0x00],
  [2, 0x19, "MIRDH", "MII", 0x00, 0x00],

  // MAADR1 is the first octet on the wire.
  [3, 0x00, "MAADR5", "MAC", 0x00, 0xff],
  [3, 0x01, "MAADR6", "MAC", 0x00, 0xff],
  [3, 0x02, "MAADR3", "MAC", 0x00, 0xff],
  [3, 0x03, "MAADR4", "MAC", 0x00, 0xff],
  [3, 0x04, "MAADR1", "MAC", 0x00, 0xff],
  [3, 0x05, "MAADR2", "MAC", 0x00, 0xff],
  [3, 0x06, "EBSTSD", "ETH", 0x00, 0xff],
  [3, 0x07, "EBSTCON", "ETH", 0x00, 0xff],
  [3, 0x08, "EBSTCSL", "ETH", 0x00, 0x00],
  [3, 0x09, "EBSTCSH", "ETH", 0x00, 0x00],
  [3, 0x0a, "MISTAT", "MII", 0x00, 0x00],
  [3, 0x12, "EREVID", "ETH", 0x00, 0x00],
  [3, 0x15, "ECOCON", "ETH", 0x04, 0x07],
  [3, 0x17, "EFLOCON", "ETH", 0x00, 0x03],
  [3, 0x18, "EPAUSL", "ETH", 0x00, 0xff],
  [3, 0x19, "EPAUSH", "ETH", 0x10, 0xff],
] as const satisfies readonly Row[];

export type RegisterName = (typeof TABLE)[number][2];

/** Addresses that must not be written (Table 3-1 "Reserved"); 0x1A of every bank, which must not even be read, aside. */
const RESERVED: readonly (readonly [bank: number, address: number])[] = [
  [1, 0x16],
  [1, 0x17],
  [2, 0x01],
  [2, 0x0c],
  [2, 0x0d],
  [2, 0x0e],
  [2, 0x10],
  [2, 0x11],
  [2, 0x15],
];

/** Where the common registers begin, and the address that is off limits in every bank. */
const FIRST_COMMON = 0x1b;
export const OFF_LIMITS_ADDRESS = 0x1a;

export const REGISTER_COUNT = 128;

export function indexOf(bank: number, address: number): number {
  return address >= FIRST_COMMON ? address : bank * 32 + address;
}

/** Register name to index: `REG.ERDPTL`. */
export const REG = Object.fromEntries(TABLE.map((row) => [row[2], indexOf(row[0], row[1])])) as Record<
  RegisterName,
  number
>;

export type Kind = "implemented" | "reserved" | "unimplemented";

/** What stands at an index, for every one of the 128. */
export interface RegisterInfo {
  readonly name: string;
  readonly kind: Kind;
  readonly class: RegisterClass;
  readonly reset: number;
  readonly mask: number;
}

export const REGISTERS: readonly RegisterInfo[] = describeAll();

/** EIR and ESTAT: writing 1 to a bit leaves it as it is, only 0 has an effect (R/C). */
export function isClearOnly(index: number): boolean {
  return index === REG.EIR || index === REG.ESTAT;
}

function describeAll(): RegisterInfo[] {
  const all = Array.from({ length: REGISTER_COUNT }, (_, index) => emptyPlace(index));
  for (const [bank, address] of RESERVED) {
    const index = indexOf(bank, address);
    all[index] = { ...all[index], kind: "reserved" };
  }
  for (const [bank, address, name, kind, reset, mask] of TABLE)
    all[indexOf(bank, address)] = { name, kind: "implemented", class: kind, reset, mask };
  return all;
}

/** The holes of bank 2 belong to the MAC too (their reads cost a dummy byte), those of the other banks do not. */
function emptyPlace(index: number): RegisterInfo {
  const bank = index >> 5;
  const address = index & 0x1f;
  const name = `bank ${bank} address 0x${address.toString(16).padStart(2, "0")}`;
  return { name, kind: "unimplemented", class: bank === 2 ? "MAC" : "ETH", reset: 0, mask: 0 };
}
