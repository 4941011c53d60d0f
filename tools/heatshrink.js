/**
 * Compresses as Espruino's own `require("heatshrink")` does (LZSS with a window of 2^8 bytes and matches of up to 2^6,
 * libs/compression), but looks for the shortest result instead of taking the longest match at each place.
 *
 * A stream of bits, most significant first: 1 and a byte, or 0, how far back to look less one (8 bits), and how many
 * bytes to take from there less one (6 bits).
 */
const WINDOW_BITS = 8;
const LENGTH_BITS = 6;
const LITERAL_COST = 9;
const MATCH_COST = 1 + WINDOW_BITS + LENGTH_BITS;

/** A Buffer that `require("heatshrink").decompress` turns into `bytes` again. */
exports.compress = function compress(bytes) {
  const steps = cheapestSteps(bytes);
  const bits = [];
  for (let at = 0; at < bytes.length; at += steps[at].length) {
    const { length, distance } = steps[at];
    if (distance) put(bits, ((distance - 1) << LENGTH_BITS) | (length - 1), MATCH_COST);
    else put(bits, 0x100 | bytes[at], LITERAL_COST);
  }
  return packed(bits);
};

/** For each place the step, a literal or a match, by which the rest costs fewest bits. */
function cheapestSteps(bytes) {
  const steps = new Array(bytes.length);
  const cost = new Float64Array(bytes.length + 1);
  for (let at = bytes.length - 1; at >= 0; at--) {
    steps[at] = { length: 1, distance: 0 };
    cost[at] = LITERAL_COST + cost[at + 1];
    for (let distance = 1; distance <= Math.min(at, 1 << WINDOW_BITS); distance++) {
      const longest = matchLength(bytes, at, distance);
      for (let length = 2; length <= longest; length++)
        if (MATCH_COST + cost[at + length] < cost[at]) {
          cost[at] = MATCH_COST + cost[at + length];
          steps[at] = { length, distance };
        }
    }
  }
  return steps;
}

function matchLength(bytes, at, distance) {
  const limit = Math.min(bytes.length - at, 1 << LENGTH_BITS);
  let length = 0;
  while (length < limit && bytes[at + length] === bytes[at + length - distance]) length++;
  return length;
}

function put(bits, value, count) {
  for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
}

/** Whole bytes; the last is filled with zeroes, too few for another match. */
function packed(bits) {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    bytes[i >> 3] |= bit << (7 - (i & 7));
  });
  return bytes;
}
