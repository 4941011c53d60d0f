/**
 * The PF_UNIX family on one page. BSD: kern/uipc_proto.c; Stevens section 7.4, volume 3 chapters 16 to 18.
 *
 * The second family of the house: the socket layer knows it as little as it knows the Internet. Of use to programs of
 * one board that talk to one another by name, and to tests.
 */
import { arena, bytes_string } from "../../machdep";
import { EOPNOTSUPP } from "../kern/errno";
import { type Mbuf, m_freem } from "../kern/mbuf";
import {
  PR_ADDR,
  PR_ATOMIC,
  PR_CONNREQUIRED,
  PR_RIGHTS,
  PR_WANTRCVD,
  PRU_ABORT,
  PRU_ACCEPT,
  PRU_BIND,
  PRU_CONNECT,
  PRU_DETACH,
  PRU_DISCONNECT,
  PRU_LISTEN,
  PRU_PEEKOOB,
  PRU_PEERADDR,
  PRU_RCVD,
  PRU_RCVOOB,
  PRU_SEND,
  PRU_SHUTDOWN,
  PRU_SOCKADDR,
  type Sockaddr,
} from "../kern/protosw";
import type { Domain, Protosw, Usrreq } from "../kern/socketvar";
import { AF_UNIX, type RightsDomain, SOCK_DGRAM, SOCK_STREAM, type Socket } from "../kern/socketvar";
import {
  uipc_abort,
  uipc_attach,
  uipc_bind,
  uipc_connect,
  uipc_detach,
  uipc_disconnect,
  uipc_listen,
  uipc_peeraddr,
  uipc_rcvd,
  uipc_send,
  uipc_senddgram,
  uipc_shutdown,
  uipc_sockaddr,
} from "./unix_usrreq";
import { unp_connect2 } from "./unp_connect";
import { unp_dispose, unp_externalize } from "./unp_rights";
import { type SockaddrUn, unp_init } from "./unpcb";

/** The family, for `netinit`. */
export function unixdomain(): Domain {
  const dom: RightsDomain = {
    dom_family: AF_UNIX,
    dom_init: unp_init,
    dom_protosw: null,
    dom_sockaddr: unp_sockaddr,
    dom_externalize: unp_externalize,
    dom_dispose: unp_dispose,
    dom_next: null,
  };
  dom.dom_protosw = unixsw(dom, SOCK_STREAM, PR_CONNREQUIRED | PR_WANTRCVD | PR_RIGHTS, stream_usrreq);
  dom.dom_protosw.pr_next = unixsw(dom, SOCK_DGRAM, PR_ATOMIC | PR_ADDR | PR_RIGHTS, dgram_usrreq);
  return dom;
}

function unixsw(dom: Domain, type: number, flags: number, usrreq: Usrreq): Protosw {
  return {
    pr_next: null,
    pr_type: type,
    pr_domain: dom,
    pr_protocol: 0,
    pr_flags: flags,
    pr_input: null,
    pr_ctlinput: null,
    pr_ctloutput: null,
    pr_attach: uipc_attach,
    pr_connect2: unp_connect2,
    pr_usrreq: usrreq,
  };
}

/** Requests of a stream. */
function stream_usrreq(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null, control: Mbuf | null): number {
  if (req === PRU_SEND) return uipc_send(so, m, control);
  if (req === PRU_RCVD) return uipc_rcvd(so);
  if (req === PRU_LISTEN) return uipc_listen(so);
  if (req === PRU_ACCEPT) return uipc_peeraddr(so, nam);
  return uipc_usrreq(so, req, m, nam, control);
}

/** Requests of datagrams. */
function dgram_usrreq(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null, control: Mbuf | null): number {
  return req === PRU_SEND ? uipc_senddgram(so, m, nam, control) : uipc_usrreq(so, req, m, nam, control);
}

/** What both are asked for alike. */
function uipc_usrreq(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null, control: Mbuf | null): number {
  switch (req) {
    case PRU_DETACH:
      return uipc_detach(so);
    case PRU_BIND:
      return uipc_bind(so, nam);
    case PRU_CONNECT:
      return uipc_connect(so, nam);
    case PRU_DISCONNECT:
      return uipc_disconnect(so);
    case PRU_SHUTDOWN:
      return uipc_shutdown(so);
    case PRU_ABORT:
      return uipc_abort(so);
    case PRU_SOCKADDR:
      return uipc_sockaddr(so, nam);
    case PRU_PEERADDR:
      return uipc_peeraddr(so, nam);
    default:
      return uipc_notsupp(req, m, control);
  }
}

function uipc_notsupp(req: number, m: Mbuf | null, control: Mbuf | null): number {
  if (req !== PRU_RCVOOB && req !== PRU_PEEKOOB) m_freem(m);
  m_freem(control);
  return EOPNOTSUPP;
}

/** The address in front of a datagram: a byte of length, its own included, and the path. */
function unp_sockaddr(nam: Sockaddr, off: number): void {
  const sun = nam as SockaddrUn;
  sun.sun_family = AF_UNIX;
  sun.sun_path = bytes_string(arena, off + 1, arena[off] - 1);
}
