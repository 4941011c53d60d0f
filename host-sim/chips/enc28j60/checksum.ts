/**
 * The Internet checksum as the DMA, the pattern filter and the self test compute it (DS39662E 13.2): the
 * ones-complement of the ones-complement sum of big endian words, an odd byte padded with zero.
 */
export class InternetChecksum {
  private sum = 0;
  private odd = false;

  add(byte: number): void {
    this.sum += this.odd ? byte : byte << 8;
    this.odd = !this.odd;
  }

  /** 16 bits. At most 128 KB may have been added. */
  result(): number {
    let sum = this.sum;
    while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
    return ~sum & 0xffff;
  }
}
