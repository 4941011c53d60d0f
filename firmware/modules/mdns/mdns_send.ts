/**
 * What the mDNS responder sends: RFC 6762 6, 8, 10.1, 18. Called by the responder and by its answers.
 */
import { now } from "../../machdep";
import type { SockaddrIn } from "../../net/inet/in_var";
import { type Rr, rr_bytes, rr_target, rr_word, T_ANY, TOP_BIT, TTL_LEGACY, TTL_OTHER } from "./mdns_msg";
import { MDNS_GROUP, MDNS_PORT, md } from "./mdns_var";

/** What fits a frame, headers taken off. */
const MAXMESSAGE = 1400;

/** A question of one who asks from another port than 5353: it is repeated in what he gets, and so is its ID (6.7). */
export interface Legacy {
  lq_id: string;
  lq_count: number;
  lq_text: string;
}

export function md_group(): SockaddrIn {
  return { sin_family: md.md_eth.net.AF_INET, sin_addr: MDNS_GROUP, sin_port: MDNS_PORT };
}

/** Sends records as answers, and behind them those that whoever gets them will ask for next, to all or to one. */
export function md_reply(answers: Rr[], to: SockaddrIn | null, legacy: Legacy | null, goodbye: boolean): void {
  const all = goodbye ? answers : md_withadditionals(answers);
  let text = "";
  let counts = [0, 0];
  for (let i = 0; i < all.length; i++) {
    const bytes = rr_bytes(all[i], legacy !== null, goodbye ? 0 : legacy ? TTL_LEGACY : TTL_OTHER);
    if (text.length + bytes.length > MAXMESSAGE) {
      md_sendreply(text, counts, to, legacy);
      text = "";
      counts = [0, 0];
    }
    text += bytes;
    counts[i < answers.length ? 0 : 1]++;
    if (!to) all[i].rr_time = now();
  }
  if (text) md_sendreply(text, counts, to, legacy);
}

function md_sendreply(records: string, counts: number[], to: SockaddrIn | null, legacy: Legacy | null): void {
  const head = legacy ? legacy.lq_id + "\x84\0" + rr_word(legacy.lq_count) : "\0\0\x84\0\0\0";
  const text = head + rr_word(counts[0]) + "\0\0" + rr_word(counts[1]) + (legacy ? legacy.lq_text : "") + records;
  md.md_eth.net.sendto(md.md_fd, text, 0, to || md_group());
}

/** The answers, and what they lead to: of a service its SRV, TXT and the host's address (RFC 6763 12). */
function md_withadditionals(answers: Rr[]): Rr[] {
  const all = answers.slice();
  for (let i = 0; i < all.length; i++) {
    const target = rr_target(all[i]);
    for (let k = 0; target && k < md.md_records.length; k++) {
      const rr = md.md_records[k];
      if (rr.rr_unique && rr.rr_name.toLowerCase() === target && all.indexOf(rr) < 0) all.push(rr);
    }
  }
  return all;
}

/** Asks whether anybody has our names, and says what we would have of them (8.1). */
export function md_sendprobe(names: string[]): void {
  let questions = "";
  let records = "";
  let count = 0;
  for (let i = 0; i < names.length; i++) questions += names[i] + rr_word(T_ANY) + rr_word(TOP_BIT | 1);
  for (let i = 0; i < md.md_records.length; i++) {
    const rr = md.md_records[i];
    if (names.indexOf(rr.rr_name) < 0) continue;
    records += rr_bytes(rr, true, TTL_OTHER); // without the bit, which would have no sense here
    count++;
  }
  const text = "\0\0\0\0" + rr_word(names.length) + "\0\0" + rr_word(count) + "\0\0" + questions + records;
  md.md_eth.net.sendto(md.md_fd, text, 0, md_group());
}
