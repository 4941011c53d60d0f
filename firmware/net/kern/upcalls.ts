/**
 * Upcalls: the functions that programs and libraries have called after each change of a socket, by descriptor. The shell's: a
 * socket knows the number only (so_upcall).
 */
import { NOFILE } from "../../config";
import { soupcall, soupcalls } from "./socket2";
import { turn_begin, turn_end, turn_upcall } from "./turn";
import { kern_close, kern_setupcall } from "./uipc_syscalls";

type Upcall = (fd: number) => void;

/** The function of each descriptor, if it has one. */
export let upcalls: (Upcall | null)[];
/** Of those who have none: the stack's own. */
let otherwise: Upcall;

/** Nobody wants any: at boot. */
export function upcall_init(): void {
  upcalls = [];
  otherwise = () => {};
}

/** `func` is called for sockets that have an upcall and no function of their own. */
export function upcall_otherwise(func: Upcall): void {
  otherwise = func;
}

/**
 * Has `func(fd)` called after each change of the socket (data, connection, room, end, error), from a turn of its own;
 * soon, if there is something to be read already. Several changes may make one call. Null: no more calls.
 */
export function setupcall(fd: number, func: Upcall | null): number {
  const error = kern_setupcall(fd, !!func);
  if (!error) upcalls[fd] = func;
  return error;
}

/** Gives the descriptor back. What was sent is still delivered. */
export function close(fd: number): number {
  if (fd > 0 && fd <= NOFILE) upcalls[fd] = null;
  return kern_close(fd);
}

/**
 * The turn of the upcalls: each socket that waits, once. What they queue in their turn waits for the next; so do all others
 * when one has failed, a program's mistake or whatever it was.
 */
export function upcall_turn(): void {
  turn_begin();
  for (let n = soupcalls(); n; n--) {
    const fd = soupcall();
    const func = upcalls[fd] || otherwise;
    if (!turn_upcall(func, fd)) break;
  }
  turn_end();
}
