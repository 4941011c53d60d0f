/**
 * What a driver must not do: the rules of the data sheet that silicon does not enforce but a driver has to keep. The
 * model notes each breach and goes on as the chip would.
 */

import type { Violation as Noted } from "../violation_log";

export const RULES = {
  "frame-incomplete": "CS rose before the first data byte: two bytes of address, one of control, then data",
  "fixed-length-overrun": "more bytes than a frame of fixed length has",
  "cs-high": "clocked while CS is high",
  "cs-already-low": "CS selected while it was low already",
  "spi-clock-fast": "SPI clock above 80 MHz",
  "reserved-block": "no block has this number (4n + 4 is reserved)",
  "unknown-register": "no register is there",
  "read-only-register": "the register cannot be written",
  "reset-pulse": "RSTn low for less than 500 us",
  "access-after-reset": "used within 1 ms of RSTn, or before MR.RST is 0 again (MR itself may be read)",
  "command-while-busy": "a command while Sn_CR was not 0 yet: it is lost",
  "unknown-command": "a command that MACRAW does not know",
  "command-while-closed": "SEND or RECV on a socket that is not open",
  "open-while-open": "OPEN without CLOSE before it",
  "macraw-socket": "MACRAW is for socket 0 alone: OPEN fails",
  "engine-used": "TCP, UDP or another protocol of the chip's own engine, which this model lacks: OPEN fails",
  "engine-address": "SIPR is not 0 beside MACRAW: the chip answers ARP and ping itself",
  "buffer-size": "a buffer has 0, 1, 2, 4, 8 or 16 KB",
  "buffer-sum": "the buffers of all sockets are more than 16 KB together: they overlap",
  "buffer-size-while-open": "buffer size changed while the socket is open",
  "rx-buffer-written": "the receive buffer was written",
  "rx-pointer-beyond": "RECV with Sn_RX_RD behind what has been received",
  "rx-pointer-astray": "RECV with Sn_RX_RD in the middle of a frame (behind its length it is allowed)",
  "tx-data-beyond-free": "data written behind the free space of the transmit buffer",
  "tx-empty": "SEND with Sn_TX_WR where it was",
  "tx-too-long": "SEND of more than 1514 bytes",
  "send-before-sendok": "SEND before the frame before it has gone",
} as const;

export type Rule = keyof typeof RULES;

export type Violation = Noted<Rule>;
