/**
 * Name servers of a host under test: which questions they were asked, and what they reply. They reply what a test says,
 * right or wrong.
 */
import type { Host, Station } from "./host";
import { type Dns, type DnsFields, dns, parseDns, RESPONSE } from "./packets/dns";

/** A question as it came: from which port of the host, to whom. */
export interface Asked {
  to: string;
  port: number;
  message: Dns;
}

/** The questions that the host has sent since it was last asked what it said. */
export function asked(host: Host, port = 53): Asked[] {
  const datagrams = host.said().filter(({ udp }) => udp?.toPort === port);
  return datagrams.map(({ ip, udp }) => ({ to: ip!.to, port: udp!.fromPort, message: parseDns(udp!.payload) }));
}

/** The one question. */
export function askedOnce(host: Host, port = 53): Asked {
  const questions = asked(host, port);
  if (questions.length !== 1) throw new Error(`${questions.length} questions, not one`);
  return questions[0];
}

/** What a reply has that answers rightly, unless told otherwise. */
export function replyTo({ message }: Asked, fields: DnsFields): number[] {
  return dns({ id: message.id, flags: RESPONSE, questions: message.questions, ...fields });
}

/** `server` replies to a question; `from` and `fromPort` are those of the server, `port` that of the question. */
export function replies(
  host: Host,
  server: Station,
  question: Asked,
  fields: DnsFields,
  wrong: { fromPort?: number; port?: number; payload?: number[] } = {},
): void {
  const payload = wrong.payload ?? replyTo(question, fields);
  host.hearsUdp({ from: server, fromPort: wrong.fromPort ?? 53, toPort: wrong.port ?? question.port, payload });
  host.wait(0);
}
