/**
 * The interpreter's network by number: sysent.ts says what each entry takes. Called by core.ts.
 */
import { INET_TCP, INET_UDP } from "../config";
import { EINVAL } from "../net/kern/errno";
import { soupcall_of } from "../net/kern/socket2";
import { nj_idle, nj_init, nj_mend, nj_of, nj_release, nj_room, nj_wanted } from "../net/njs/nj_sock";
import {
  nj_accept,
  nj_client,
  nj_close,
  nj_connect,
  nj_listen,
  nj_received,
  nj_recv,
  nj_send,
  nj_sent,
  nj_unread,
  nj_upcall,
} from "../net/njs/nj_tcp";
import { nj_dgram, nj_empty, nj_join } from "../net/njs/nj_udp";
import { NJ_CONNECTS } from "../net/njs/nj_var";
import { core_args } from "./events";
import { sendit, takeit } from "./syscall";
import {
  ARG_PENDING,
  ARG_TO,
  NJ_ACCEPT,
  NJ_CLIENT,
  NJ_CLOSE,
  NJ_CONNECT,
  NJ_DGRAMS,
  NJ_EMPTY,
  NJ_IDLE,
  NJ_JOIN,
  NJ_LISTEN,
  NJ_RECV,
  NJ_RELEASE,
  NJ_ROOM,
  NJ_SEND,
  NJ_TAKE,
  NJ_UNREAD,
  NJ_WANTED,
  PENDING_NETWORK,
} from "./sysent";

export function networkjs_init(): void {
  nj_init(networkjs_tell);
}

/** Something is to be done with the interpreter's objects: the shell asks for it. */
function networkjs_tell(): void {
  core_args[ARG_PENDING] |= PENDING_NETWORK;
}

/** The upcalls of the interpreter's sockets, which no JavaScript hears of. */
export function networkjs_upcalls(): void {
  for (let fd = soupcall_of(isours); fd; fd = soupcall_of(isours)) nj_upcall(fd);
}

function isours(fd: number): boolean {
  return nj_of(fd) !== null;
}

export function networkjs_mended(): void {
  nj_mend();
}

export function networkjs_entry(code: number, a: number, b: number, c: number): number {
  switch (code) {
    case NJ_ROOM:
      return nj_room() ? 1 : 0;
    case NJ_WANTED:
      return networkjs_wanted();
    case NJ_RELEASE:
      nj_release(a);
      return 0;
    case NJ_RECV:
      return nj_recv(a, b);
    case NJ_SEND:
      return networkjs_send(a, b);
    case NJ_CLOSE:
      nj_close(a);
      return 0;
    case NJ_IDLE:
      return nj_idle(a) ? 1 : 0;
  }
  const answer = INET_UDP ? dgram_entry(code, a, b) : -EINVAL;
  return INET_TCP && answer === -EINVAL ? stream_entry(code, a, b, c) : answer;
}

function dgram_entry(code: number, a: number, b: number): number {
  switch (code) {
    case NJ_DGRAMS:
      return nj_dgram(a, b !== 0);
    case NJ_EMPTY:
      nj_empty(a);
      return 0;
    case NJ_JOIN:
      return nj_join(a, b);
  }
  return -EINVAL;
}

function stream_entry(code: number, a: number, b: number, c: number): number {
  switch (code) {
    case NJ_LISTEN:
      return nj_listen(a, b, c);
    case NJ_CLIENT:
      return NJ_CONNECTS ? nj_client(a, b) : -EINVAL;
    case NJ_CONNECT:
      if (NJ_CONNECTS) nj_connect(a, b, c);
      return 0;
    case NJ_ACCEPT:
      return nj_accept(a);
    case NJ_TAKE:
      return nj_received(a, takeit(a, b));
    case NJ_UNREAD:
      return nj_unread(a);
  }
  return -EINVAL;
}

function networkjs_wanted(): number {
  const what = nj_wanted();
  if (!what) core_args[ARG_PENDING] &= ~PENDING_NETWORK;
  return what;
}

function networkjs_send(fd: number, len: number): number {
  const answer = nj_send(fd);
  if (answer) return answer === 1 ? 0 : answer;
  core_args[ARG_TO] = 0;
  return nj_sent(fd, sendit(fd, len, 0));
}
