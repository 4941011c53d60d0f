/**
 * The mDNS responder answers: RFC 6762 5.4, 6, 7. Called by the responder with each query that comes while its names are
 * its own.
 *
 * An answer goes to all, a while later where others may have answers too (6), so that questions that come meanwhile are
 * answered at the same time, and what others have said meanwhile need not be said (7.4).
 */

import { now, random32, timeout, untimeout } from "../../machdep";
import type { SockaddrIn } from "../../net/inet/in_var";
import { dn_begin, dn_expand, dn_get16, dn_good, dn_seek, dn_tell, HFIXEDSZ } from "./mdns_comp";
import { type Rr, rr_read, rr_same, T_ANY, TOP_BIT } from "./mdns_msg";
import { type Legacy, md_reply } from "./mdns_send";
import { MDNS_PORT, md } from "./mdns_var";

/** Nothing is told to all twice within a second (6), or, to one who probes, within a quarter. */
const MD_INTERVAL = 0.9;
const MD_INTERVALPROBE = 0.24;
/** Answers in a second that go to one alone, at most. */
const MD_MAXONES = 10;

/** Answers a query. */
export function md_query(msg: string, from: SockaddrIn): void {
  dn_begin(msg, 4);
  const questions = dn_get16();
  const known = dn_get16();
  const probe = dn_get16() > 0;
  const toall: Rr[] = [];
  const toone: Rr[] = [];
  const legacy = from.sin_port !== MDNS_PORT;
  dn_seek(HFIXEDSZ);
  for (let i = 0; i < questions && dn_good(); i++) md_question(toall, toone, legacy);
  if (!dn_good()) return;
  const text = msg.substr(HFIXEDSZ, dn_tell() - HFIXEDSZ);
  // what waits for more known answers of the same asker (7.2)
  const lists = [toall, toone, questions || from.sin_addr !== md.md_asker ? [] : md.md_pending];
  for (let i = 0; i < known && dn_good(); i++) md_known(lists, rr_read());
  md.md_asker = from.sin_addr;
  if (legacy) md_answerone(toone, from, { lq_id: msg.substr(0, 2), lq_count: questions, lq_text: text });
  else md_answerone(toone, from, null);
  md_answerall(toall, probe, (msg.charCodeAt(2) & 2) !== 0);
}

/** Finds what answers the question at the cursor: for all, or for the one who asks. */
function md_question(toall: Rr[], toone: Rr[], legacy: boolean): void {
  const name = dn_expand();
  const type = dn_get16();
  const cls = dn_get16();
  if (!dn_good() || ((cls & 255) !== 1 && (cls & 255) !== 255)) return;
  let answers = md_named(md.md_records, name, type);
  if (!answers.length) answers = md_named(md.md_denials, name, T_ANY);
  for (let i = 0; i < answers.length; i++) {
    // one that the others have not heard for a while is told to all (5.4)
    const one = legacy || (cls & TOP_BIT && md_since(answers[i]) * 4 < answers[i].rr_ttl);
    md_add(one ? toone : toall, answers[i]);
  }
}

/** The records of a name and type. */
function md_named(records: Rr[], name: string, type: number): Rr[] {
  const found: Rr[] = [];
  for (let i = 0; i < records.length; i++)
    if ((type === records[i].rr_type || type === T_ANY) && records[i].rr_name.toLowerCase() === name)
      found.push(records[i]);
  return found;
}

function md_add(list: Rr[], rr: Rr): void {
  if (list.indexOf(rr) < 0) list.push(rr);
}

/** How long ago all were told (s); a clock that was set back says nothing of it. */
function md_since(rr: Rr): number {
  const age = now() - rr.rr_time;
  return age < 0 ? 1e9 : age;
}

/** Takes out what the asker knows, or another has said, unless it is about to be forgotten (7.1). */
function md_known(lists: Rr[][], heard: Rr | null): void {
  for (let i = 0; heard && i < lists.length; i++)
    for (let k = lists[i].length - 1; k >= 0; k--)
      if (rr_same(lists[i][k], heard) && heard.rr_ttl * 2 >= lists[i][k].rr_ttl) lists[i].splice(k, 1);
}

/** Answers the one who asks, unless somebody, who may name another as him, asks too much. */
function md_answerone(answers: Rr[], to: SockaddrIn, legacy: Legacy | null): void {
  const second = Math.floor(now());
  if (second !== md.md_second) md.md_ones = 0;
  md.md_second = second;
  if (answers.length && md.md_ones++ < MD_MAXONES) md_reply(answers, to, legacy, false);
}

/** Answers for all: at once if nobody else can have any, else after 20 to 120 ms; when more is to come, 400 to 500. */
function md_answerall(answers: Rr[], probe: boolean, more: boolean): void {
  let delay = 0;
  for (let i = 0; i < answers.length; i++) {
    const rr = answers[i];
    if (md_since(rr) < (probe ? MD_INTERVALPROBE : MD_INTERVAL)) continue;
    if (!rr.rr_unique) delay = 20 + ((random32() >>> 0) % 100);
    md_add(md.md_pending, rr);
  }
  if (more) delay = 400 + ((random32() >>> 0) % 100);
  if (md.md_pending.length && md.md_pendingtimer === null) md.md_pendingtimer = timeout(md_flush, delay);
}

/** Says what has waited. */
function md_flush(): void {
  const answers = md.md_pending;
  md.md_pendingtimer = null;
  md.md_pending = [];
  if (answers.length) md_reply(answers, null, null, false);
}

/** Another has said this to all (7.4). */
export function md_heard(rr: Rr): void {
  if (md.md_pending.length) md_known([md.md_pending], rr);
}

/** Says nothing of what has waited. */
export function md_forget(): void {
  if (md.md_pendingtimer !== null) untimeout(md.md_pendingtimer);
  md.md_pendingtimer = null;
  md.md_pending = [];
}
