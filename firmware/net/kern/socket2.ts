/**
 * Socket states, listen queues and wake-ups. BSD: the first half of kern/uipc_socket2.c; Stevens section 15.10. Called by
 * protocols when something happened to a connection.
 *
 * A connection that a program opens goes soisconnecting, soisconnected; one that comes in is made by sonewconn on the
 * listener's so_q0 and moved to so_q by soisconnected, from where accept takes it. soisdisconnecting and
 * soisdisconnected end both. Connectionless protocols use soisconnected and soisdisconnected only.
 *
 * Differs: nobody sleeps in this kernel. A wake-up queues the socket's upcall, and one turn of the machine's idle loop
 * runs all that are queued (upcalls.ts): never from within a system call or the netisr turn, where a program's code could
 * re-enter the stack.
 */
import { CELLS_CONN, CELLS_SPARE, KERN_FILES } from "../../config";
import { memory_spare, timeout } from "../../machdep";
import { free } from "./kern_malloc";
import { selcount, selinit, selnext } from "./selinfo";
import { sb_new, soreserve } from "./sockbuf";
import {
  SB_NOTIFY,
  SO_ACCEPTCONN,
  type Socket,
  type SoProto,
  SS_CANTRCVMORE,
  SS_CANTSENDMORE,
  SS_ISCONNECTED,
  SS_ISCONNECTING,
  SS_ISDISCONNECTING,
  SS_NOFDREF,
  SS_UPCALL,
} from "./socketvar";

let nsockets: number;
/** sockets whose upcall is on its way, and how many */
let upcalls: Socket | null;
let upcallslast: Socket | null;
let nupcalls: number;
/** the turn in which they are called, and whether it has been asked for */
let upcallturn: () => void;
export let upcallsdue: boolean;

/** No sockets: at boot. `turn` is called, in a turn of its own, when upcalls wait. */
export function soinit(turn: () => void): void {
  upcallturn = turn;
  if (KERN_FILES) selinit(turn);
  soreset(0);
}

/** There are `n` sockets, and no upcall is on its way. */
export function soreset(n: number): void {
  nsockets = n;
  upcalls = null;
  upcallslast = null;
  nupcalls = 0;
  upcallsdue = false;
}

/** How many sockets there are, those without a descriptor included. */
export function numopensockets(): number {
  return nsockets;
}

/** A socket of a protocol, attached to nothing; or null. */
export function soalloc(pr: SoProto): Socket | null {
  const so: Socket | null = {
    so_state: 0,
    so_rcv: sb_new(),
    so_snd: sb_new(),
    so_pcb: null,
    so_proto: pr,
    so_error: 0,
    so_options: 0,
    so_type: pr.pr_type,
    so_linger: 0,
    so_oobmark: 0,
    so_upcall: 0,
    so_upnext: null,
    so_head: null,
    so_qnext: null,
    so_q0: null,
    so_q0len: 0,
    so_q: null,
    so_qlen: 0,
    so_qlimit: 0,
  };
  if (!so) return null;
  nsockets++;
  return so;
}

/** The socket is no more. */
export function sodealloc(so: Socket): void {
  nsockets--;
  if (so.so_state & SS_UPCALL) sonowakeup(so);
  free(so);
}

export function soisconnecting(so: Socket): void {
  so.so_state = (so.so_state & ~(SS_ISCONNECTED | SS_ISDISCONNECTING)) | SS_ISCONNECTING;
}

/** The connection stands; one that came in becomes acceptable. */
export function soisconnected(so: Socket): void {
  const head = so.so_head;
  so.so_state = (so.so_state & ~(SS_ISCONNECTING | SS_ISDISCONNECTING)) | SS_ISCONNECTED;
  if (head && soqremque(so, 0)) {
    soqinsque(head, so, 1);
    sorwakeup(head);
  } else {
    sorwakeup(so);
    sowwakeup(so);
  }
}

export function soisdisconnecting(so: Socket): void {
  so.so_state = (so.so_state & ~SS_ISCONNECTING) | SS_ISDISCONNECTING | SS_CANTRCVMORE | SS_CANTSENDMORE;
  sowwakeup(so);
  sorwakeup(so);
}

export function soisdisconnected(so: Socket): void {
  so.so_state =
    (so.so_state & ~(SS_ISCONNECTING | SS_ISCONNECTED | SS_ISDISCONNECTING)) | SS_CANTRCVMORE | SS_CANTSENDMORE;
  sowwakeup(so);
  sorwakeup(so);
}

/** No more data will be sent: the program said so, or the peer is gone. */
export function socantsendmore(so: Socket): void {
  so.so_state |= SS_CANTSENDMORE;
  sowwakeup(so);
}

/** No more data will come. What has come may still be read. */
export function socantrcvmore(so: Socket): void {
  so.so_state |= SS_CANTRCVMORE;
  sorwakeup(so);
}

/**
 * A socket for a connection that comes in on the listener `head`; `connstatus` is SS_ISCONNECTED when it stands already,
 * else 0. Null when the queue is full, when the board has no memory for it and what is done with it, or when the protocol
 * cannot attach it.
 */
export function sonewconn(head: Socket, connstatus: number): Socket | null {
  const waiting = head.so_qlen + head.so_q0len;
  if (waiting > (3 * head.so_qlimit) >> 1 || !memory_spare(CELLS_SPARE + waiting * CELLS_CONN)) return null;
  const so = soalloc(head.so_proto);
  if (!so) return null;
  so.so_options = head.so_options & ~SO_ACCEPTCONN;
  so.so_linger = head.so_linger;
  so.so_state = SS_NOFDREF;
  so.so_rcv.sb_lowat = head.so_rcv.sb_lowat;
  so.so_snd.sb_lowat = head.so_snd.sb_lowat;
  soreserve(so, head.so_snd.sb_hiwat, head.so_rcv.sb_hiwat);
  soqinsque(head, so, connstatus ? 1 : 0);
  if (so.so_proto.pr_attach(so, 0)) {
    soqremque(so, connstatus ? 1 : 0);
    sodealloc(so);
    return null;
  }
  if (connstatus) {
    so.so_state |= connstatus;
    sorwakeup(head);
  }
  return so;
}

/** Puts `so` at the end of head's so_q0 (q 0: half open) or so_q (q 1: acceptable). */
export function soqinsque(head: Socket, so: Socket, q: number): void {
  let last = q ? head.so_q : head.so_q0;
  so.so_head = head;
  so.so_qnext = null;
  if (q) head.so_qlen++;
  else head.so_q0len++;
  if (last) {
    while (last.so_qnext) last = last.so_qnext;
    last.so_qnext = so;
  } else if (q) head.so_q = so;
  else head.so_q0 = so;
}

/** Takes `so` out of that queue of its head; false when it is not in it. */
export function soqremque(so: Socket, q: number): boolean {
  const head = so.so_head!;
  let before: Socket | null = null;
  let next = q ? head.so_q : head.so_q0;
  while (next && next !== so) {
    before = next;
    next = next.so_qnext;
  }
  if (!next) return false;
  if (before) before.so_qnext = so.so_qnext;
  else if (q) head.so_q = so.so_qnext;
  else head.so_q0 = so.so_qnext;
  if (q) head.so_qlen--;
  else head.so_q0len--;
  so.so_qnext = null;
  so.so_head = null;
  return true;
}

/** Something is to be read: data, a connection, the end, an error. */
export function sorwakeup(so: Socket): void {
  if (so.so_rcv.sb_flags & SB_NOTIFY) sowakeup(so);
}

/** There is room to send, or never will be. */
export function sowwakeup(so: Socket): void {
  if (so.so_snd.sb_flags & SB_NOTIFY) sowakeup(so);
}

/** After each change comes the upcall of descriptor `fd`; whoever had one before has none now. */
export function sosetupcall(so: Socket, fd: number): void {
  so.so_upcall = fd;
  so.so_rcv.sb_flags |= SB_NOTIFY;
  so.so_snd.sb_flags |= SB_NOTIFY;
}

/** No upcalls from now on, not even one that is on its way. */
export function sonoupcall(so: Socket): void {
  so.so_upcall = 0;
  so.so_rcv.sb_flags &= ~SB_NOTIFY;
  so.so_snd.sb_flags &= ~SB_NOTIFY;
}

/** Queues the upcall of `so`, unless it is on its way. */
export function sowakeup(so: Socket): void {
  if (so.so_state & SS_UPCALL) return;
  so.so_state |= SS_UPCALL;
  if (upcallslast) upcallslast.so_upnext = so;
  else upcalls = so;
  upcallslast = so;
  nupcalls++;
  if (upcallsdue) return;
  upcallsdue = true;
  timeout(upcallturn, 0);
}

/** The turn of the upcalls begins: how many sockets wait for one. What these queue in their turn waits for the next. */
export function soupcalls(): number {
  upcallsdue = false;
  return KERN_FILES ? nupcalls + selcount() : nupcalls;
}

/** The descriptor of the socket that has waited longest; 0 when it does not want its upcall any more, or none waits. */
export function soupcall(): number {
  const so = upcalls;
  if (!so) return KERN_FILES ? selnext() : 0;
  sonowakeup(so);
  return so.so_upcall;
}

/** The same of those only that are somebody's: the descriptor of the first. */
export function soupcall_of(isTheirs: (fd: number) => boolean): number {
  for (let so = upcalls; so; so = so.so_upnext)
    if (so.so_upcall && isTheirs(so.so_upcall)) {
      sonowakeup(so);
      return so.so_upcall;
    }
  return 0;
}

/** Takes the upcall of `so` off the queue. */
function sonowakeup(so: Socket): void {
  let before: Socket | null = null;
  for (let p = upcalls; p && p !== so; p = p.so_upnext) before = p;
  if (before) before.so_upnext = so.so_upnext;
  else upcalls = so.so_upnext;
  if (upcallslast === so) upcallslast = before;
  nupcalls--;
  so.so_upnext = null;
  so.so_state &= ~SS_UPCALL;
}
