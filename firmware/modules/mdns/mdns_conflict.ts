/**
 * Two want the same name: RFC 6762 8.1, 8.2, 9. Called by the responder.
 */

import { dn_begin, dn_expand, dn_get16, dn_good, dn_seek, HFIXEDSZ } from "./mdns_comp";
import { type Rr, rr_alike, rr_canonical, rr_read, rr_same, rr_word } from "./mdns_msg";
import { md_name } from "./mdns_records";
import { MD_PROBING, md } from "./mdns_var";

/**
 * Is a record that was heard in conflict with ours? While we probe, whatever has one of our names is, and the name is
 * changed; later, only what says something else than we do, and we probe anew (9).
 */
export function md_conflict(heard: Rr): boolean {
  if (!heard.rr_ttl) return false;
  for (let i = 0; i < md.md_records.length; i++) if (rr_same(md.md_records[i], heard)) return false;
  if (md.md_state === MD_PROBING) return md_rename(heard.rr_name);
  for (let i = 0; i < md.md_records.length; i++)
    if (md.md_records[i].rr_unique && rr_alike(md.md_records[i], heard)) return true;
  return false;
}

/** The name, if it is one of ours, becomes another one. */
function md_rename(name: string): boolean {
  for (let i = 0; i < md.md_names.length; i++)
    if (md_name(md.md_names[i]).toLowerCase() === name) {
      md.md_names[i].ow_count++;
      md.md_conflicts++;
      return true;
    }
  return false;
}

/** Another probes: does it want a name of ours, and win? */
export function md_loses(msg: string): boolean {
  const theirs: Rr[] = [];
  dn_begin(msg, 4);
  let questions = dn_get16();
  const known = dn_get16();
  let wanted = dn_get16();
  dn_seek(HFIXEDSZ);
  if (known) return false; // no probe
  while (questions-- && dn_good()) {
    dn_expand();
    dn_get16();
    dn_get16();
  }
  while (wanted-- && dn_good()) {
    const rr = rr_read();
    if (rr) theirs.push(rr);
  }
  for (let i = 0; i < md.md_names.length; i++) {
    const name = md_name(md.md_names[i]).toLowerCase();
    if (md_less(md_sorted(md.md_records, name), md_sorted(theirs, name))) return true;
  }
  return false;
}

/** The records of a name in the order of RFC 6762 8.2: by class, which is always the same, type and data. */
function md_sorted(records: Rr[], name: string): string[] {
  const list: string[] = [];
  for (let i = 0; i < records.length; i++) {
    const rr = records[i];
    if (rr.rr_name.toLowerCase() === name) list.push(rr_word(rr.rr_type) + rr_canonical(rr));
  }
  return list.sort();
}

/** Does the first list come before the second, at the first record that differs? Who has none does not compete. */
function md_less(ours: string[], theirs: string[]): boolean {
  for (let i = 0; i < theirs.length; i++) {
    if (i >= ours.length) return true;
    if (ours[i] !== theirs[i]) return ours[i] < theirs[i];
  }
  return false;
}
