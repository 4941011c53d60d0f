/**
 * A keyed hash of endpoints, for sequence numbers and cookies that nobody can guess (RFC 6528 3, RFC 4987 3.6):
 * HalfSipHash with one round a word and three at the end (Aumasson, Bernstein; as Linux and others use it), 32 bits of
 * state words, no multiplication: cheap for an interpreter. Called once a connection.
 */
import { random32 } from "../../machdep";

let key0: number;
let key1: number;
let v0: number;
let v1: number;
let v2: number;
let v3: number;

/** A new key: at boot. */
export function in_hash_init(): void {
  key0 = random32();
  key1 = random32();
}

/** 32 bits that depend on all of `a` to `d` and on the key. */
export function in_hash(a: number, b: number, c: number, d: number): number {
  v0 = key0;
  v1 = key1;
  v2 = key0 ^ 0x6c796765;
  v3 = key1 ^ 0x74656462;
  hash_word(a);
  hash_word(b);
  hash_word(c);
  hash_word(d);
  hash_word(16 << 24); // the length
  v2 ^= 0xff;
  hash_round();
  hash_round();
  hash_round();
  return v1 ^ v3;
}

function hash_word(word: number): void {
  v3 ^= word;
  hash_round();
  v0 ^= word;
}

function hash_round(): void {
  v0 = (v0 + v1) | 0;
  v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
  v0 = (v0 << 16) | (v0 >>> 16);
  v2 = (v2 + v3) | 0;
  v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
  v0 = (v0 + v3) | 0;
  v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
  v2 = (v2 + v1) | 0;
  v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
  v2 = (v2 << 16) | (v2 >>> 16);
}
