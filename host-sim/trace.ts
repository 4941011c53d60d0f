/**
 * `--trace`: a line for each packet on the board's cable, as tcpdump(1) would print it, from the board's point of view; and
 * `--trace spi`: a line for each thing that it says to its chip.
 */
import { MS, SECOND } from "./clock";
import { PacketDecoder } from "./decode/packet";
import { spiDecoder } from "./decode/spi";
import type { SpiTransaction } from "./decode/spi_tap";
import type { Segment } from "./segment";

/** Prints the packets on `segment` from now on; `epochNs` is the time of day at virtual time 0. The result ends it. */
export function tracePackets(segment: Segment, epochNs: bigint, print: (line: string) => void): () => void {
  const decoder = new PacketDecoder();
  return segment.tap((timeNs, frame, from) => {
    print(`${timeText(epochNs, timeNs)} ${from === "board" ? "Out" : "In "} ${decoder.line(frame)}`);
  });
}

/** What prints the transactions of a chip; `now` is the time in ns. */
export function traceSpi(
  chip: string,
  epochNs: bigint,
  now: () => number,
  print: (line: string) => void,
): (transaction: SpiTransaction) => void {
  const text = spiDecoder(chip);
  return (transaction) => print(`${timeText(epochNs, now())} SPI ${text(transaction)}`);
}

/** "12:34:56.123456", in the time zone of this host. */
function timeText(epochNs: bigint, timeNs: number): string {
  const ns = epochNs + BigInt(Math.round(timeNs));
  const date = new Date(Number(ns / BigInt(MS)));
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => `${part}`.padStart(2, "0"))
    .join(":");
  return `${clock}.${`${(ns % BigInt(SECOND)) / 1000n}`.padStart(6, "0")}`;
}
