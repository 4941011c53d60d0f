/**
 * Hardware addresses, made up. Called by the composition roots and by AutoIP.
 */
import { serial_number } from "../../machdep";

/** A hardware address for the interface `name`, whose chip has none: locally administered, made of the board's serial number. */
export function ether_default(name: string): Uint8Array {
  let hash = ether_hash(serial_number() + name);
  const enaddr = new Uint8Array(6);
  enaddr[0] = 2;
  for (let i = 0; i < 5; i++) {
    hash = fnv(hash ^ i);
    enaddr[i + 1] = hash >>> 24; // the lowest bits depend on none but themselves
  }
  return enaddr;
}

/** A number that follows from a text, int32 (FNV-1a). */
export function ether_hash(text: string): number {
  let hash = -2128831035;
  for (let i = 0; i < text.length; i++) hash = fnv(hash ^ text.charCodeAt(i));
  return hash;
}

/** hash * 16777619 modulo 2^32, in parts that doubles hold exactly. */
function fnv(hash: number): number {
  return ((hash & 0xffff) * 16777619 + (((hash >>> 16) * 403) << 16)) | 0;
}
