/**
 * How a connection stands, for programs: what Linux tells by TCP_INFO. Called by sockets.ts.
 */
import { type TcpInfo, tcp_info } from "../net/inet/tcp/tcp_sockopt";
import type { Socket } from "../net/kern/socketvar";

/** The name of a state. */
export function tcp_statename(state: number): string {
  return "CLOSED LISTEN SYN_SENT SYN_RCVD ESTABLISHED CLOSE_WAIT FIN_WAIT_1 CLOSING LAST_ACK FIN_WAIT_2 TIME_WAIT".split(
    " ",
  )[state];
}

/** What a program is told: its state by name. */
export type Tcpinfo = Omit<TcpInfo, "state"> & { state: string };

/** Null when there is no connection. */
export function tcpinfo_get(so: Socket): Tcpinfo | null {
  const info: TcpInfo = {
    state: 0,
    rtt: 0,
    rttvar: 0,
    rto: 0,
    backoff: 0,
    mss: 0,
    cwnd: 0,
    ssthresh: 0,
    inFlight: 0,
    unsent: 0,
    sendWindow: 0,
    receiveWindow: 0,
  };
  if (tcp_info(so, info)) return null;
  const named = info as TcpInfo | Tcpinfo;
  named.state = tcp_statename(info.state);
  return named as Tcpinfo;
}
