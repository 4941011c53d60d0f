/**
 * The registers, by the data sheet's names: addresses, values after a reset, and which of them the host can write.
 */

/** Common registers (block 0); 16-bit ones by their high byte, addresses by their first. */
export const COMMON = {
  MR: 0x00,
  GAR: 0x01,
  SUBR: 0x05,
  SHAR: 0x09,
  SIPR: 0x0f,
  INTLEVEL: 0x13,
  IR: 0x15,
  IMR: 0x16,
  SIR: 0x17,
  SIMR: 0x18,
  RTR: 0x19,
  RCR: 0x1b,
  PTIMER: 0x1c,
  PMAGIC: 0x1d,
  PHAR: 0x1e,
  PSID: 0x24,
  PMRU: 0x26,
  UIPR: 0x28,
  UPORTR: 0x2c,
  PHYCFGR: 0x2e,
  VERSIONR: 0x39,
} as const;
export type CommonName = keyof typeof COMMON;

/** Registers of a socket (blocks 4n + 1), without their prefix Sn_. */
export const SOCKET = {
  MR: 0x00,
  CR: 0x01,
  IR: 0x02,
  SR: 0x03,
  PORT: 0x04,
  DHAR: 0x06,
  DIPR: 0x0c,
  DPORT: 0x10,
  MSSR: 0x12,
  TOS: 0x15,
  TTL: 0x16,
  RXBUF_SIZE: 0x1e,
  TXBUF_SIZE: 0x1f,
  TX_FSR: 0x20,
  TX_RD: 0x22,
  TX_WR: 0x24,
  RX_RSR: 0x26,
  RX_RD: 0x28,
  RX_WR: 0x2a,
  IMR: 0x2c,
  FRAG: 0x2d,
  KPALVTR: 0x2f,
} as const;
export type SocketName = keyof typeof SOCKET;

/** What a block of registers is like. */
export interface Layout {
  readonly reset: Uint8Array;
  /** 1 where a register is, 2 where the host may write it as well. */
  readonly access: Uint8Array;
}

export const Access = { NONE: 0, READ: 1, WRITE: 2 } as const;

function layout(size: number, resets: [number, number[]][], readOnly: [number, number][], holes: [number, number][]) {
  const reset = new Uint8Array(size);
  const access = new Uint8Array(size).fill(Access.WRITE);
  for (const [at, bytes] of resets) reset.set(bytes, at);
  for (const [at, length] of readOnly) access.fill(Access.READ, at, at + length);
  for (const [at, length] of holes) access.fill(Access.NONE, at, at + length);
  return { reset, access };
}

export const COMMON_LAYOUT: Layout = layout(
  0x3a,
  [
    [COMMON.RTR, [0x07, 0xd0]],
    [COMMON.RCR, [0x08]],
    [COMMON.PTIMER, [0x28]],
    [COMMON.PMRU, [0xff, 0xff]],
  ],
  [
    [COMMON.SIR, 1],
    [COMMON.UIPR, 4],
    [COMMON.UPORTR, 2],
    [COMMON.VERSIONR, 1],
  ],
  [[COMMON.PHYCFGR + 1, COMMON.VERSIONR - COMMON.PHYCFGR - 1]],
);

export const SOCKET_LAYOUT: Layout = layout(
  0x30,
  [
    [SOCKET.DHAR, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    [SOCKET.TTL, [0x80]],
    [SOCKET.RXBUF_SIZE, [2, 2]],
    [SOCKET.IMR, [0xff]],
    [SOCKET.FRAG, [0x40, 0x00]],
  ],
  [
    [SOCKET.SR, 1],
    [SOCKET.TX_FSR, 4],
    [SOCKET.RX_RSR, 2],
    [SOCKET.RX_WR, 2],
  ],
  [
    [SOCKET.MSSR + 2, 1],
    [SOCKET.TTL + 1, SOCKET.RXBUF_SIZE - SOCKET.TTL - 1],
  ],
);
