/**
 * A family of protocols that does nothing but note what it is asked: it shows the socket layer from below.
 */
import type { File } from "../../firmware/net/kern/descrip";
import type { Mbuf } from "../../firmware/net/kern/mbuf";
import type { Domain, Protosw, Socket, Usrreq } from "../../firmware/net/kern/socketvar";
import type { Net } from "./kernel";
import { chainText } from "./pools";

export const AF_TOY = 99;
/** Types: a stream like TCP, a datagram like UDP, and a stream with next to no requests. */
export const TOY_STREAM = 1;
export const TOY_DGRAM = 2;
export const TOY_BARE = 3;

export interface ToyDomain extends Domain {
  /** requests so far, by name, data sent in brackets */
  asked: string[];
  /** what the next request answers, an errno */
  error: number;
  /** called for each PRU_SEND, in place of freeing m */
  onSend: ((so: Socket, m: Mbuf) => void) | null;
  /** sockets attached, in order */
  sockets: Socket[];
}

export function toyDomain(net: Net): ToyDomain {
  const names = Object.entries(net)
    .filter(([name, value]) => name.startsWith("PRU_") && typeof value === "number")
    .map(([name, value]) => [name.slice(4).toLowerCase(), value] as [string, number]);

  const dom: ToyDomain = {
    dom_family: AF_TOY,
    dom_init: null,
    dom_protosw: null,
    dom_sockaddr: (nam, off) => {
      (nam as { toy: number }).toy = net.arena[off + 1];
    },
    dom_next: null,
    asked: [],
    error: 0,
    onSend: null,
    sockets: [],
  };

  /** The requests of a protocol that knows some, by name. */
  function requests(known: [name: string, req: number][]): Usrreq {
    return (so, req, m, nam, control) => {
      const name = known.find((one) => one[1] === req)?.[0];
      if (!name) {
        net.m_freem(m);
        return net.EOPNOTSUPP;
      }
      const error = dom.error;
      dom.error = 0;
      dom.asked.push(m && name !== "rcvoob" ? `${name}[${chainText(net, m)}]` : name);
      if (name === "detach" || name === "abort") detach(so);
      if (name === "rcvoob" && m) {
        m.m_len = 1;
        net.arena[m.m_data] = 33;
      } else if (m && dom.onSend) dom.onSend(so, m);
      else net.m_freem(m);
      net.m_freem(control);
      if (nam && (name === "sockaddr" || name === "peeraddr" || name === "accept")) (nam as { toy: string }).toy = name;
      return error;
    };
  }

  function attach(so: Socket): number {
    const error = dom.error;
    dom.error = 0;
    dom.asked.push("attach");
    if (error) return error;
    so.so_pcb = dom;
    dom.sockets.push(so);
    if (!so.so_snd.sb_hiwat) net.soreserve(so, 2000, 1000);
    return 0;
  }

  function detach(so: Socket): void {
    so.so_pcb = null;
    net.sofree(so);
  }

  function protosw(next: Protosw | null, type: number, flags: number, known: [string, number][]): Protosw {
    const usrreq = requests(known);
    return {
      pr_next: next,
      pr_type: type,
      pr_domain: dom,
      pr_protocol: type + 10,
      pr_flags: flags,
      pr_input: null,
      pr_ctlinput: null,
      pr_ctloutput: (op, _so, level, optname, value) => {
        dom.asked.push(`ctloutput ${op} ${level} ${optname} ${value}`);
        return op === net.PRCO_SETOPT ? dom.error : 77;
      },
      pr_attach: attach,
      pr_connect2: null,
      pr_usrreq: usrreq,
    };
  }

  const bare = names.filter(([name]) => name === "detach");
  const dgram = protosw(
    protosw(null, TOY_BARE, net.PR_CONNREQUIRED, bare),
    TOY_DGRAM,
    net.PR_ATOMIC | net.PR_ADDR,
    names,
  );
  dom.dom_protosw = protosw(dgram, TOY_STREAM, net.PR_CONNREQUIRED | net.PR_WANTRCVD, names);
  return dom;
}

/** A socket of the family without a descriptor. */
export function toySocket(net: Net, type: number): Socket {
  const fp = { f_data: null } as File;
  const error = net.socreate(fp, AF_TOY, type, 0);
  if (error) throw new Error(`errno ${error} in place of a socket`);
  return fp.f_data as Socket;
}
