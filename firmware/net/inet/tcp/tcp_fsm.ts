/**
 * States of a TCP connection (RFC 9293 3.3.2). BSD: netinet/tcp_fsm.h; Stevens section 24.9.
 *
 * Ordered, so that `< TCPS_ESTABLISHED` means "not yet" and TCPS_HAVERCVDFIN is a comparison or two.
 */
import { TH_ACK, TH_FIN, TH_RST, TH_SYN } from "../../wire/tcp";

export const TCPS_CLOSED = 0;
export const TCPS_LISTEN = 1;
export const TCPS_SYN_SENT = 2;
export const TCPS_SYN_RECEIVED = 3;
/* those that have exchanged SYNs */
export const TCPS_ESTABLISHED = 4;
export const TCPS_CLOSE_WAIT = 5; // rcvd fin, waiting for close
/* those where the user has closed */
export const TCPS_FIN_WAIT_1 = 6; // have closed, sent fin
export const TCPS_CLOSING = 7; // closed, exchanged fins, await the ack of ours
export const TCPS_LAST_ACK = 8; // had fin and close; await the ack of our fin
/* those where the user has closed and the peer has acknowledged that */
export const TCPS_FIN_WAIT_2 = 9; // have closed, fin is acked
export const TCPS_TIME_WAIT = 10; // in 2*msl quiet wait after close
export const TCP_NSTATES = 11;

/** Has the peer's FIN come? */
export function TCPS_HAVERCVDFIN(s: number): boolean {
  return s === TCPS_CLOSE_WAIT || s === TCPS_CLOSING || s === TCPS_LAST_ACK || s === TCPS_TIME_WAIT;
}

/** Flags of what is sent in each state; the FIN goes with the last byte. */
export const tcp_outflags = [
  TH_RST | TH_ACK,
  0,
  TH_SYN,
  TH_SYN | TH_ACK,
  TH_ACK,
  TH_ACK,
  TH_FIN | TH_ACK,
  TH_FIN | TH_ACK,
  TH_FIN | TH_ACK,
  TH_ACK,
  TH_ACK,
];
