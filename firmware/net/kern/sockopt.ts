/**
 * Options of sockets. BSD: kern/uipc_socket.c (sosetopt, sogetopt); Stevens chapter 17. Called by the system calls.
 *
 * Differs: the value of every option is one number. SO_LINGER's is the time in seconds, or -1 for "do not linger" (BSD:
 * struct linger). Nothing waits for a close, so that all that a time says is: 0, reset the connection; else do not.
 */
import { LIB_SYSCALLS } from "../../config";
import { EDOM, EINVAL, ENOBUFS, ENOPROTOOPT } from "./errno";
import { PRCO_GETOPT, PRCO_SETOPT } from "./protosw";
import { sbreserve } from "./sockbuf";
import { soerror } from "./socket";
import {
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DEBUG,
  SO_DONTROUTE,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_OOBINLINE,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDLOWAT,
  SO_TYPE,
  SOL_SOCKET,
  type Sockbuf,
  type Socket,
} from "./socketvar";

/** Options that are a flag of so_options and nothing more. */
const SO_FLAGS = SO_DEBUG | SO_REUSEADDR | SO_KEEPALIVE | SO_DONTROUTE | SO_BROADCAST | SO_OOBINLINE | SO_REUSEPORT;

/** The longest time to linger (s): BSD keeps it in a short. */
const SO_LINGERMAX = 32767;

/** Sets an option; answers errno. The protocol hears of those of level SOL_SOCKET as well. */
export function sosetopt(so: Socket, level: number, optname: number, value: number): number {
  const ctloutput = so.so_proto.pr_ctloutput;
  if (level !== SOL_SOCKET) return ctloutput ? ctloutput(PRCO_SETOPT, so, level, optname, value) : ENOPROTOOPT;
  const error = sosetopt1(so, optname, value);
  if (!error && ctloutput) ctloutput(PRCO_SETOPT, so, level, optname, value);
  return error;
}

function sosetopt1(so: Socket, optname: number, value: number): number {
  if (isflag(optname, SO_FLAGS)) {
    so.so_options = value ? so.so_options | optname : so.so_options & ~optname;
    return 0;
  }
  if (!LIB_SYSCALLS) return ENOPROTOOPT;
  if (optname === SO_LINGER) return sosetlinger(so, value);
  if (optname === SO_SNDBUF) return sosetbuf(so.so_snd, value);
  if (optname === SO_RCVBUF) return sosetbuf(so.so_rcv, value);
  if (optname === SO_SNDLOWAT) return sosetlowat(so.so_snd, value);
  return optname === SO_RCVLOWAT ? sosetlowat(so.so_rcv, value) : ENOPROTOOPT;
}

/** Is it one of those flags, and only one? */
function isflag(optname: number, flags: number): boolean {
  return (optname & flags) === optname && optname !== 0 && !(optname & (optname - 1));
}

function sosetlinger(so: Socket, seconds: number): number {
  if (!(seconds >= -1)) return EINVAL;
  if (seconds > SO_LINGERMAX) return EDOM;
  so.so_options &= ~SO_LINGER;
  if (seconds < 0) return 0;
  so.so_options |= SO_LINGER;
  so.so_linger = seconds | 0;
  return 0;
}

/** The size of a buffer (bytes); what is in it already stays. */
function sosetbuf(sb: Sockbuf, cc: number): number {
  if (!(cc > 0)) return EINVAL;
  return sbreserve(sb, cc | 0) ? 0 : ENOBUFS;
}

/** How many bytes there must be, or be room for; never more than the buffer holds. */
function sosetlowat(sb: Sockbuf, cc: number): number {
  if (!(cc > 0)) return EINVAL;
  sb.sb_lowat = cc < sb.sb_hiwat ? cc | 0 : sb.sb_hiwat;
  return 0;
}

/** The value of an option, or -errno. A flag is 1 or 0; SO_ERROR is forgotten once told. */
export function sogetopt(so: Socket, level: number, optname: number): number {
  const ctloutput = LIB_SYSCALLS ? so.so_proto.pr_ctloutput : null;
  if (level !== SOL_SOCKET) return ctloutput ? ctloutput(PRCO_GETOPT, so, level, optname, 0) : -ENOPROTOOPT;
  if (isflag(optname, SO_FLAGS | SO_ACCEPTCONN)) return so.so_options & optname ? 1 : 0;
  if (optname === SO_ERROR) return soerror(so);
  if (!LIB_SYSCALLS) return -ENOPROTOOPT;
  if (optname === SO_LINGER) return so.so_options & SO_LINGER ? so.so_linger : -1;
  if (optname === SO_TYPE) return so.so_type;
  if (optname === SO_SNDBUF) return so.so_snd.sb_hiwat;
  if (optname === SO_RCVBUF) return so.so_rcv.sb_hiwat;
  if (optname === SO_SNDLOWAT) return so.so_snd.sb_lowat;
  return optname === SO_RCVLOWAT ? so.so_rcv.sb_lowat : -ENOPROTOOPT;
}
