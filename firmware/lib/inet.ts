/**
 * Addresses as text. BSD: lib/libc/inet/inet_addr.c, inet_ntoa.c; net/if_ether.c (ether_aton, ether_ntoa).
 */

/** What `inet_addr` answers to a text that is no address. */
export const INADDR_NONE = -1;

/** "192.0.2.1" as int32; INADDR_NONE unless it is four numbers of 0 to 255. */
export function inet_addr(text: string): number {
  const parts = ("" + text).split(".");
  let addr = 0;
  if (parts.length !== 4) return INADDR_NONE;
  for (let i = 0; i < 4; i++) {
    const n = digits(parts[i], "0123456789", 3, 10);
    if (n < 0 || n > 255) return INADDR_NONE;
    addr = (addr << 8) | n;
  }
  return addr;
}

/** int32 as "192.0.2.1". */
export function inet_ntoa(addr: number): string {
  return (addr >>> 24) + "." + ((addr >> 16) & 255) + "." + ((addr >> 8) & 255) + "." + (addr & 255);
}

/** "02:00:5e:10:20:30" as six bytes; null unless it is that. */
export function ether_aton(text: string): Uint8Array | null {
  const parts = ("" + text).toLowerCase().split(":");
  const enaddr = new Uint8Array(6);
  if (parts.length !== 6) return null;
  for (let i = 0; i < 6; i++) {
    const n = digits(parts[i], "0123456789abcdef", 2, 16);
    if (n < 0) return null;
    enaddr[i] = n;
  }
  return enaddr;
}

/** The six bytes of `enaddr` from `off` as "02:00:5e:10:20:30". */
export function ether_ntoa(enaddr: Uint8Array, off: number): string {
  let text = "";
  for (let i = 0; i < 6; i++) {
    const n = enaddr[off + i];
    text += (i ? ":" : "") + (n < 16 ? "0" : "") + n.toString(16);
  }
  return text;
}

/** The number that a text of 1 to `max` of `digits` stands for, -1 for any other text. */
function digits(text: string, alphabet: string, max: number, radix: number): number {
  let n = 0;
  if (!text.length || text.length > max) return -1;
  for (let i = 0; i < text.length; i++) {
    const digit = alphabet.indexOf(text[i]);
    if (digit < 0) return -1;
    n = n * radix + digit;
  }
  return n;
}
