/**
 * The stack as a whole, with what it needs as JavaScript: order after broken turns, upcalls. Called once by a composition root
 * (boot-*.ts).
 */
import { init_main } from "./init_main";
import { so_mendinit } from "./kern/socket_mend";
import type { Domain } from "./kern/socketvar";
import { turn_init } from "./kern/turn";
import { upcall_init, upcall_turn } from "./kern/upcalls";
import { net_mend } from "./net_mend";

/**
 * Brings up memory, sockets, interfaces and the Internet family, then `more`, a family or null. `mend`: net_mend, and what
 * libraries have to put in order with it.
 */
export function netinit(more: Domain | null, mend?: (broken: boolean) => void): void {
  turn_init(mend || net_mend);
  upcall_init();
  so_mendinit();
  init_main(more, upcall_turn);
}
