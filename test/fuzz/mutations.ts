/**
 * What the fuzzer does to a frame.
 */
import type { Random } from "../../host-sim/random";
import { longAt, wordAt } from "../lib/packets/bytes";
import { LONGEST } from "../lib/packets/ethernet";
import { ICMP, TCP, UDP } from "../lib/packets/ipv4";

const SHORTEST = 14;
const IP = 14;

/** Values that programs get wrong. */
const BYTES = [0, 1, 2, 4, 5, 15, 20, 60, 64, 127, 128, 129, 254, 255];
const WORDS = [0, 1, 7, 8, 19, 20, 27, 28, 46, 60, 576, 1480, 1500, 1501, 0x7fff, 0x8000, 0xfffe, 0xffff];
const LONGS = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x7f000001, 0xe0000001, 0xc0000201, 0xc00002ff, 0xc0000200];

/** A field of a header: where, and how many bytes. */
type Field = readonly [offset: number, size: number];

const ETHERNET_FIELDS: Field[] = [
  [0, 1],
  [0, 4],
  [6, 4],
  [12, 2],
];
const ARP_FIELDS: Field[] = [
  [14, 2],
  [16, 2],
  [18, 1],
  [19, 1],
  [20, 2],
  [22, 4],
  [28, 4],
  [32, 4],
  [38, 4],
];
const IP_FIELDS: Field[] = [
  [14, 1],
  [15, 1],
  [16, 2],
  [18, 2],
  [20, 2],
  [22, 1],
  [23, 1],
  [24, 2],
  [26, 4],
  [30, 4],
];
/** Of each protocol, from the end of the IP header. */
const TRANSPORT_FIELDS: { [protocol: number]: Field[] } = {
  [ICMP]: [
    [0, 1],
    [1, 1],
    [2, 2],
    [4, 4],
    [8, 1],
    [10, 2],
    [14, 2],
    [17, 1],
    [20, 4],
    [24, 4],
    [28, 2],
    [30, 2],
  ],
  [UDP]: [
    [0, 2],
    [2, 2],
    [4, 2],
    [6, 2],
  ],
  [TCP]: [
    [0, 2],
    [2, 2],
    [4, 4],
    [8, 4],
    [12, 1],
    [13, 1],
    [14, 2],
    [16, 2],
    [18, 2],
    [20, 1],
    [21, 1],
    [22, 4],
  ],
};

export type Mutation = (frame: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** One of several, at random. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.below(list.length)];
}

function flipBits(frame: Uint8Array, random: Random): Uint8Array {
  for (let n = 1 + random.below(8); n; n--) frame[random.below(frame.length)] ^= 1 << random.below(8);
  return frame;
}

function setByte(frame: Uint8Array, random: Random): Uint8Array {
  frame[random.below(frame.length)] = pick(random, BYTES);
  return frame;
}

function truncate(frame: Uint8Array, random: Random): Uint8Array {
  return frame.slice(0, SHORTEST + random.below(frame.length - SHORTEST + 1));
}

function extend(frame: Uint8Array, random: Random): Uint8Array {
  const longer = new Uint8Array(frame.length + random.below(LONGEST - frame.length + 1));
  longer.set(frame);
  for (let i = frame.length; i < longer.length; i++) longer[i] = (i * 37) & 255;
  return longer;
}

/** Writes a field of the packet, or adds a little to it. */
function setField(frame: Uint8Array, random: Random): Uint8Array {
  const [offset, size] = pick(random, fieldsOf(frame));
  if (offset + size > frame.length) return frame;
  const values = size === 1 ? BYTES : size === 2 ? WORDS : LONGS;
  const old = size === 1 ? frame[offset] : size === 2 ? wordAt(frame, offset) : longAt(frame, offset);
  const value = random.chance(0.3) ? old + random.below(9) - 4 : pick(random, values);
  for (let i = 0; i < size; i++) frame[offset + i] = Math.floor(value / 256 ** (size - 1 - i)) & 255;
  return frame;
}

function fieldsOf(frame: Uint8Array): readonly Field[] {
  const type = wordAt(frame, 12);
  if (type === 0x0806) return [...ETHERNET_FIELDS, ...ARP_FIELDS];
  if (type !== 0x0800 || frame.length < IP + 20) return ETHERNET_FIELDS;
  const end = IP + (frame[IP] & 15) * 4;
  const transport = TRANSPORT_FIELDS[frame[IP + 9]] ?? [];
  return [...ETHERNET_FIELDS, ...IP_FIELDS, ...transport.map(([offset, size]): Field => [end + offset, size])];
}

/** Puts options of any kind between header and payload, and says so in the header. */
function insertOptions(frame: Uint8Array, random: Random): Uint8Array {
  const room = 15 - (frame[IP] & 15);
  const length = 4 * (1 + random.below(Math.max(room, 1)));
  if (wordAt(frame, 12) !== 0x0800 || room < 1 || frame.length + length > LONGEST) return frame;
  const options = Array.from({ length }, () => (random.chance(0.5) ? pick(random, BYTES) : random.below(256)));
  if (random.chance(0.5)) options.splice(0, 3, pick(random, [7, 68, 131, 137, 200]), length, 4);
  const longer = Uint8Array.from([...frame.subarray(0, IP + 20), ...options, ...frame.subarray(IP + 20)]);
  const total = wordAt(frame, IP + 2) + length;
  longer[IP] += length / 4;
  longer[IP + 2] = total >> 8;
  longer[IP + 3] = total & 255;
  return longer;
}

/** The head of one frame, the tail of another. */
function splice(frame: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const at = SHORTEST + random.below(Math.min(frame.length, other.length) - SHORTEST + 1);
  return Uint8Array.from([...frame.subarray(0, at), ...other.subarray(at)]);
}

/** Moves a run of bytes from one place to another. */
function copyWithin(frame: Uint8Array, random: Random): Uint8Array {
  const from = random.below(frame.length);
  return frame.copyWithin(random.below(frame.length), from, from + random.below(64));
}

export const MUTATIONS: readonly Mutation[] = [
  flipBits,
  setByte,
  truncate,
  extend,
  setField,
  setField,
  setField,
  setField,
  insertOptions,
  splice,
  copyWithin,
];
