/**
 * The receive and transmit status vectors (DS39662E tables 7-1 and 7-3): what the MAC says of a frame.
 */
import { Rsv, Tsv2, Tsv3, Tsv6 } from "./bits";
import { CRC_BYTES } from "./core";
import { isBroadcast, isMulticast } from "./filters";

const ETHERTYPE_AT = 12;
const HEADER_BYTES = 14;
const LARGEST_LENGTH_FIELD = 1500;
const SHORTEST_DATA = 46;
export const ETHERTYPE_CONTROL = 0x8808;
const ETHERTYPE_VLAN = 0x8100;
export const OPCODE_PAUSE = 0x0001;

export function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

export function etherType(frame: Uint8Array): number {
  return word(frame, ETHERTYPE_AT);
}

export function isControlFrame(frame: Uint8Array): boolean {
  return etherType(frame) === ETHERTYPE_CONTROL;
}

export function isPauseFrame(frame: Uint8Array): boolean {
  return isControlFrame(frame) && word(frame, HEADER_BYTES) === OPCODE_PAUSE;
}

/** What the receiver knows of a frame besides its bytes. */
export interface Reception {
  crcGood: boolean;
  dribble: boolean;
  checkLength: boolean;
  dropEvent: boolean;
}

/** Bits 31:16 of the receive status vector; `length` includes the CRC. */
export function receiveStatus(frame: Uint8Array, length: number, reception: Reception): number {
  let status = reception.crcGood ? Rsv.RECEIVED_OK : Rsv.CRC_ERROR;
  if (reception.dropEvent) status |= Rsv.DROP_EVENT;
  if (reception.dribble) status |= Rsv.DRIBBLE_NIBBLE;
  if (isBroadcast(frame)) status |= Rsv.BROADCAST;
  else if (isMulticast(frame)) status |= Rsv.MULTICAST;
  return status | receiveLengthStatus(frame, length, reception.checkLength) | receiveTypeStatus(frame);
}

function receiveLengthStatus(frame: Uint8Array, length: number, check: boolean): number {
  if (etherType(frame) > LARGEST_LENGTH_FIELD) return Rsv.LENGTH_OUT_OF_RANGE;
  return check && !lengthFieldFits(frame, length) ? Rsv.LENGTH_CHECK_ERROR : 0;
}

function receiveTypeStatus(frame: Uint8Array): number {
  if (etherType(frame) === ETHERTYPE_VLAN) return Rsv.VLAN;
  if (!isControlFrame(frame)) return 0;
  return Rsv.CONTROL_FRAME | (isPauseFrame(frame) ? Rsv.PAUSE_FRAME : Rsv.UNKNOWN_OPCODE);
}

function lengthFieldFits(frame: Uint8Array, length: number): boolean {
  return length - HEADER_BYTES - CRC_BYTES === Math.max(etherType(frame), SHORTEST_DATA);
}

/** What the transmitter knows of a frame when it is done with it. */
export interface TransmitReport {
  /** Of the frame with padding and CRC, and of everything that was on the wire, collided attempts included. */
  bytes: number;
  wireBytes: number;
  collisions: number;
  result: "sent" | "lateCollision" | "excessiveCollisions" | "excessiveDeferral" | "giant";
  deferred: boolean;
  crcError: boolean;
  checkLength: boolean;
}

/** The seven bytes of the transmit status vector go to `vector`. */
export function fillTransmitStatus(vector: Uint8Array, frame: Uint8Array, report: TransmitReport): void {
  vector[0] = report.bytes;
  vector[1] = report.bytes >> 8;
  vector[2] = Math.min(report.collisions, Tsv2.COLLISIONS) | transmitResult2(frame, report);
  vector[3] = transmitResult3(frame, report);
  vector[4] = report.wireBytes;
  vector[5] = report.wireBytes >> 8;
  vector[6] = transmitType(frame);
}

function transmitResult2(frame: Uint8Array, report: TransmitReport): number {
  const done = report.result === "sent" ? Tsv2.DONE : 0;
  const crc = report.crcError ? Tsv2.CRC_ERROR : 0;
  if (etherType(frame) > LARGEST_LENGTH_FIELD) return done | crc | Tsv2.LENGTH_OUT_OF_RANGE;
  return done | crc | (report.checkLength && !lengthFieldFits(frame, report.bytes) ? Tsv2.LENGTH_CHECK_ERROR : 0);
}

const RESULT_BIT: Readonly<Record<TransmitReport["result"], number>> = {
  sent: 0,
  lateCollision: Tsv3.LATE_COLLISION,
  excessiveCollisions: Tsv3.EXCESSIVE_COLLISION,
  excessiveDeferral: Tsv3.EXCESSIVE_DEFER,
  giant: Tsv3.GIANT,
};

function transmitResult3(frame: Uint8Array, report: TransmitReport): number {
  let status = RESULT_BIT[report.result] | (report.deferred ? Tsv3.DEFER : 0);
  if (isBroadcast(frame)) status |= Tsv3.BROADCAST;
  else if (isMulticast(frame)) status |= Tsv3.MULTICAST;
  return status;
}

function transmitType(frame: Uint8Array): number {
  if (etherType(frame) === ETHERTYPE_VLAN) return Tsv6.VLAN;
  if (!isControlFrame(frame)) return 0;
  return Tsv6.CONTROL_FRAME | (isPauseFrame(frame) ? Tsv6.PAUSE_FRAME : 0);
}
