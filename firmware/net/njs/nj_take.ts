/**
 * A stream's data for the interpreter. Where the stack is machine code: core/port.ts.
 */
import { recvstring } from "../kern/syscalls";
import { nj_received } from "./nj_tcp";

/** At most `n` bytes; or what the interpreter is told instead, as nj_received has it. */
export function nj_take(fd: number, n: number): string | number {
  const data = recvstring(fd, n, 0, null);
  const answer = nj_received(fd, typeof data === "number" ? data : data.length);
  return answer > 0 ? data : answer;
}
