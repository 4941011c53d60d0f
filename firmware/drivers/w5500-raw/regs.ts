/**
 * Registers of the W5500 that MACRAW needs, by the datasheet's names (1.0.9, sections 4 and 5), and the control bytes of
 * SPI (section 2.2): block, direction, and as many bytes as CS lasts for.
 */

/* Control bytes: common registers; registers, transmit buffer and receive buffer of socket 0; of the others' n * SN_STEP more */
export const COMMON_READ = 0x00;
export const COMMON_WRITE = 0x04;
export const S0_READ = 0x08;
export const S0_WRITE = 0x0c;
export const TX_WRITE = 0x14;
export const RX_READ = 0x18;
export const SN_STEP = 0x20;

/* Common registers */
export const MR = 0x00;
export const SHAR = 0x09;
export const SIMR = 0x18;
export const PHYCFGR = 0x2e;
export const VERSIONR = 0x39;

/* Registers of a socket; the high byte's address where there are two */
export const SN_MR = 0x00;
export const SN_CR = 0x01;
export const SN_IR = 0x02;
export const SN_SR = 0x03;
export const SN_RXBUF_SIZE = 0x1e;
export const SN_TX_RD = 0x22;
export const SN_TX_WR = 0x24;
export const SN_RX_RSR = 0x26;
export const SN_RX_RD = 0x28;
export const SN_IMR = 0x2c;

/* MR */
export const MR_RST = 0x80;
export const MR_PB = 0x10; // block ping replies

/* Sn_MR: protocol, and MACRAW's filter */
export const MACRAW = 0x04;
export const MFEN = 0x80; // our own address, broadcasts, and some groups

/* Sn_CR */
export const OPEN = 0x01;
export const CLOSE = 0x10;
export const SEND = 0x20;
export const RECV = 0x40;

/* Sn_IR */
export const IR_RECV = 0x04;
export const IR_ALL = 0x1f;

/* Sn_SR */
export const SOCK_MACRAW = 0x42;

/* PHYCFGR */
export const LNK = 0x01;

/** VERSIONR of every W5500. */
export const W5500_VERSION = 0x04;
