/**
 * Our error numbers as Espruino's: libs/network/socketerrors.h. Called by the libraries under NetworkJS.
 *
 * None becomes SOCKET_ERR_NO_CONN: that says "not yet", and an HTTP client would wait for ever. What a program's author
 * has to know and no number says is printed.
 */
import { printf } from "../../machdep";
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
} from "../../net/kern/errno";
import { HOST_NOT_FOUND, NO_DATA } from "../resolver/resolver";
import {
  SOCKET_ERR_BAD_ARG,
  SOCKET_ERR_BUSY,
  SOCKET_ERR_MAX_SOCK,
  SOCKET_ERR_MEM,
  SOCKET_ERR_NO_ROUTE,
  SOCKET_ERR_RESET,
  SOCKET_ERR_TIMEOUT,
  SOCKET_ERR_UNKNOWN,
} from "./networkjs_sock";

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

/** Why nothing listens at `port`; what Espruino is told of it. */
export function networkjs_notbound(port: number, errno: number): number {
  if (errno === EADDRINUSE) printf("NetworkJS: port in use: " + port);
  return networkjs_error(errno);
}

/** There is no such host; that a server has not answered is another matter. */
export function networkjs_nohost(name: string, herror: number): void {
  if (herror === HOST_NOT_FOUND || herror === NO_DATA) printf("NetworkJS: unknown host: " + name);
}
