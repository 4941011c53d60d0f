/**
 * DNS messages (RFC 1035 4), multicast DNS's among them (RFC 6762 18). A builder does not compress names unless a test
 * writes a pointer itself; the parser knows compression, and throws on whatever is wrong.
 */
import { type Bytes, chars, ipBytes, ipText, long, word, wordAt } from "./bytes";

export const TYPE_A = 1;
export const TYPE_NS = 2;
export const TYPE_CNAME = 5;
export const TYPE_SOA = 6;
export const TYPE_PTR = 12;
export const TYPE_TXT = 16;
export const TYPE_AAAA = 28;
export const TYPE_SRV = 33;
export const TYPE_NSEC = 47;
export const TYPE_ANY = 255;
export const CLASS_IN = 1;
/** of a question: answer me alone; of a record: forget what you knew of it (RFC 6762 18.12, 18.13) */
export const TOP_BIT = 0x8000;

/** Flags of a header */
export const RESPONSE = 0x8000;
export const AUTHORITATIVE = 0x0400;
export const TRUNCATED = 0x0200;
export const RECURSION_DESIRED = 0x0100;
export const RECURSION_AVAILABLE = 0x0080;

/* Response codes, the lowest bits of the flags */
export const FORMAT_ERROR = 1;
export const SERVER_FAILURE = 2;
export const NAME_ERROR = 3;
export const REFUSED = 5;

/** A name as text, its labels joined by dots ("" is the root's); or its bytes. */
export type DnsName = string | Bytes;

export interface Question {
  name: DnsName;
  type: number;
  class?: number;
}

export interface Resource extends Question {
  ttl?: number;
  data: Bytes;
  /** when a test wants it wrong */
  length?: number;
}

export interface DnsFields {
  id?: number;
  flags?: number;
  questions?: Question[];
  answers?: Resource[];
  authorities?: Resource[];
  additionals?: Resource[];
  /** the header's four, when a test wants them wrong */
  counts?: number[];
}

/** A message as it was read. */
export interface Dns {
  id: number;
  flags: number;
  questions: (Question & { name: string; class: number })[];
  answers: Record[];
  authorities: Record[];
  additionals: Record[];
}

export interface Record {
  name: string;
  type: number;
  class: number;
  ttl: number;
  data: Bytes;
  /** the data of an A record, of one that holds a name, of TXT and SRV records */
  ip?: string;
  target?: string;
  strings?: string[];
  priority?: number;
  weight?: number;
  port?: number;
}

/** "www.example.org" as bytes. */
export function nameBytes(name: DnsName): number[] {
  if (typeof name !== "string") return [...name];
  const labels = name === "" ? [] : name.split(".");
  return [...labels.flatMap((label) => [label.length, ...chars(label)]), 0];
}

/** A name that goes on at `offset` of the message, behind `labels`. */
export function pointerTo(offset: number, labels = ""): number[] {
  return [...nameBytes(labels).slice(0, -1), 0xc0 | (offset >> 8), offset & 255];
}

export function dns(fields: DnsFields): number[] {
  const { questions = [], answers = [], authorities = [], additionals = [] } = fields;
  const counts = fields.counts ?? [questions, answers, authorities, additionals].map((section) => section.length);
  return [
    ...word(fields.id ?? 0),
    ...word(fields.flags ?? 0),
    ...counts.flatMap(word),
    ...questions.flatMap(questionBytes),
    ...[...answers, ...authorities, ...additionals].flatMap(resourceBytes),
  ];
}

function questionBytes(question: Question): number[] {
  return [...nameBytes(question.name), ...word(question.type), ...word(question.class ?? CLASS_IN)];
}

function resourceBytes(resource: Resource): number[] {
  const { data } = resource;
  return [...questionBytes(resource), ...long(resource.ttl ?? 60), ...word(resource.length ?? data.length), ...data];
}

export function a(name: DnsName, ip: string, ttl?: number): Resource {
  return { name, type: TYPE_A, ttl, data: ipBytes(ip) };
}

export function cname(name: DnsName, target: DnsName, ttl?: number): Resource {
  return { name, type: TYPE_CNAME, ttl, data: nameBytes(target) };
}

export function ptr(name: DnsName, target: DnsName, ttl?: number): Resource {
  return { name, type: TYPE_PTR, ttl, data: nameBytes(target) };
}

export function srv(name: DnsName, port: number, target: DnsName, ttl?: number): Resource {
  return { name, type: TYPE_SRV, ttl, data: [0, 0, 0, 0, ...word(port), ...nameBytes(target)] };
}

export function txt(name: DnsName, strings: string[], ttl?: number): Resource {
  return { name, type: TYPE_TXT, ttl, data: strings.flatMap((string) => [string.length, ...chars(string)]) };
}

/** The SOA that goes with what there is not (RFC 2308): it may be remembered for `minimum` seconds. */
export function soa(name: DnsName, minimum: number, ttl?: number): Resource {
  const data = [
    ...nameBytes("ns.example.org"),
    ...nameBytes("root.example.org"),
    ...[1, 2, 3, 4, minimum].flatMap(long),
  ];
  return { name, type: TYPE_SOA, ttl, data };
}

export function parseDns(message: Bytes): Dns {
  const bytes = Uint8Array.from(message);
  if (bytes.length < 12) throw new Error(`a DNS message of ${bytes.length} bytes`);
  const reader = new Reader(bytes, 12);
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => wordAt(bytes, at));
  const parsed = {
    id: wordAt(bytes, 0),
    flags: wordAt(bytes, 2),
    questions: reader.times(questions, () => reader.question()),
    answers: reader.times(answers, () => reader.record()),
    authorities: reader.times(authorities, () => reader.record()),
    additionals: reader.times(additionals, () => reader.record()),
  };
  if (reader.at !== bytes.length) throw new Error(`${bytes.length - reader.at} bytes behind a DNS message`);
  return parsed;
}

class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  times<T>(count: number, read: () => T): T[] {
    return Array.from({ length: count }, read);
  }

  question() {
    return { name: this.name(), type: this.word(), class: this.word() };
  }

  record(): Record {
    const { name, type, class: cls } = this.question();
    const ttl = this.word() * 65536 + this.word();
    const length = this.word();
    const start = this.at;
    const data = this.take(length);
    const record: Record = { name, type, class: cls, ttl, data };
    this.understand(record, new Reader(this.bytes, start));
    return record;
  }

  private understand(record: Record, reader: Reader): void {
    const { type, data } = record;
    if (type === TYPE_A) record.ip = ipText(data);
    if (type === TYPE_PTR || type === TYPE_CNAME) record.target = reader.name();
    if (type === TYPE_SRV) {
      [record.priority, record.weight, record.port] = [reader.word(), reader.word(), reader.word()];
      record.target = reader.name();
    }
    if (type === TYPE_TXT) {
      record.strings = [];
      while (reader.at < this.at) record.strings.push(String.fromCharCode(...reader.take(reader.take(1)[0])));
    }
    const whole = [TYPE_PTR, TYPE_CNAME, TYPE_SRV, TYPE_TXT].includes(type);
    if (whole && reader.at !== this.at) throw new Error(`a record of type ${type} is not as long as it says`);
    if (type === TYPE_A && data.length !== 4) throw new Error(`an address of ${data.length} bytes`);
  }

  /** A name; a pointer leads back, or the message is bad. */
  name(): string {
    const labels: string[] = [];
    let at = this.at;
    let end = 0;
    for (;;) {
      const length = this.byteAt(at++);
      if (length === 0) break;
      if (length >= 0xc0) {
        const target = (length & 0x3f) * 256 + this.byteAt(at++);
        if (target >= at - 2) throw new Error("a name that points forward");
        end ||= at;
        at = target;
      } else {
        if (length > 63) throw new Error(`a label of ${length} bytes`);
        labels.push(String.fromCharCode(...this.bytes.subarray(at, at + length)));
        at += length;
      }
    }
    this.at = end || at;
    return labels.join(".");
  }

  word(): number {
    return wordAt(this.take(2), 0);
  }

  private byteAt(at: number): number {
    if (at >= this.bytes.length) throw new Error("a DNS message that ends too soon");
    return this.bytes[at];
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new Error("a DNS message that ends too soon");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
