/**
 * The functions of a NetworkJS driver that the interpreter calls in each round (lib/networkjs/networkjs_driver.ts) where the stack is
 * a core: the port has them, and leaves to the library what the interpreter's own objects have to be seen for.
 */
import type { SlowRecv, SlowSend } from "../lib/networkjs/networkjs_driver";
import { callout_rescue } from "../net/kern/callout";
import { turn_enter, turn_leave } from "../net/kern/turn";
import { HAS_CALLOUTS } from "./gate_turn";
import { port_driver } from "./port";

/** The driver, but for what makes a socket. */
export function networkjs_driver(create: unknown, recv: SlowRecv, send: SlowSend): object {
  const driver = port_driver(
    (sckt, answer, len) => turn_leave(turn_enter(), recv(sckt, answer, len)),
    (sckt, data) => turn_leave(turn_enter(), send(sckt, data)),
    () => {
      if (HAS_CALLOUTS) callout_rescue();
    },
  );
  driver.create = create;
  return driver;
}
