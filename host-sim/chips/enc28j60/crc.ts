/**
 * CRC-32 of IEEE 802.3, as the frame check sequence and as the hash of the hash table filter.
 */

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The frame check sequence of the first `length` bytes; it is sent least significant byte first. */
export function frameCheckSequence(bytes: Uint8Array, length: number): number {
  let crc = -1;
  for (let i = 0; i < length; i++) crc = TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * The CRC register after the six octets of an address: preset to ones, octets least significant bit first, shifted
 * left, neither reflected nor inverted at the end (DS39662E 8.4).
 */
export function addressCrc(address: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < 6; i++)
    for (let bit = 0; bit < 8; bit++) {
      const feedback = (crc >>> 31) ^ ((address[i] >> bit) & 1);
      crc = (crc << 1) ^ (feedback ? 0x04c11db7 : 0);
    }
  return crc >>> 0;
}

/** Bits 28:23 of the register: 28:26 choose EHT0 to EHT7, 25:23 the bit in it. */
export function hashIndex(address: Uint8Array): number {
  return (addressCrc(address) >>> 23) & 0x3f;
}
