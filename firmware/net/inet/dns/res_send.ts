/**
 * Asking name servers: RFC 1034, 1035 4.2.1, 5452; hosts on the cable by multicast (RFC 6762 5.1). BSD: lib/libc/resolv/res_send.c.
 * Called by the library (lib/resolver), or by the core for it; answers are taken out at UDP's input (udp_input.ts).
 *
 * A question goes to the first server, and, while none has answered, to the next ones as well; whoever answers first is believed.
 * It has a port of its own, below those that sockets are given (in_pcb.ts), and no socket.
 */
import { INET_MULTICAST, INET_UDP, RES_NEXT, RES_NQUERY, RES_RETRANS, RES_RETRY } from "../../../config";
import { get16, get32, random32 } from "../../../machdep";
import { callout_reset, callout_stop } from "../../kern/callout";
import { M_DONTWAIT, type Mbuf, m_freem } from "../../kern/mbuf";
import { M_COPYALL, m_copym } from "../../kern/mbuf_chain";
import { HOST_NOT_FOUND, MDNS_GROUP, MDNS_PORT, NAMESERVER_PORT, NO_RECOVERY, TRY_AGAIN } from "../../wire/dns";
import { IP_SRC } from "../../wire/ip";
import { UH_DPORT, UH_LEN, UH_SPORT } from "../../wire/udp";
import { INPLOOKUP_WILDCARD, in_pcblookup } from "../in_pcb";
import { ip_output, ip_source } from "../ip/ip_output";
import { udb } from "../udp/udp_input";
import { udp_encap } from "../udp/udp_output";
import { ns_begin } from "./ns_parse";
import { getanswer, res_isanswer } from "./res_answer";
import {
  RESS_ANSWERS,
  RESS_BADREPLY,
  RESS_CANTREAD,
  RESS_QUERIES,
  RESS_REFUSED,
  RESS_TIMEOUTS,
  type Resquery,
  RQ_ASKING,
  RQ_DONE,
  RQ_FREE,
  res_nsaddr,
  res_nscount,
  res_var_init,
  resquery,
  resstat,
} from "./res_var";

/** The ports of questions: as many, from the first on. */
const FIRST_PORT = 32768;
const NPORTS = 16384;

/** Hears that an answer is to be taken. */
let res_notify: () => void;

export function dns_init(): void {
  res_var_init();
  res_notify = res_nobody;
}

function res_nobody(): void {}

/** `notify` hears that there are answers, to be taken by `res_take`; it may be called from within any call of this file's. */
export function res_tells(notify: () => void): void {
  res_notify = notify;
}

/**
 * Sends question `m` to the servers, or to the hosts on the cable (`local`): consumes it, answers its number, or -1 when there is
 * nobody to be asked, or no more can be at a time.
 */
export function res_query(m: Mbuf, local: boolean): number {
  let no = 0;
  while (no < RES_NQUERY && resquery[no].rq_state !== RQ_FREE) no++;
  if (no === RES_NQUERY || !(local || res_nscount())) {
    resstat[RESS_REFUSED]++;
    m_freem(m);
    return -1;
  }
  const rq = resquery[no];
  rq.rq_state = RQ_ASKING;
  rq.rq_msg = m;
  rq.rq_local = local;
  rq.rq_port = res_port();
  rq.rq_sent = 0;
  rq.rq_herror = local ? HOST_NOT_FOUND : TRY_AGAIN;
  res_send(rq);
  return no;
}

/** Do all hosts on the cable get it? */
function res_isforall(rq: Resquery): boolean {
  return INET_MULTICAST && rq.rq_local;
}

/** A port that nobody has. */
function res_port(): number {
  let port: number;
  do {
    port = FIRST_PORT + (random32() & (NPORTS - 1));
  } while (!res_isfree(port));
  return port;
}

function res_isfree(port: number): boolean {
  if (INET_UDP && in_pcblookup(udb, 0, 0, 0, port, INPLOOKUP_WILDCARD)) return false;
  return !res_ofport(port);
}

/** The question that is asked from a port, or null. */
function res_ofport(port: number): Resquery | null {
  for (let no = 0; no < RES_NQUERY; no++)
    if (resquery[no].rq_state === RQ_ASKING && resquery[no].rq_port === port) return resquery[no];
  return null;
}

/** Asks the next server as well, and after the last the first again, more patiently in each round; in the end, gives up. */
export function res_send(rq: Resquery): void {
  const servers = res_isforall(rq) ? 1 : res_nscount();
  const round = servers ? (rq.rq_sent / servers) | 0 : RES_RETRY;
  if (round >= RES_RETRY) {
    resstat[RESS_TIMEOUTS]++;
    res_done(rq, rq.rq_herror);
    return;
  }
  if (res_isforall(rq)) res_sendto(rq, MDNS_GROUP, MDNS_PORT);
  else res_sendto(rq, res_nsaddr[rq.rq_sent % servers], NAMESERVER_PORT);
  rq.rq_sent++;
  resstat[RESS_QUERIES]++;
  const wait = rq.rq_sent % servers ? RES_NEXT : (RES_RETRANS << round) - RES_NEXT * (servers - 1);
  callout_reset(rq.rq_callout, wait, res_send, rq);
}

/** What does not go now is sent again like what is lost. */
function res_sendto(rq: Resquery, addr: number, port: number): void {
  const m = m_copym(rq.rq_msg!, 0, M_COPYALL, M_DONTWAIT);
  const packet = m ? udp_encap(m, ip_source(addr, null), rq.rq_port, addr, port) : null;
  if (packet) ip_output(packet, 0, null);
}

/** A datagram, its UDP header behind `iphlen` bytes. Consumes it and answers true when it is for a port that questions come from. */
export function res_input(m: Mbuf, iphlen: number): boolean {
  const ip = m.m_data;
  const rq = res_ofport(get16(ip + iphlen + UH_DPORT));
  if (!rq) return false;
  if (res_isserver(rq, get32(ip + IP_SRC), get16(ip + iphlen + UH_SPORT))) {
    ns_begin(m, iphlen + UH_LEN);
    res_reply(rq);
  } else resstat[RESS_BADREPLY]++;
  m_freem(m);
  return true;
}

/** Is it one whom we ask? */
function res_isserver(rq: Resquery, addr: number, port: number): boolean {
  if (res_isforall(rq)) return port === MDNS_PORT;
  let which = res_nscount();
  while (which && res_nsaddr[which - 1] !== addr) which--;
  return which !== 0 && port === NAMESERVER_PORT;
}

/** A reply from whom we have asked: an answer, or not. */
function res_reply(rq: Resquery): void {
  if (!res_isanswer(rq)) {
    resstat[RESS_BADREPLY]++;
    return;
  }
  const herror = getanswer(rq);
  if (herror < 0) resstat[RESS_CANTREAD]++;
  if (herror < 0 || herror === TRY_AGAIN || herror === NO_RECOVERY) {
    rq.rq_herror = herror < 0 ? TRY_AGAIN : herror;
    res_next(rq);
  } else if (!herror || !res_isforall(rq)) {
    resstat[RESS_ANSWERS]++;
    res_done(rq, herror);
  }
}

/** This server cannot help. The next one is asked at once, the first one again only when its time has come. */
function res_next(rq: Resquery): void {
  const servers = res_isforall(rq) ? 0 : res_nscount();
  if (servers && rq.rq_sent % servers) res_send(rq);
}

/** An error has come back (ICMP) about what was sent from `port` to a server: it does not listen. */
export function res_ctlinput(addr: number, port: number): void {
  const rq = res_ofport(port);
  if (rq && res_isserver(rq, addr, NAMESERVER_PORT)) res_next(rq);
}

export function res_done(rq: Resquery, herror: number): void {
  callout_stop(rq.rq_callout);
  m_freem(rq.rq_msg);
  rq.rq_msg = null;
  rq.rq_herror = herror;
  rq.rq_state = RQ_DONE;
  res_notify();
}

/** The number of a question that has its answer (resquery has it until the next is asked), which is taken; -1: there is none. */
export function res_take(): number {
  let no = RES_NQUERY - 1;
  while (no >= 0 && resquery[no].rq_state !== RQ_DONE) no--;
  if (no >= 0) resquery[no].rq_state = RQ_FREE;
  return no;
}
