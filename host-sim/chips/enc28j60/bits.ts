/**
 * The bits of the control, status and PHY registers and of the status vectors, by their data sheet names
 * (DS39662E sections 3, 4, 6, 7, 8, 9, 12, 15; tables 7-1 and 7-3).
 */

export const Econ1 = {
  TXRST: 0x80,
  RXRST: 0x40,
  DMAST: 0x20,
  CSUMEN: 0x10,
  TXRTS: 0x08,
  RXEN: 0x04,
  BSEL: 0x03,
} as const;

export const Econ2 = { AUTOINC: 0x80, PKTDEC: 0x40, PWRSV: 0x20, VRPS: 0x08 } as const;

export const Estat = { INT: 0x80, BUFER: 0x40, LATECOL: 0x10, RXBUSY: 0x04, TXABRT: 0x02, CLKRDY: 0x01 } as const;

/** The same places in EIR (flags) and EIE (enables); INTIE is in EIE only. */
export const Eir = {
  INTIE: 0x80,
  PKTIF: 0x40,
  DMAIF: 0x20,
  LINKIF: 0x10,
  TXIF: 0x08,
  TXERIF: 0x02,
  RXERIF: 0x01,
  ALL: 0x7b,
} as const;

export const Erxfcon = {
  UCEN: 0x80,
  ANDOR: 0x40,
  CRCEN: 0x20,
  PMEN: 0x10,
  MPEN: 0x08,
  HTEN: 0x04,
  MCEN: 0x02,
  BCEN: 0x01,
  /** Every filter of the first stage. */
  FILTERS: 0x9f,
} as const;

export const Macon1 = { TXPAUS: 0x08, RXPAUS: 0x04, PASSALL: 0x02, MARXEN: 0x01 } as const;

/** PADCFG0 set: padding, how far is in all of PADCFG. */
export const Macon3 = {
  PADCFG: 0xe0,
  PADCFG0: 0x20,
  TXCRCEN: 0x10,
  PHDREN: 0x08,
  HFRMEN: 0x04,
  FRMLNEN: 0x02,
  FULDPX: 0x01,
} as const;

export const Macon4 = { DEFER: 0x40, BPEN: 0x20, NOBKOFF: 0x10 } as const;

export const Micmd = { MIISCAN: 0x02, MIIRD: 0x01 } as const;

export const Mistat = { NVALID: 0x04, SCAN: 0x02, BUSY: 0x01 } as const;

export const Eflocon = { FULDPXS: 0x04, FCEN: 0x03 } as const;

export const Ebstcon = { PSV: 0xe0, PSEL: 0x10, TMSEL: 0x0c, TME: 0x02, BISTST: 0x01 } as const;

/** The per-packet control byte at ETXST (figure 7-1). */
export const Control = { POVERRIDE: 0x01, PCRCEN: 0x02, PPADEN: 0x04, PHUGEEN: 0x08 } as const;

/** PHY register addresses (table 3-3). */
export const Phy = {
  PHCON1: 0x00,
  PHSTAT1: 0x01,
  PHID1: 0x02,
  PHID2: 0x03,
  PHCON2: 0x10,
  PHSTAT2: 0x11,
  PHIE: 0x12,
  PHIR: 0x13,
  PHLCON: 0x14,
} as const;

export const Phcon1 = { PRST: 0x8000, PLOOPBK: 0x4000, PPWRSV: 0x0800, PDPXMD: 0x0100 } as const;

export const Phstat1 = { PFDPX: 0x1000, PHDPX: 0x0800, LLSTAT: 0x0004, JBSTAT: 0x0002 } as const;

export const Phcon2 = { FRCLNK: 0x4000, TXDIS: 0x2000, JABBER: 0x0400, HDLDIS: 0x0100 } as const;

export const Phstat2 = {
  TXSTAT: 0x2000,
  RXSTAT: 0x1000,
  COLSTAT: 0x0800,
  LSTAT: 0x0400,
  DPXSTAT: 0x0200,
  PLRITY: 0x0020,
} as const;

/** The same places in PHIE and PHIR for the link bit; the global bits differ. */
export const Phie = { PLNKIE: 0x0010, PGEIE: 0x0002 } as const;
export const Phir = { PLNKIF: 0x0010, PGIF: 0x0004 } as const;

/** PHLCON bits 13:12 must be written as ones. */
export const PHLCON_ONES = 0x3000;

/** Receive status vector bits 31:16, shifted down by 16 (table 7-3). */
export const Rsv = {
  DROP_EVENT: 0x0001,
  CARRIER_EVENT: 0x0004,
  CRC_ERROR: 0x0010,
  LENGTH_CHECK_ERROR: 0x0020,
  LENGTH_OUT_OF_RANGE: 0x0040,
  RECEIVED_OK: 0x0080,
  MULTICAST: 0x0100,
  BROADCAST: 0x0200,
  DRIBBLE_NIBBLE: 0x0400,
  CONTROL_FRAME: 0x0800,
  PAUSE_FRAME: 0x1000,
  UNKNOWN_OPCODE: 0x2000,
  VLAN: 0x4000,
} as const;

/** Transmit status vector, the byte at ETXND+3 (bits 23:16), at ETXND+4 (31:24) and at ETXND+7 (55:48) (table 7-1). */
export const Tsv2 = {
  COLLISIONS: 0x0f,
  CRC_ERROR: 0x10,
  LENGTH_CHECK_ERROR: 0x20,
  LENGTH_OUT_OF_RANGE: 0x40,
  DONE: 0x80,
} as const;
export const Tsv3 = {
  MULTICAST: 0x01,
  BROADCAST: 0x02,
  DEFER: 0x04,
  EXCESSIVE_DEFER: 0x08,
  EXCESSIVE_COLLISION: 0x10,
  LATE_COLLISION: 0x20,
  GIANT: 0x40,
} as const;
export const Tsv6 = { CONTROL_FRAME: 0x01, PAUSE_FRAME: 0x02, BACK_PRESSURE: 0x04, VLAN: 0x08 } as const;
