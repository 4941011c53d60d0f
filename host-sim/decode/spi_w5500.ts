/**
 * Frames of the W5500 (data sheet 1.1.0, 2.2): two bytes of address, one of control with the block and the direction, data.
 */
import { COMMON, SOCKET } from "../chips/w5500/registers";
import { bytesText, type SpiTransaction } from "./spi_tap";

const HEADER = 3;
const WRITES = 0x04;

export function w5500Text({ mosi, miso }: SpiTransaction): string {
  if (mosi.length < HEADER) return `incomplete ${bytesText(mosi)}`;
  const address = (mosi[0] << 8) | mosi[1];
  const isWrite = (mosi[2] & WRITES) !== 0;
  const data = (isWrite ? mosi : miso).subarray(HEADER);
  return `${isWrite ? "W" : "R"}  ${where(mosi[2] >> 3, address)} ${isWrite ? "=" : "->"} ${bytesText(data)}`;
}

function where(block: number, address: number): string {
  if (block === 0) return nameOf(COMMON, address);
  const socket = block >> 2;
  if ((block & 3) === 1) return `S${socket}_${nameOf(SOCKET, address)}`;
  return `S${socket}_${(block & 3) === 2 ? "TX" : "RX"}[0x${address.toString(16).padStart(4, "0")}]`;
}

/** The register there, or the one that the address lies within. */
function nameOf(registers: Readonly<Record<string, number>>, address: number): string {
  const [name, at] = Object.entries(registers)
    .filter(([, begin]) => begin <= address)
    .reduce((nearest, each) => (each[1] > nearest[1] ? each : nearest), ["", -1]);
  return at === address ? name : name ? `${name}+${address - at}` : `0x${address.toString(16)}`;
}
