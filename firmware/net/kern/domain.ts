/**
 * Domains: families of protocols. BSD: sys/domain.h, kern/uipc_domain.c; Stevens chapter 7.
 *
 * The table is empty here; a family adds itself with `domain_add` from the composition root, so that this layer knows
 * none. `domaininit` then runs every dom_init.
 */
import type { Domain, Protosw } from "./socketvar";
import { SOCK_RAW } from "./socketvar";

let domains: Domain | null;

/** Forgets all domains: at boot, before the families add themselves. */
export function domain_reset(): void {
  domains = null;
}

export function domain_add(dom: Domain): void {
  dom.dom_next = domains;
  domains = dom;
}

/** Brings the domains up, once all are in. */
export function domaininit(): void {
  for (let dom = domains; dom; dom = dom.dom_next) if (dom.dom_init) dom.dom_init();
}

/** Is there such a family? */
export function pffinddomain(family: number): Domain | null {
  let dom = domains;
  while (dom && dom.dom_family !== family) dom = dom.dom_next;
  return dom;
}

/** The family's first protocol for sockets of `type`, or null. */
export function pffindtype(family: number, type: number): Protosw | null {
  let pr = pffindfirst(family);
  while (pr && !(pr.pr_type === type && pr.pr_usrreq)) pr = pr.pr_next;
  return pr;
}

/** The family's protocol number `protocol` for sockets of `type`, or null. Raw sockets: one without a number is for all. */
export function pffindproto(family: number, protocol: number, type: number): Protosw | null {
  let pr = pffindfirst(family);
  while (pr && !(pr.pr_type === type && pr.pr_usrreq && pffits(pr, protocol))) pr = pr.pr_next;
  return pr;
}

function pffindfirst(family: number): Protosw | null {
  const dom = pffinddomain(family);
  return dom ? dom.dom_protosw : null;
}

function pffits(pr: Protosw, protocol: number): boolean {
  return pr.pr_protocol === protocol || (pr.pr_type === SOCK_RAW && !pr.pr_protocol);
}
