/**
 * Interfaces by name. BSD: net/if.c (ifunit). For programs and tests; within the stack nobody asks for a name.
 */
import { type Ifnet, ifnet } from "./ifnet";

/** The interface of that name, or null. */
export function ifunit(name: string): Ifnet | null {
  let ifp = ifnet;
  while (ifp && ifp.if_name !== name) ifp = ifp.if_next;
  return ifp;
}
