/**
 * Registers of the ENC28J60, by the datasheet's names (DS39662E section 3).
 *
 * A register is written as one number: its address (bits 4:0), its bank (bits 6:5), and MACMII for those of the MAC and
 * the MII, whose reads have a dummy byte first and on which bit field instructions do not work (DS39662E 4.2).
 */
const BANK1 = 0x20;
const BANK2 = 0x40;
const BANK3 = 0x60;
export const MACMII = 0x80;

export const ADDR_MASK = 0x1f;
export const BANK_MASK = 0x60;
export const BANK_SHIFT = 5;

/* SPI instructions (table 4-1), or'ed with an address */
export const RCR = 0x00;
export const RBM = 0x3a;
export const WCR = 0x40;
export const WBM = 0x7a;
export const BFS = 0x80;
export const BFC = 0xa0;
export const SRC = 0xff;

/* In all banks; from EIE on a register needs no bank */
export const EIE = 0x1b;
export const EIR = 0x1c;
export const ESTAT = 0x1d;
export const ECON2 = 0x1e;
export const ECON1 = 0x1f;

/* Bank 0: pointers into the buffer, low byte first; the high byte is the next address */
export const ERDPT = 0x00;
export const EWRPT = 0x02;
export const ETXST = 0x04;
export const ETXND = 0x06;
export const ERXST = 0x08;
export const ERXND = 0x0a;
export const ERXRDPT = 0x0c;
export const ERXWRPT = 0x0e;

/* Bank 1 */
export const EHT0 = BANK1 | 0x00;
export const ERXFCON = BANK1 | 0x18;
export const EPKTCNT = BANK1 | 0x19;

/* Bank 2 */
export const MACON1 = MACMII | BANK2 | 0x00;
export const MACON3 = MACMII | BANK2 | 0x02;
export const MACON4 = MACMII | BANK2 | 0x03;
export const MABBIPG = MACMII | BANK2 | 0x04;
export const MAIPG = MACMII | BANK2 | 0x06;
export const MACLCON1 = MACMII | BANK2 | 0x08;
export const MACLCON2 = MACMII | BANK2 | 0x09;
export const MAMXFL = MACMII | BANK2 | 0x0a;
export const MICMD = MACMII | BANK2 | 0x12;
export const MIREGADR = MACMII | BANK2 | 0x14;
export const MIWR = MACMII | BANK2 | 0x16;
export const MIRDH = MACMII | BANK2 | 0x19;

/* Bank 3; the six octets of the address lie in a strange order (table 3-1) */
export const MAADR5 = MACMII | BANK3 | 0x00;
export const MAADR6 = MACMII | BANK3 | 0x01;
export const MAADR3 = MACMII | BANK3 | 0x02;
export const MAADR4 = MACMII | BANK3 | 0x03;
export const MAADR1 = MACMII | BANK3 | 0x04;
export const MAADR2 = MACMII | BANK3 | 0x05;
export const MISTAT = MACMII | BANK3 | 0x0a;
export const EREVID = BANK3 | 0x12;
export const ECOCON = BANK3 | 0x15;
export const EFLOCON = BANK3 | 0x17;

/* PHY registers, reached over MIREGADR */
export const PHCON1 = 0x00;
export const PHCON2 = 0x10;
export const PHSTAT2 = 0x11;
export const PHLCON = 0x14;

/* EIE and EIR */
export const INTIE = 0x80;
export const PKTIE = 0x40;
export const TXIF = 0x08;
export const TXERIF = 0x02;
export const RXERIF = 0x01;

/* ESTAT */
export const BUFER = 0x40;
export const LATECOL = 0x10;
export const RXBUSY = 0x04;
export const TXABRT = 0x02;
export const CLKRDY = 0x01;

/* ECON2, ECON1 */
export const AUTOINC = 0x80;
export const PKTDEC = 0x40;
export const PWRSV = 0x20;
export const TXRST = 0x80;
export const RXRST = 0x40;
export const TXRTS = 0x08;
export const RXEN = 0x04;
export const BSEL = 0x03;

/* ERXFCON */
export const UCEN = 0x80;
export const CRCEN = 0x20;
export const HTEN = 0x04;
export const MCEN = 0x02;
export const BCEN = 0x01;

/* MACON1, MACON3, MACON4 */
export const TXPAUS = 0x08;
export const RXPAUS = 0x04;
export const MARXEN = 0x01;
export const PADCFG60 = 0x20; // pad to 60 bytes, then add the CRC
export const TXCRCEN = 0x10;
export const FRMLNEN = 0x02;
export const FULDPX = 0x01;
export const DEFER = 0x40;

/* EFLOCON */
export const FULDPXS = 0x04; // FULDPX, as a status

/* MICMD, MISTAT */
export const MIISCAN = 0x02;
export const BUSY = 0x01;

/* PHCON1, PHCON2, PHSTAT2 (its high byte) */
export const PDPXMD = 0x0100;
export const HDLDIS = 0x0100;
export const LSTAT_H = 0x04;
export const DPXSTAT_H = 0x02;

/* Status of a received frame, bytes 4 and 5 of its header (DS39662E table 7-3) */
export const RSV_OK = 0x80;
export const RSV_ZERO = 0x80; // bit 31, in byte 5
/* Status of a sent frame, byte 3 (table 7-1) */
export const TSV_LATECOL = 0x20;
export const TSV_EXCOL = 0x10;
