/**
 * DHCP messages (RFC 2131, 2132): a builder and a strict parser.
 */
import { type Bytes, chars, ipBytes, ipText, long, longAt, macBytes, macText, word, wordAt } from "./bytes";

export const DISCOVER = 1;
export const OFFER = 2;
export const REQUEST = 3;
export const DECLINE = 4;
export const ACK = 5;
export const NAK = 6;
export const RELEASE = 7;
export const INFORM = 8;

export const SERVER_PORT = 67;
export const CLIENT_PORT = 68;
const COOKIE = [99, 130, 83, 99];

/** Values of options by code. */
export type DhcpOptions = { [code: number]: Bytes };

export interface Dhcp {
  op: number;
  xid: number;
  secs: number;
  broadcast: boolean;
  /** "0.0.0.0" where there is none */
  client: string;
  your: string;
  mac: string;
  options: DhcpOptions;
}

export interface DhcpFields extends Partial<Dhcp> {
  /** bytes in place of the fields for a server's name and a boot file, 64 and 128 at most */
  sname?: Bytes;
  file?: Bytes;
  cookie?: Bytes;
  /** bytes in place of the options */
  raw?: Bytes;
}

export function dhcp(fields: DhcpFields): number[] {
  return [
    fields.op ?? 2,
    1,
    6,
    0,
    ...long(fields.xid ?? 0),
    ...word(fields.secs ?? 0),
    ...word(fields.broadcast ? 0x8000 : 0),
    ...ipBytes(fields.client ?? "0.0.0.0"),
    ...ipBytes(fields.your ?? "0.0.0.0"),
    ...[0, 0, 0, 0, 0, 0, 0, 0],
    ...filled(macBytes(fields.mac ?? "00:00:00:00:00:00"), 16),
    ...filled(fields.sname ?? [], 64),
    ...filled(fields.file ?? [], 128),
    ...(fields.cookie ?? COOKIE),
    ...(fields.raw ?? [...dhcpOptions(fields.options ?? {}), 255]),
  ];
}

/** Options one after the other, without an end; one of more than 255 bytes in pieces (RFC 3396). */
export function dhcpOptions(options: DhcpOptions): number[] {
  return Object.entries(options).flatMap(([code, value]) => {
    const pieces: number[] = [];
    for (let at = 0; at === 0 || at < value.length; at += 255) {
      const piece = Array.from(value).slice(at, at + 255);
      pieces.push(Number(code), piece.length, ...piece);
    }
    return pieces;
  });
}

function filled(bytes: Bytes, length: number): number[] {
  return [...bytes, ...new Array(length - bytes.length).fill(0)];
}

export function parseDhcp(bytes: Uint8Array): Dhcp {
  if (bytes.length < 300) throw new Error(`a DHCP message of ${bytes.length} bytes`);
  if (bytes[1] !== 1 || bytes[2] !== 6 || bytes[3] !== 0)
    throw new Error(`DHCP: htype, hlen, hops ${bytes.subarray(1, 4)}`);
  if (COOKIE.some((byte, i) => bytes[236 + i] !== byte)) throw new Error("DHCP: no cookie");
  if (bytes.subarray(34, 236).some((byte) => byte !== 0))
    throw new Error("DHCP: chaddr, sname or file is not filled with 0");
  return {
    op: bytes[0],
    xid: longAt(bytes, 4),
    secs: wordAt(bytes, 8),
    broadcast: bytes[10] >= 0x80,
    client: ipText(bytes.subarray(12, 16)),
    your: ipText(bytes.subarray(16, 20)),
    mac: macText(bytes.subarray(28, 34)),
    options: parseOptions(bytes.subarray(240)),
  };
}

function parseOptions(bytes: Uint8Array): DhcpOptions {
  const options: DhcpOptions = {};
  let at = 0;
  while (bytes[at] !== 255) {
    if (at + 2 + bytes[at + 1] > bytes.length) throw new Error(`DHCP: option ${bytes[at]} does not end`);
    if (options[bytes[at]]) throw new Error(`DHCP: option ${bytes[at]} twice`);
    options[bytes[at]] = bytes.slice(at + 2, at + 2 + bytes[at + 1]);
    at += 2 + bytes[at + 1];
  }
  if (bytes.subarray(at + 1).some((byte) => byte !== 0)) throw new Error("DHCP: something behind the end of options");
  return options;
}

/** What a text looks like in an option. */
export const dhcpText = chars;
