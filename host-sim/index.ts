/**
 * The host simulation as a library: boards with network chips, cables and links, in virtual time.
 *
 *     const clock = new VirtualClock();
 *     const segment = new Segment(clock, { loss: 0.2, seed: 7 });
 *     const a = createMachine({ clock, segment, chip: "enc28j60", bundle: "dist/enc28j60.test.js", ip: "10.0.0.1/24" });
 *     const fd = a.net.socket(2, 2, 0);
 *     clock.runFor(10 * MS);
 */
export { type ChipKind, chips, type NetworkChip, type Violation } from "./chips";
export type { SpiDevice } from "./chips/spi_device";
export { type ClockEvent, MS, SECOND, US, VirtualClock } from "./clock";
export { Board, type BoardOptions } from "./espruino/board";
export type { Transceiver } from "./line";
export type { Forward } from "./links/forward";
export { type Link, type LinkContext, type LinkCounters, LinkError } from "./links/link";
export { type StreamAddress, StreamLink } from "./links/stream";
export { type HostAddress, TapLink } from "./links/tap";
export { FORWARDS, UserLink } from "./links/user";
export { createMachine, type Machine, type MachineOptions } from "./machine";
export type { NetCalls, SockaddrIn } from "./net_calls";
export { capture, PcapFile } from "./pcap";
export { Random } from "./random";
export { RealTime } from "./realtime";
export { type CableFaults, PERFECT_CABLE, Segment, type SegmentCounters, type SegmentPort } from "./segment";
