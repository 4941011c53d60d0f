/**
 * Puts the checksums of a mutated frame right, as far as it still looks like a packet: a fault behind a checksum that is
 * wrong is never reached.
 */
import { type Bytes, internetChecksum, word, wordAt } from "../lib/packets/bytes";
import { TYPE_IP } from "../lib/packets/ethernet";
import { ICMP, TCP, UDP } from "../lib/packets/ipv4";

const IP = 14;
/** Where the checksum is in the header of each protocol. */
const CHECKSUM_AT: { [protocol: number]: number } = { [ICMP]: 2, [UDP]: 6, [TCP]: 16 };

export function repair(frame: Uint8Array): void {
  if (frame.length < IP + 20 || wordAt(frame, 12) !== TYPE_IP) return;
  const header = (frame[IP] & 15) * 4;
  if (header < 20 || IP + header > frame.length) return;
  const end = Math.min(frame.length, IP + wordAt(frame, IP + 2));
  store(frame.subarray(IP, IP + header), 10, []);
  repairTransport(frame, frame.subarray(IP + header, Math.max(end, IP + header)));
}

function repairTransport(frame: Uint8Array, message: Uint8Array): void {
  const protocol = frame[IP + 9];
  const at = CHECKSUM_AT[protocol];
  if (at === undefined || message.length < at + 2) return;
  if (protocol === ICMP) {
    store(message, at, []);
    return;
  }
  const covered = protocol === UDP ? message.subarray(0, Math.max(8, wordAt(message, 4))) : message;
  store(covered, at, [...frame.subarray(IP + 12, IP + 20), 0, protocol, ...word(covered.length)]);
}

/** Writes the checksum over `inFront` and `message` into the latter. */
function store(message: Uint8Array, at: number, inFront: Bytes): void {
  message[at] = message[at + 1] = 0;
  let sum = 65535 - internetChecksum(message) + 65535 - internetChecksum(inFront);
  if (sum > 65535) sum -= 65535;
  message.set(word(65535 - sum), at);
}
