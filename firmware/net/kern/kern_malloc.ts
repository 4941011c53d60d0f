/**
 * The end of a structure. BSD: kern/kern_malloc.c (free). Called wherever one dies that was made by a literal.
 *
 * In native code it goes back to its pool, as do a cluster's bytes. In the bundles that are shipped the calls are taken out
 * (tools/drop_free.js); in the tests' the structure is spoilt, so that whoever uses it after its end is found out.
 */
import type { caddr_t } from "../../types";

/** What stands in the fields of a structure that is no more: neither a number nor a reference that would do. */
const DEAD = "freed";

/** The bytes of a cluster stay as they are: a program may have been given them. */
export function free(p: caddr_t): void {
  if (!(p as Uint8Array).BYTES_PER_ELEMENT) for (const field in p) p[field as never] = DEAD as never;
}
