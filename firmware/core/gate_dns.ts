/**
 * The resolver as the library knows it (net/inet/dns), which is the core's.
 */
import { args } from "./gate_turn";
import { call, entry } from "./port";
import { ARG_ADDR, ARG_CAUSE, ARG_VALUE, RES_ASK, RES_SERVER, RES_TAKE } from "./sysent";

export { names_tell as res_tells } from "./gate_turn";

export function res_setserver(which: number, addr: number): void {
  call(RES_SERVER, which, addr, 0);
}

export function res_ask(msg: string, local: boolean): number {
  return entry(RES_ASK, msg.length, local ? 1 : 0, 0, msg);
}

export function res_taken(answered: (no: number, addr: number, herror: number, ttl: number) => void): void {
  for (let no = call(RES_TAKE, 0, 0, 0); no >= 0; no = call(RES_TAKE, 0, 0, 0))
    answered(no, args[ARG_ADDR], args[ARG_CAUSE], args[ARG_VALUE]);
}
