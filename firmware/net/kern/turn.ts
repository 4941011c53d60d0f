/**
 * Turns: whatever enters the stack, a timer, an interrupt, a call of the interpreter's network or of a program, is a turn, and
 * turns never nest. BSD: splnet() and splx(), which keep interrupts out where this notices that somebody never came back.
 *
 * When a board has no cells left ("OUT OF MEMORY") the interpreter breaks off what it does, wherever it is: no `catch` and no
 * `finally` sees it. So nobody waits for the end of a turn. The next one finds that the last has not come to its end, and
 * first puts in order what that left half done (`mend`): every queue, buffer, timer and list is looked at and what
 * can be counted is counted anew. Exceptions, a mistake of ours or a program's callback that throws, are dealt with in
 * the same way; what a broken turn costs is the packet that it was about.
 *
 * A program's functions are called from within a turn (upcalls, the answers of the resolver): what they call in their turn
 * is of that turn, and while it lasts the stack is at work again.
 */
import { printf } from "../../machdep";

const TURN_NONE = 0;
const TURN_STACK = 1; // the stack is at work
const TURN_UPCALL = 2; // it has called a program, or a library, which may call back

let turn: number;
let turnfd: number;
let mend: (broken: boolean) => void;
/** Turns that did not come to their end. */
export let turn_broken: number;

/**
 * Nothing is at work: at boot. `func` puts in order what a turn may leave; true: one that the interpreter broke off, so that
 * whoever it was about must be told again.
 */
export function turn_init(func: (broken: boolean) => void): void {
  turn = TURN_NONE;
  turnfd = 0;
  turn_broken = 0;
  mend = func;
}

/** A turn begins: first thing in whatever the machine calls. */
export function turn_begin(): void {
  if (turn) turn_mend(true);
  turn = TURN_STACK;
  turnfd = 0;
}

export function turn_end(): void {
  turn = TURN_NONE;
}

/** A program, or the interpreter's network, calls: in an upcall of ours, or as a turn of its own. Answers what `turn_leave` wants. */
export function turn_enter(): number {
  if (turn === TURN_STACK) turn_mend(true);
  const outer = turn;
  turn = TURN_STACK;
  turnfd = 0;
  return outer;
}

/** Descriptor `fd` is new: until this turn ends nobody may know of it. */
export function turn_newfd(fd: number): void {
  turnfd = fd;
}

/** The descriptor that nobody has heard of, since the turn that made it broke off; 0: none. */
export function turn_lostfd(): number {
  return turnfd;
}

/** The call is over; `answer` is its answer: `turn_leave(turn_enter(), call())`. */
export function turn_leave<T>(outer: number, answer: T): T {
  turn = outer;
  return answer;
}

/** Calls `func(arg, arg2)`, whatever it may do. Its mistake is reported: false. */
export function turn_upcall(func: (arg: never, arg2: never) => void, arg: unknown, arg2?: unknown): boolean {
  let well = true;
  turn = TURN_UPCALL;
  turnfd = 0;
  try {
    func(arg as never, arg2 as never);
  } catch (error) {
    printf("upcall: " + error);
    turn_mend(false); // it may have come out of the middle of a system call
    well = false;
  }
  turn = TURN_STACK;
  return well;
}

/** A turn broke off. Should memory be too short even for this, the next turn tries again. */
function turn_mend(broken: boolean): void {
  if (turn === TURN_UPCALL) turnfd = 0;
  turn = TURN_STACK;
  turn_broken++;
  mend(broken);
  turn = TURN_NONE;
}
