/**
 * A socket of the interpreter's own network, and how the interpreter counts: libs/network/socketerrors.h, network.h of Espruino.
 */
import { INET_TCP, NJ_CLIENTS } from "../../config";
import type { u8, u16 } from "../../types";

/** May programs connect to others? */
export const NJ_CONNECTS = INET_TCP && NJ_CLIENTS;

/* Espruino's socket types */
export const ST_NORMAL = 0;
export const ST_HTTP = 1;
export const ST_UDP = 2;
export const ST_TYPE_MASK = 3;
export const ST_TLS = 4;
/** ... and ours: a connection that a server of ours has accepted. */
export const ST_ACCEPTED = 8;

/* Espruino's error numbers */
export const SOCKET_ERR_CLOSED = -1;
export const SOCKET_ERR_MEM = -2;
export const SOCKET_ERR_TIMEOUT = -3;
export const SOCKET_ERR_NO_ROUTE = -4;
export const SOCKET_ERR_BUSY = -5;
export const SOCKET_ERR_NOT_FOUND = -6;
export const SOCKET_ERR_MAX_SOCK = -7;
export const SOCKET_ERR_RESET = -9;
export const SOCKET_ERR_UNKNOWN = -10;
export const SOCKET_ERR_NO_CONN = -11;
export const SOCKET_ERR_BAD_ARG = -12;

/**
 * The number of a socket that could not be made is this and its error: asked for data it tells that. So a program gets
 * the event "error" with a reason, where a negative number would be an exception without one.
 */
export const NJ_REFUSED = 256;

/** Bytes that the interpreter keeps of a stream that nobody reads (STREAM_MAX_BUFFER_SIZE). */
export const NJ_STREAMMAX = 512;

/*
 * Answers that are for the library (lib/networkjs) to deal with, which sees the interpreter's own objects. NJ_ASK less a socket's
 * type: how much of what has come its program may have.
 */
export const NJ_ENDED = -64; // the peer of an HTTP server's connection will send no more
export const NJ_DGRAM = -65; // it takes datagrams
export const NJ_ASK = -80;

/* nj_odd: why sending is not just that */
export const NJ_UDP = 1; // it takes datagrams
export const NJ_CONNECTING = 2; // the connection does not stand yet
export const NJ_FAILED = 4; // nor will it ever again
export const NJ_LINGERS = 8; // Espruino has closed it, the peer has not

/* nj_wants: what is to be done with the interpreter's own object */
export const NJ_HANGUP = 1; // it ends in the interpreter's next round
export const NJ_KNOWN = 2; // should the interpreter have lost it, it goes
/** What is to be done with whose, as one number: the descriptor, the type and what is wanted, in bytes. */
export const NJ_TYPE_SHIFT = 8;
export const NJ_WANTS_SHIFT = 16;

/** One of the interpreter's sockets, by descriptor. Seconds are counted down to 1; 0 means never. */
export interface Nj {
  nj_type: u8;
  nj_odd: u8;
  /** what the interpreter is told from now on when it asks for data (less than 0: SOCKET_ERR_), or 0 */
  nj_error: u8;
  /** why nothing can be sent on it any more (errno), or 0 */
  nj_unsent: u8;
  /** it was sent on since data was last asked for in vain, or the program has not had its turn yet */
  nj_sent: boolean;
  /** bytes that its program has had */
  nj_given: u16;
  /** NJ_HANGUP, NJ_KNOWN */
  nj_wants: u8;
  /** seconds until something has lasted too long, and what they start from when data has come or gone */
  nj_timer: u16;
  nj_rtime: u16;
  nj_stime: u16;
  /** when data last came or went (njseconds) */
  nj_since: number;
  /** seconds until the peer's life is worth asking after */
  nj_keep: u8;
}
