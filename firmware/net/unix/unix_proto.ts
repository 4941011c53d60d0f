/**
 * The PF_UNIX family on one page. BSD: kern/uipc_proto.c; Stevens section 7.4, volume 3 chapters 16 to 18.
 *
 * The second family of the house: the socket layer knows it as little as it knows the Internet. Of use to programs of
 * one board that talk to one another by name, and to tests.
 */
import { arena, bytes_string } from "../../machdep";
import {
  type Domain,
  PR_ADDR,
  PR_ATOMIC,
  PR_CONNREQUIRED,
  PR_RIGHTS,
  PR_WANTRCVD,
  PRU_ABORT,
  PRU_ACCEPT,
  PRU_ATTACH,
  PRU_BIND,
  PRU_CONNECT,
  PRU_CONNECT2,
  PRU_DETACH,
  PRU_DISCONNECT,
  PRU_LISTEN,
  PRU_PEERADDR,
  PRU_RCVD,
  PRU_SEND,
  PRU_SHUTDOWN,
  PRU_SOCKADDR,
  type Protosw,
  pru_table,
  type Sockaddr,
  type Usrreq,
} from "../kern/protosw";
import { AF_UNIX, type RightsDomain, SOCK_DGRAM, SOCK_STREAM, type Socket } from "../kern/socketvar";
import {
  uipc_abort,
  uipc_attach,
  uipc_bind,
  uipc_connect,
  uipc_connect2,
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
import { unp_dispose, unp_externalize } from "./unp_rights";
import { type SockaddrUn, unp_init } from "./unpcb";

/** The family, for `netinit`. */
export function unixdomain(): Domain {
  const dom: RightsDomain = {
    dom_family: AF_UNIX,
    dom_name: "unix",
    dom_protosw: [],
    dom_sockaddr: unp_sockaddr,
    dom_externalize: unp_externalize,
    dom_dispose: unp_dispose,
    dom_next: null,
  };
  dom.dom_protosw = unixsw(dom);
  return dom;
}

function unixsw(dom: Domain): Protosw[] {
  const sw: Protosw<Socket>[] = [
    {
      pr_type: SOCK_STREAM,
      pr_domain: dom,
      pr_protocol: 0,
      pr_flags: PR_CONNREQUIRED | PR_WANTRCVD | PR_RIGHTS,
      pr_input: null,
      pr_ctlinput: null,
      pr_ctloutput: null,
      pr_usrreq: stream_usrreqs(),
      pr_init: unp_init,
    },
    {
      pr_type: SOCK_DGRAM,
      pr_domain: dom,
      pr_protocol: 0,
      pr_flags: PR_ATOMIC | PR_ADDR | PR_RIGHTS,
      pr_input: null,
      pr_ctlinput: null,
      pr_ctloutput: null,
      pr_usrreq: dgram_usrreqs(),
      pr_init: null,
    },
  ];
  return sw as unknown as Protosw[];
}

/** What both types do alike. */
function usrreqs(): Usrreq<Socket>[] {
  const reqs = pru_table<Socket>();
  reqs[PRU_ATTACH] = uipc_attach;
  reqs[PRU_DETACH] = uipc_detach;
  reqs[PRU_BIND] = uipc_bind;
  reqs[PRU_CONNECT] = uipc_connect;
  reqs[PRU_CONNECT2] = uipc_connect2;
  reqs[PRU_DISCONNECT] = uipc_disconnect;
  reqs[PRU_SHUTDOWN] = uipc_shutdown;
  reqs[PRU_ABORT] = uipc_abort;
  reqs[PRU_SOCKADDR] = uipc_sockaddr;
  reqs[PRU_PEERADDR] = uipc_peeraddr;
  return reqs;
}

function stream_usrreqs(): Usrreq<Socket>[] {
  const reqs = usrreqs();
  reqs[PRU_LISTEN] = uipc_listen;
  reqs[PRU_ACCEPT] = uipc_peeraddr;
  reqs[PRU_RCVD] = uipc_rcvd;
  reqs[PRU_SEND] = uipc_send;
  return reqs;
}

function dgram_usrreqs(): Usrreq<Socket>[] {
  const reqs = usrreqs();
  reqs[PRU_SEND] = uipc_senddgram;
  return reqs;
}

/** The address in front of a datagram: a byte of length, its own included, and the path. */
function unp_sockaddr(nam: Sockaddr, off: number): void {
  const sun = nam as SockaddrUn;
  sun.sun_family = AF_UNIX;
  sun.sun_path = bytes_string(arena, off + 1, arena[off] - 1);
}
