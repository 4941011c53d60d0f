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
  return pffind(family, (pr) => pr.pr_type === type && pr.pr_usrreq !== null);
}

/** The family's protocol number `protocol` for sockets of `type`, or null. Raw sockets: one without a number is for all. */
export function pffindproto(family: number, protocol: number, type: number): Protosw | null {
  return pffind(
    family,
    (pr) =>
      pr.pr_type === type &&
      (pr.pr_protocol === protocol || (type === SOCK_RAW && !pr.pr_protocol)) &&
      pr.pr_usrreq !== null,
  );
}

function pffind(family: number, fits: (pr: Protosw) => boolean): Protosw | null {
  const dom = pffinddomain(family);
  if (dom)
    for (let i = 0; i < dom.dom_protosw.length; i++) {
      if (fits(dom.dom_protosw[i])) return dom.dom_protosw[i];
    }
  return null;
}
