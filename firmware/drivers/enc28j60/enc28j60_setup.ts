/**
 * Bringing the ENC28J60 up: MAC, PHY and filters. DS39662E sections 6.5, 6.6 and 8.
 */
import { INET_MULTICAST } from "../../config";
import { IFF_ALLMULTI, IFF_PROMISC } from "../../net/if/ifnet";
import { type EncSoftc, ETHER_MAX_LEN, NKEPT_MAC, RXEND, RXSTART, TXSTART } from "./enc28j60_var";
import {
  BCEN,
  CRCEN,
  DEFER,
  EFLOCON,
  EHT0,
  ERXFCON,
  ERXND,
  ERXST,
  ETXST,
  FRMLNEN,
  FULDPX,
  FULDPXS,
  HDLDIS,
  HTEN,
  MAADR1,
  MAADR2,
  MAADR3,
  MAADR4,
  MAADR5,
  MAADR6,
  MABBIPG,
  MACON1,
  MACON3,
  MACON4,
  MAIPG,
  MAMXFL,
  MARXEN,
  MCEN,
  MICMD,
  MIISCAN,
  MIREGADR,
  PADCFG60,
  PDPXMD,
  PHCON1,
  PHCON2,
  PHLCON,
  PHSTAT2,
  RXPAUS,
  TXCRCEN,
  TXPAUS,
  UCEN,
} from "./regs";
import { en_physcan, en_phywait, en_phywrite, en_wcr } from "./spi";

/** LED A: link and activity; LED B: activity; stretched to be seen. Erratum 11: no code that shows collisions. */
const PHLCON_LEDS = 0x3476;

/** Where the octets of the address lie. */
const maadr = [MAADR1, MAADR2, MAADR3, MAADR4, MAADR5, MAADR6];

/** Writes a register that is to stay so: the watchdog compares it from now on. */
function en_keep(sc: EncSoftc, reg: number, value: number): void {
  en_wcr(sc, reg, value);
  en_note(sc, reg, value);
}

function en_note(sc: EncSoftc, reg: number, value: number): void {
  const i = sc.en_nkept++;
  sc.en_kept[i] = reg;
  sc.en_values[i] = value;
}

function en_note16(sc: EncSoftc, reg: number, value: number): void {
  en_note(sc, reg, value & 255);
  en_note(sc, reg + 1, value >> 8);
}

function en_keep16(sc: EncSoftc, reg: number, value: number): void {
  en_keep(sc, reg, value & 255);
  en_keep(sc, reg + 1, value >> 8);
}

/** What others write. */
function en_noteelse(sc: EncSoftc): void {
  en_note16(sc, ETXST, TXSTART);
  en_note16(sc, ERXST, RXSTART);
  en_note16(sc, ERXND, RXEND);
  en_note(sc, MIREGADR, PHSTAT2);
  en_note(sc, MICMD, MIISCAN);
}

/** MAC, in the order of section 6.5: receive, frames, gaps and address. */
export function en_macinit(sc: EncSoftc): void {
  const full = sc.en_fulldpx;
  sc.en_patrol = 0;
  sc.en_nkept = 0;
  en_noteelse(sc);
  en_keep(sc, MACON1, full ? MARXEN | TXPAUS | RXPAUS : MARXEN);
  en_keep(sc, MACON3, PADCFG60 | TXCRCEN | FRMLNEN | (full ? FULDPX : 0));
  en_keep(sc, MACON4, full ? 0 : DEFER);
  en_keep16(sc, MAMXFL, ETHER_MAX_LEN);
  en_keep(sc, MABBIPG, full ? 0x15 : 0x12);
  en_keep16(sc, MAIPG, full ? 0x0012 : 0x0c12);
  en_wcr(sc, EFLOCON, 0); // a 1 in half duplex jams the cable as long as it is there
  en_note(sc, EFLOCON, full ? FULDPXS : 0);
  for (let i = 0; i < 6; i++) en_keep(sc, maadr[i], sc.ac_enaddr[i]);
}

/**
 * PHY, section 6.6: duplex as the MAC has it, whatever the LED strap says (erratum 16), nothing looped back in half duplex
 * (erratum 9; erratum 10 is why there is no loopback test), and the link watched by the MII itself. False when it does
 * not answer.
 */
export function en_phyinit(sc: EncSoftc): boolean {
  const full = sc.en_fulldpx;
  en_wcr(sc, MICMD, 0);
  const alive =
    en_phywait(sc) &&
    en_phywrite(sc, PHCON1, full ? PDPXMD : 0) &&
    en_phywrite(sc, PHCON2, full ? 0 : HDLDIS) &&
    en_phywrite(sc, PHLCON, PHLCON_LEDS);
  en_physcan(sc, PHSTAT2);
  return alive;
}

/** Which frames to take, DS39662E section 8: ours, everybody's, and by hash those of our groups. */
export function en_setfilter(sc: EncSoftc): void {
  const groups = sc.ac_multicnt ? HTEN : 0;
  sc.en_nkept = NKEPT_MAC;
  for (let i = 0; i < 8; i++) en_keep(sc, EHT0 + i, INET_MULTICAST ? en_hashbyte(sc, i) : 0);
  const some = UCEN | CRCEN | BCEN | (sc.if_flags & IFF_ALLMULTI ? MCEN : groups);
  en_keep(sc, ERXFCON, sc.if_flags & IFF_PROMISC ? CRCEN : some);
}

/** Byte `n` of the hash table. */
function en_hashbyte(sc: EncSoftc, n: number): number {
  let byte = 0;
  for (let enm = sc.ac_multiaddrs; enm; enm = enm.enm_next) {
    const index = en_hash(enm.enm_addr);
    if (index >> 3 === n) byte |= 1 << (index & 7);
  }
  return byte;
}

/** Bits 28:23 of the address's CRC-32, not inverted (DS39662E 8.4; the order of bits as the vendor's driver has it). */
function en_hash(enaddr: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < 6; i++) {
    let byte = enaddr[i];
    for (let bit = 8; bit; bit--) {
      crc = (((crc >> 31) ^ -(byte & 1)) & 0x04c11db7) ^ (crc << 1);
      byte >>= 1;
    }
  }
  return (crc >> 23) & 63;
}
