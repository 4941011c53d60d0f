/**
 * The bits of the registers that MACRAW is concerned with, by their data sheet names.
 */

export const Mr = { RST: 0x80 } as const;

/** Of socket 0 in MACRAW; the low four bits are the protocol. */
export const SnMr = { MFEN: 0x80, BCASTB: 0x40, MMB: 0x20, MIP6B: 0x10, PROTOCOL: 0x0f } as const;
export const Protocol = { CLOSED: 0, MACRAW: 4 } as const;

export const SnCr = { OPEN: 0x01, CLOSE: 0x10, SEND: 0x20, RECV: 0x40 } as const;

export const SnIr = { SENDOK: 0x10, TIMEOUT: 0x08, RECV: 0x04, DISCON: 0x02, CON: 0x01 } as const;

export const SnSr = { CLOSED: 0x00, MACRAW: 0x42 } as const;

export const Phycfgr = { RST: 0x80, OPMD: 0x40, OPMDC: 0x38, DPX: 0x04, SPD: 0x02, LNK: 0x01 } as const;
