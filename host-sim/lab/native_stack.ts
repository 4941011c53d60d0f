/**
 * The stack of a board that is machine code, as the lab looks at it: the compiled core's memory by the names that its sources have
 * (host-sim/native/looking.ts). Which functions a packet goes through nobody tells there.
 */
import type { Machine } from "../machine";
import type { Sight } from "../native/looking";
import { type Callout, type Ifnet, listed, type Stack } from "./structures";

/** undefined: it has none, or none that can be looked into; `tell` is told why. */
export function nativeStackOf(machine: Machine, tell: (why: string) => void): Stack | undefined {
  const { nativeCore } = machine;
  if (!nativeCore) return undefined;
  try {
    const { sightOf } = require("../native/looking") as typeof import("../native/looking");
    const { sight, words, uptime } = sightOf(nativeCore);
    return facade(sight, words as Stack["counter_names"], uptime);
  } catch (error) {
    tell(`the core cannot be looked into: ${(error as Error).message}`);
    return undefined;
  }
}

/** What there is before a program brings the stack up is nothing. */
function facade(sight: Sight, words: Stack["counter_names"], uptime: () => number): Stack {
  const { NMBUFS, NMBCLUSTERS, MSIZE } = sight as { [constant: string]: number };
  const stack: object = Object.create(sight, {
    counter_names: { value: words },
    lab: { value: { enter: null, leave: null } },
    ifnet: { get: () => named(sight["ifnet"] as Ifnet | null) ?? undefined },
    calltodo: { get: () => sight["calltodo"] as Callout | null },
    rt_first: { value: () => (sight["rt_first"] as Stack["rt_first"] | undefined)?.() ?? null },
    mbstat: { value: () => poolOf(sight, NMBUFS, NMBCLUSTERS) },
    uptime: { value: uptime },
    MSIZE: { value: MSIZE },
  });
  return stack as Stack;
}

/** BSD: mbstat. */
function poolOf({ nfree, nclfree, ndrops }: Sight, mbufs: number, clusters: number): ReturnType<Stack["mbstat"]> {
  const [m_mfree, m_clfree, m_drops] = [nfree, nclfree, ndrops].map(Number);
  return { m_mbufs: mbufs, m_mfree, m_clusters: clusters, m_clfree, m_drops };
}

/** Interfaces' names are the shell's: lo0, and those of chips in the order in which they came. */
function named(first: Ifnet | null): Ifnet | null {
  const chips = listed(first, (ifp) => ifp.if_next).filter((ifp) => ifp.ac_enaddr);
  for (const ifp of listed(first, (one) => one.if_next))
    ifp.if_name = ifp.ac_enaddr ? `en${chips.indexOf(ifp)}` : "lo0";
  return first;
}
