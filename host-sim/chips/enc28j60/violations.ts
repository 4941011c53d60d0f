/**
 * What a driver must not do: the rules of the data sheet (DS39662E) and the errata (DS80349C) that silicon does not
 * enforce but a driver has to keep. The model notes each breach and goes on as the chip would.
 */

import type { Violation as Noted } from "../violation_log";

export const RULES = {
  "cs-second-instruction": "more bytes than the instruction has: one instruction per CS period (DS39662E 4.1)",
  "cs-incomplete": "CS rose before the instruction's data byte: nothing happened (DS39662E 4.2)",
  "cs-high": "clocked while CS is high",
  "cs-already-low": "CS selected while it was low already",
  "cs-timing": "CS setup 50 ns, hold 10 ns (MAC and MII registers 210 ns), high 50 ns (DS39662E section 16)",
  "undefined-instruction": "no such instruction (DS39662E table 4-1)",
  "rcr-overrun": "clocked on after the data byte of RCR: there is no burst read of registers (DS39662E 4.2.1)",
  "spi-clock-fast": "SPI clock above 20 MHz (DS39662E section 16)",
  "spi-clock-slow": "MAC or MII register accessed below 8 MHz on B1 or B4 (erratum 1)",
  "reset-pulse": "RESET low for less than 400 ns, or again within 2 us (DS39662E section 16)",
  "address-1a": "address 0x1A must be neither read nor written (DS39662E 3.1)",
  "reserved-register": "write to a reserved address (DS39662E 3.1)",
  "unimplemented-register": "write to an unimplemented address (DS39662E 3.1)",
  "bit-field-on-mac": "BFS or BFC on a MAC or MII register (DS39662E 4.2.5)",
  "mac-before-clkrdy": "MAC or MII register, TXRTS or RXEN used while CLKRDY is 0 (DS39662E 6.4)",
  "mac-after-reset": "MAC or MII register, TXRTS or RXEN used within 1 ms of a reset (erratum 2)",
  "src-in-power-save": "SRC while PWRSV is 1 is ignored (erratum 19)",
  "pwrsv-while-active": "PWRSV set with RXEN, RXBUSY or TXRTS set (DS39662E 14)",
  "econ1-wcr-race": "WCR of ECON1 while TXRTS is 1: hardware may clear the bit meanwhile; use BFS and BFC",
  "erxrdpt-even": "even value in ERXRDPT (erratum 14)",
  "erxrdpt-outside": "ERXRDPT outside ERXST to ERXND (DS39662E 6.1)",
  "erxnd-even": "ERXND even when RXEN was set (erratum 14)",
  "erxst-not-zero": "ERXST not 0x0000 when RXEN was set (erratum 5)",
  "fifo-moved": "ERXST or ERXND written while RXEN is 1 (DS39662E 6.1)",
  "fifo-written": "WBM or DMA copy wrote into the receive FIFO while it is in use",
  "pktdec-empty": "PKTDEC while EPKTCNT is 0",
  "duplex-mismatch": "RXEN or TXRTS set while MACON3.FULDPX differs from PHCON1.PDPXMD (DS39662E 9)",
  "duplex-changed": "MACON3.FULDPX changed with RXEN, RXBUSY or TXRTS set (DS39662E 9)",
  "back-pressure": "EFLOCON = 1 in half duplex: advised against (DS39662E 10.1)",
  "tx-register-busy": "ETXST, ETXND or a MAC transmit register written while TXRTS is 1 (DS39662E 7.1)",
  "tx-data-busy": "transmit data or status bytes written while TXRTS is 1 (DS39662E 7.1)",
  "tx-in-reset": "TXRTS set while TXRST is 1",
  "tx-empty": "ETXND not behind ETXST: no frame to send",
  "tx-over-fifo": "the frame or its status vector lies in the receive FIFO (DS39662E 7.1)",
  "pad-without-crc": "padding without TXCRCEN (DS39662E MACON3)",
  "dma-one-byte": "EDMAST equals EDMAND: the DMA runs on over the whole memory (DS39662E 13.1)",
  "dma-endless": "EDMAND cannot be reached from EDMAST: the DMA never ends (DS39662E 13.1)",
  "dma-checksum-rxen": "DMA checksum while RXEN is 1 (erratum 17)",
  "dma-register-busy": "EDMAxx, CSUMEN, ERXST or ERXND written while DMAST is 1 (DS39662E 13.1)",
  "mii-while-busy": "MICMD, MIREGADR, MIWRL or MIWRH written while MISTAT.BUSY is 1 (DS39662E 3.3)",
  "mird-while-busy": "MIRD read while MISTAT.BUSY is 1: the value is an old one (DS39662E 3.3.1)",
  "phy-reserved-bits": "PHY register written with a reserved bit changed (PHLCON 13:12 must be 1) (DS39662E 3.3)",
  "bist-without-tme": "BISTST without TME (DS39662E 15)",
} as const;

export type Rule = keyof typeof RULES;

export type Violation = Noted<Rule>;
