/**
 * `require("heatshrink")`: Espruino's compression (LZSS, window 2^8, matches up to 2^6). Only `decompress` is here.
 */
import { bytesOf } from "./bytes";
import type { Realm } from "./realm";

const WINDOW_BITS = 8;
const LENGTH_BITS = 6;

export function heatshrink(realm: Realm): Record<string, unknown> {
  return realm.object({ decompress: (data: unknown) => realm.bytes(decompressed(bytesOf(data))).buffer });
}

/** A bit at a time, as the stream comes; what is left at its end are fewer than 8 bits of nothing. */
function decompressed(data: Uint8Array): number[] {
  const output: number[] = [];
  let at = 0;
  const take = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value = (value << 1) | ((data[at >> 3] >> (7 - (at & 7))) & 1);
    return value;
  };
  const left = () => 8 * data.length - at;
  while (left() > 8) {
    if (take(1)) output.push(take(8));
    else if (left() < WINDOW_BITS + LENGTH_BITS) break;
    else copyBack(output, take(WINDOW_BITS) + 1, take(LENGTH_BITS) + 1);
  }
  return output;
}

function copyBack(output: number[], distance: number, length: number): void {
  for (let i = 0; i < length; i++) output.push(output[output.length - distance]);
}
