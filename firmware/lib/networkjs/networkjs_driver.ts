/**
 * The functions of a NetworkJS driver that the interpreter calls in each round of its idle loop. Called by networkjs.ts. On boards
 * with a core they are machine code: core/port.ts.
 *
 * They return at once, never throw (the interpreter would take that for an answer, without a word), and call no program.
 */
import { INET_TCP } from "../../config";
import { netisr_rescue } from "../../net/if/netisr";
import { callout_rescue } from "../../net/kern/callout";
import { sorescue } from "../../net/kern/socket_mend";
import { send } from "../../net/kern/syscalls";
import { turn_enter, turn_leave } from "../../net/kern/turn";
import { upcall_otherwise } from "../../net/kern/upcalls";
import { nj_idle, njready } from "../../net/njs/nj_sock";
import { nj_take } from "../../net/njs/nj_take";
import { nj_accept, nj_close, nj_recv, nj_send, nj_sent, nj_upcall } from "../../net/njs/nj_tcp";
import { NJ_ENDED } from "../../net/njs/nj_var";

/** What the interpreter's own objects have to be seen for: `answer` is what nj_recv or nj_send has said. */
export type SlowRecv = (sckt: number, answer: number, len: number) => string | number;
export type SlowSend = (sckt: number, data: string) => number;

/** How often the interpreter has asked for connections. */
let njpolls = 0;
let slowrecv: SlowRecv;
let slowsend: SlowSend;

/** The driver, but for what makes a socket. */
export function networkjs_driver(create: unknown, recv: SlowRecv, send: SlowSend): object {
  upcall_otherwise(nj_upcall);
  slowrecv = recv;
  slowsend = send;
  return {
    recv: networkjs_recv,
    send: networkjs_send,
    accept: networkjs_accept,
    create: create,
    close: networkjs_close,
  };
}

/** The interpreter has done with the socket; no call names it again. */
function networkjs_close(sckt: number): void {
  turn_leave(turn_enter(), nj_close(sckt));
}

/**
 * The number of a new connection, or -1. The interpreter asks for ever, whatever it has broken off: should a machine timer
 * have been lost, it is found here.
 */
function networkjs_accept(sckt: number): number {
  if (!(++njpolls & 511)) turn_leave(turn_enter(), networkjs_rescue());
  return INET_TCP && njready[sckt] ? turn_leave(turn_enter(), nj_accept(sckt)) : -1; // one look at a byte, in each round
}

/** Machine timers that came when there was no memory even to call their functions. */
function networkjs_rescue(): void {
  callout_rescue();
  sorescue();
  netisr_rescue();
}

/** Data, at most `len` bytes of it; "": none; SOCKET_ERR_: nor will there be. */
function networkjs_recv(sckt: number, len: number): string | number {
  return nj_idle(sckt) ? "" : turn_leave(turn_enter(), networkjs_recv1(sckt, len));
}

function networkjs_recv1(sckt: number, len: number): string | number {
  const n = nj_recv(sckt, len);
  const answer = INET_TCP && n > 0 ? nj_take(sckt, n) : n;
  return typeof answer === "number" && answer <= NJ_ENDED ? slowrecv(sckt, answer, len) : answer || "";
}

/** How many bytes of `data` were taken, 0 when none can be now, or SOCKET_ERR_. */
function networkjs_send(sckt: number, data: string): number {
  return turn_leave(turn_enter(), networkjs_send1(sckt, data));
}

function networkjs_send1(sckt: number, data: string): number {
  const answer = nj_send(sckt);
  if (answer <= NJ_ENDED) return slowsend(sckt, data);
  if (!INET_TCP || answer) return answer < 0 ? answer : 0;
  return nj_sent(sckt, send(sckt, data, 0));
}
