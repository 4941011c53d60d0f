/**
 * Bringing the ENC28J60 up: MAC, PHY and filters. DS39662E sections 6.5, 6.6 and 8.
 */
import { IFF_ALLMULTI, IFF_PROMISC } from "../../net/if/ifnet";
import { type EncSoftc, ETHER_MAX_LEN } from "./enc28j60_var";
import {
  BCEN,
  CRCEN,
  DEFER,
  EHT0,
  ERXFCON,
  FRMLNEN,
  FULDPX,
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
import { en_physcan, en_phywrite, en_wcr, en_wcr16 } from "./spi";

/** LED A: link and activity; LED B: activity; stretched to be seen. Erratum 11: no code that shows collisions. */
const PHLCON_LEDS = 0x3476;

/** MAC, in the order of section 6.5: receive, frames, gaps and address. */
export function en_macinit(sc: EncSoftc): void {
  const full = sc.en_fulldpx;
  en_wcr(sc, MACON1, full ? MARXEN | TXPAUS | RXPAUS : MARXEN);
  en_wcr(sc, MACON3, PADCFG60 | TXCRCEN | FRMLNEN | (full ? FULDPX : 0));
  en_wcr(sc, MACON4, full ? 0 : DEFER);
  en_wcr16(sc, MAMXFL, ETHER_MAX_LEN);
  en_wcr(sc, MABBIPG, full ? 0x15 : 0x12);
  en_wcr16(sc, MAIPG, full ? 0x0012 : 0x0c12);
  en_setaddr(sc);
}

function en_setaddr(sc: EncSoftc): void {
  const registers = [MAADR1, MAADR2, MAADR3, MAADR4, MAADR5, MAADR6];
  for (let i = 0; i < 6; i++) en_wcr(sc, registers[i], sc.ac_enaddr.charCodeAt(i));
}

/**
 * PHY, section 6.6: duplex as the MAC has it, whatever the LED strap says (erratum 16), nothing looped back in half duplex
 * (erratum 9; erratum 10 is why there is no loopback test), and the link watched by the MII itself. False when it does
 * not answer.
 */
export function en_phyinit(sc: EncSoftc): boolean {
  const full = sc.en_fulldpx;
  const alive =
    en_phywrite(sc, PHCON1, full ? PDPXMD : 0) &&
    en_phywrite(sc, PHCON2, full ? 0 : HDLDIS) &&
    en_phywrite(sc, PHLCON, PHLCON_LEDS);
  en_physcan(sc, PHSTAT2);
  return alive;
}

/** Which frames to take, DS39662E section 8: ours, everybody's, and by hash those of our groups. */
export function en_setfilter(sc: EncSoftc): void {
  const groups = sc.ac_multicnt ? HTEN : 0;
  for (let i = 0; i < 8; i++) en_wcr(sc, EHT0 + i, en_hashbyte(sc, i));
  if (sc.if_flags & IFF_PROMISC) en_wcr(sc, ERXFCON, CRCEN);
  else en_wcr(sc, ERXFCON, UCEN | CRCEN | BCEN | (sc.if_flags & IFF_ALLMULTI ? MCEN : groups));
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
function en_hash(enaddr: string): number {
  let crc = -1;
  for (let i = 0; i < 6; i++) {
    let byte = enaddr.charCodeAt(i);
    for (let bit = 8; bit; bit--) {
      crc = (((crc >> 31) ^ -(byte & 1)) & 0x04c11db7) ^ (crc << 1);
      byte >>= 1;
    }
  }
  return (crc >> 23) & 63;
}
