/**
 * The resolver by number: sysent.ts says what each entry takes. Called by core.ts.
 */
import { RES_MAXNS, RES_PACKETSZ } from "../config";
import { res_query, res_take, res_tells } from "../net/inet/dns/res_send";
import { res_setserver, resquery } from "../net/inet/dns/res_var";
import { EINVAL, ENOBUFS } from "../net/kern/errno";
import { M_DONTWAIT } from "../net/kern/mbuf";
import { core_args } from "./events";
import { ARG_ADDR, ARG_CAUSE, ARG_PENDING, ARG_VALUE, PENDING_NAMES, RES_ASK, RES_SERVER, RES_TAKE } from "./sysent";
import { m_copyin } from "./uio";

export function namecall_init(): void {
  res_tells(names_pending);
}

function names_pending(): void {
  core_args[ARG_PENDING] |= PENDING_NAMES;
}

export function namecall(code: number, a: number, b: number): number {
  switch (code) {
    case RES_SERVER:
      if (a < 0 || a >= RES_MAXNS) return -EINVAL;
      res_setserver(a, b);
      return 0;
    case RES_ASK:
      return names_ask(a, b !== 0);
    case RES_TAKE:
      return names_take();
  }
  return -EINVAL;
}

function names_ask(len: number, local: boolean): number {
  if (len <= 0 || len > RES_PACKETSZ) return -EINVAL;
  const m = m_copyin(len, true, M_DONTWAIT);
  return m ? res_query(m, local) : -ENOBUFS;
}

function names_take(): number {
  const no = res_take();
  if (no < 0) {
    core_args[ARG_PENDING] &= ~PENDING_NAMES;
    return -1;
  }
  core_args[ARG_ADDR] = resquery[no].rq_addr;
  core_args[ARG_CAUSE] = resquery[no].rq_herror;
  core_args[ARG_VALUE] = resquery[no].rq_ttl;
  return no;
}
