/**
 * Our error numbers as Espruino's: libs/network/socketerrors.h. None becomes SOCKET_ERR_NO_CONN: that says "not yet", and an HTTP
 * client would wait for ever.
 */
import {
  EADDRINUSE,
  EAFNOSUPPORT,
  ECONNABORTED,
  ECONNREFUSED,
  ECONNRESET,
  EDESTADDRREQ,
  EHOSTDOWN,
  EHOSTUNREACH,
  EINVAL,
  EMFILE,
  EMSGSIZE,
  ENETDOWN,
  ENETUNREACH,
  ENFILE,
  ENOBUFS,
  ENOTCONN,
  EPIPE,
  EPROTOTYPE,
  ETIMEDOUT,
} from "../kern/errno";
import {
  SOCKET_ERR_BAD_ARG,
  SOCKET_ERR_BUSY,
  SOCKET_ERR_MAX_SOCK,
  SOCKET_ERR_MEM,
  SOCKET_ERR_NO_ROUTE,
  SOCKET_ERR_RESET,
  SOCKET_ERR_TIMEOUT,
  SOCKET_ERR_UNKNOWN,
} from "./nj_var";

/** What Espruino is told of `errno`, a positive one. */
export function networkjs_error(errno: number): number {
  switch (errno) {
    case ECONNREFUSED:
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
    case ENOTCONN:
      return SOCKET_ERR_RESET;
    case ETIMEDOUT:
      return SOCKET_ERR_TIMEOUT;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
      return SOCKET_ERR_NO_ROUTE;
    case EMFILE:
    case ENFILE:
      return SOCKET_ERR_MAX_SOCK;
    case ENOBUFS:
      return SOCKET_ERR_MEM;
    case EADDRINUSE:
      return SOCKET_ERR_BUSY;
    case EINVAL:
    case EMSGSIZE:
    case EAFNOSUPPORT:
    case EPROTOTYPE:
    case EDESTADDRREQ:
      return SOCKET_ERR_BAD_ARG;
  }
  return SOCKET_ERR_UNKNOWN;
}
