/**
 * Room for a program's data, when there is none. BSD: kern/uipc_mbuf.c (m_reclaim), pr_drain of sys/protosw.h; Stevens section 10.7.
 * Called by the system calls that send. Only where config.ts says INET_FRAG: nothing else holds what it can do without.
 */

/** What waits for more to come can be dropped by a protocol, by this function, if there is any. BSD: pr_drain. */
let m_drain: (() => boolean) | null;

export function m_setdrain(drain: () => boolean): void {
  m_drain = drain;
}

/** There is no room for a program's data: some of what can be done without goes. False when there is no more of that. */
export function m_reclaim(): boolean {
  return m_drain !== null && m_drain();
}
