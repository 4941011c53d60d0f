/**
 * What a program is told of an interface. BSD: struct if_data. Where the stack is a core: core/gate_if.ts.
 */
import type { Arpcom } from "../../net/if/ether";

export function if_getflags(ac: Arpcom): number {
  return ac.if_flags;
}

/** Frames that came. */
export function if_getinput(ac: Arpcom): number {
  return ac.if_ipackets;
}

/** Frames that went. */
export function if_getoutput(ac: Arpcom): number {
  return ac.if_opackets;
}

/** Frames that were lost either way. */
export function if_getlost(ac: Arpcom): number {
  return ac.if_ierrors + ac.if_oerrors + ac.if_iqdrops + ac.if_snd.ifq_drops;
}
