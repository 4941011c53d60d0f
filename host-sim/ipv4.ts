/**
 * IPv4 addresses as users write them. Numbers are unsigned 32-bit integers.
 */

/** An address within its network. */
export interface NetworkAddress {
  /** "10.0.2.15" */
  address: string;
  /** prefix length */
  length: number;
}

/** "10.0.2.15" as a number; undefined when it is none. */
export function addressNumber(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

/** 24 -> 0xffffff00 */
export function maskNumber(length: number): number {
  return length === 0 ? 0 : (-1 << (32 - length)) >>> 0;
}

/** 24 -> "255.255.255.0" */
export function maskText(length: number): string {
  return addressText(maskNumber(length));
}

/** "10.0.2.15/24" taken apart; undefined unless it is an address that a host may have in such a network. */
export function networkAddress(text: string): NetworkAddress | undefined {
  const [address, length, more] = text.split("/");
  const number = addressNumber(address);
  if (number === undefined || more !== undefined || !/^\d{1,2}$/.test(length ?? "")) return undefined;
  const bits = Number(length);
  const host = number & ~maskNumber(bits);
  const allOnes = ~maskNumber(bits);
  if (bits < 1 || bits > 30 || host === 0 || host === allOnes) return undefined;
  return { address, length: bits };
}

/** Whether `address` is in the network of `network`. */
export function sameNetwork(network: NetworkAddress, address: string): boolean {
  const mask = maskNumber(network.length);
  return ((addressNumber(address) ?? 0) & mask) === ((addressNumber(network.address) ?? 0) & mask);
}

/** The first address of the network that is not the given one. */
export function firstOther({ address, length }: NetworkAddress): string {
  const number = addressNumber(address) ?? 0;
  const first = ((number & maskNumber(length)) >>> 0) + 1;
  return addressText(first === number ? first + 1 : first);
}
