/**
 * The grid: what can happen to a connection, in which state. A square is filled by scripts/<event>/<state>.pkt (and by
 * <state>.<what>.pkt beside it), or explained here. Folders with other names hold scripts on a subject.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SCRIPTS } from "./script";

export const STATES = [
  "closed",
  "listen",
  "syn-sent",
  "syn-received",
  "established",
  "fin-wait-1",
  "fin-wait-2",
  "close-wait",
  "closing",
  "last-ack",
  "time-wait",
] as const;

/** The events of RFC 9293 3.10, segments by what is to be told apart of them. */
export const EVENTS: { [event: string]: string } = {
  "user-listen": "OPEN, passive",
  "user-connect": "OPEN, active",
  "user-send": "SEND",
  "user-recv": "RECEIVE",
  "user-close": "CLOSE",
  "user-abort": "ABORT",
  "user-shutdown": "shutdown: CLOSE, but the descriptor stays",
  "rcv-syn": "SYN",
  "rcv-synack": "SYN, ACK",
  "rcv-ack": "ACK of something new",
  "rcv-old-ack": "ACK from before",
  "rcv-future-ack": "ACK of what was not sent",
  "rcv-data": "data in order",
  "rcv-data-out-of-order": "data out of order",
  "rcv-data-beyond-window": "data outside the window",
  "rcv-fin": "FIN",
  "rcv-rst": "RST, exactly what is expected",
  "rcv-rst-in-window": "RST elsewhere in the window",
  "rcv-rst-out-of-window": "RST outside the window",
  "rcv-urg": "URG",
  "rcv-bad-checksum": "wrong checksum",
  "timer-retransmit": "retransmission timeout",
  "timer-persist": "persist timeout",
  "timer-keepalive": "keepalive timeout",
  "timer-fin-wait-2": "FIN_WAIT_2 timeout",
  "timer-2msl": "2 MSL timeout",
  "icmp-unreachable": "ICMP destination unreachable",
};

const NO_CONNECTION = "cannot happen: there is no connection yet, so no number to be";
const NOT_OPEN = "cannot happen: nothing can be sent before the connection stands";
const ALL_ACKED = "cannot happen: all that we sent is acknowledged";
const FIN_OUT = "cannot happen: our FIN is out, and its retransmissions show whether the peer is there (MUST-26)";

/** Why a square is empty: for an event, the states and the reason. */
const REASONS: [event: string, states: string, reason: string][] = [
  ["rcv-old-ack", "closed listen", `${NO_CONNECTION} older than: rcv-ack`],
  ["rcv-future-ack", "closed listen", `${NO_CONNECTION} newer than: rcv-ack`],
  ["rcv-data-out-of-order", "closed listen", `${NO_CONNECTION} out of order with: rcv-data`],
  ["rcv-data-beyond-window", "closed listen", `${NO_CONNECTION} outside the window of: rcv-data`],
  ["rcv-data-beyond-window", "syn-sent", `${NO_CONNECTION} outside the window of: rcv-data-out-of-order`],
  ["rcv-rst-in-window", "closed listen", `${NO_CONNECTION} in the window of: rcv-rst`],
  ["rcv-rst-out-of-window", "closed listen", `${NO_CONNECTION} outside the window of: rcv-rst`],
  ["rcv-rst-out-of-window", "syn-sent", `${NO_CONNECTION} outside the window of: rcv-rst-in-window`],
  ["rcv-urg", "closed listen", "cannot matter: the segment is reset before its URG is looked at: rcv-data"],
  ["rcv-urg", "syn-sent", "cannot matter: a segment without SYN is dropped before its URG is looked at: rcv-data"],
  ["timer-retransmit", "closed listen", "cannot happen: nothing is out"],
  ["timer-retransmit", "fin-wait-2 time-wait", ALL_ACKED],
  ["timer-persist", "closed listen syn-sent syn-received", NOT_OPEN],
  ["timer-persist", "fin-wait-2 time-wait", "cannot happen: all is sent, so no window is waited for"],
  ["timer-keepalive", "closed listen", "cannot happen: there is no peer"],
  [
    "timer-keepalive",
    "syn-sent syn-received",
    "cannot happen: our SYN is out, and the open times out: timer-retransmit",
  ],
  ["timer-keepalive", "fin-wait-1 closing last-ack", FIN_OUT],
  ["timer-keepalive", "time-wait", "cannot happen: 2 MSL ends the connection, whether the peer is there or not"],
  [
    "timer-fin-wait-2",
    "closed listen syn-sent syn-received established fin-wait-1 close-wait closing last-ack time-wait",
    "cannot happen: the timer starts with FIN_WAIT_2 and stops with it",
  ],
  [
    "timer-2msl",
    "closed listen syn-sent syn-received established fin-wait-1 fin-wait-2 close-wait closing last-ack",
    "cannot happen: the timer starts with TIME_WAIT and ends it",
  ],
];

/** Is there a script for the square? */
export function filled(event: string, state: string): boolean {
  return existsSync(join(SCRIPTS, event, `${state}.pkt`));
}

/** Why there is none, if that is known. */
export function reason(event: string, state: string): string | undefined {
  return REASONS.find(([of, states]) => of === event && states.split(" ").includes(state))?.[2];
}

/** The folders that are no event: subjects. */
export function subjects(): string[] {
  return readdirSync(SCRIPTS).filter((folder) => !(folder in EVENTS) && folder !== "reach");
}

export function scriptsIn(folder: string): string[] {
  return readdirSync(join(SCRIPTS, folder)).sort();
}
