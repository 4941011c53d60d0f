/**
 * The system calls of a script. Descriptors are those that the script says; data is a pattern that tells its place in the
 * stream, and is checked on both sides. `...` for an address is the usual one: our port 80, the peer's PEER_PORT.
 */

import { US } from "../lib/host";
import type { Net } from "../lib/kernel";
import { ipNumber } from "../lib/packets";
import type { Call } from "./script";
import { PEER_PORT } from "./segment";

export const PEER_IP = "192.0.2.2";
export const OUR_PORT = 80;

/** Names that are not the stack's own: of levels. */
const NAMES: { [name: string]: number } = { IPPROTO_IP: 0, IPPROTO_TCP: 6 };

/** The bytes of a stream from a place on. */
export function stream(from: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (from + i + 7 * ((from + i) >> 8)) & 255);
}

/** A socket of the script. */
interface Descriptor {
  fd: number;
  sent: number;
  received: number;
  upcalls: number;
}

export class Calls {
  private readonly descriptors = new Map<string, Descriptor>();

  constructor(private readonly net: Net) {}

  /** Makes a call; throws when it answers anything else than the script says. */
  make(call: Call): void {
    const make = this.calls[call.name];
    if (!make) throw new Error(`no system call: ${call.name}`);
    const answer = make(call.args, call);
    if (call.result === "...") return;
    const expected = this.number(call.result);
    if (answer !== expected) throw new Error(`answered ${this.explain(answer)}, not ${call.result}`);
  }

  /** Ends whatever is still open, connections by a reset. */
  closeAll(): void {
    const { net } = this.net;
    for (const { fd } of this.descriptors.values()) {
      net.setsockopt(fd, this.net.SOL_SOCKET, this.net.SO_LINGER, 0);
      net.close(fd);
    }
    this.descriptors.clear();
  }

  private readonly calls: { [name: string]: (args: string[], call: Call) => number } = {
    socket: (_args, call) => this.opened(this.net.net.socket(this.net.AF_INET, this.net.SOCK_STREAM, 0), call),
    bind: ([fd, name]) => this.net.net.bind(this.fd(fd), this.address(name, "0.0.0.0", OUR_PORT)),
    listen: ([fd, backlog]) => this.net.net.listen(this.fd(fd), this.number(backlog)),
    accept: ([fd], call) => this.opened(this.net.net.accept(this.fd(fd), null), call),
    connect: ([fd, name]) => this.net.net.connect(this.fd(fd), this.address(name, PEER_IP, PEER_PORT)),
    send: (args) => this.send(args),
    recv: (args, call) => this.receive(args, call.at),
    read: (args, call) => this.read(args, call),
    shutdown: ([fd, how]) => this.net.net.shutdown(this.fd(fd), this.number(how)),
    close: ([fd]) => this.close(fd),
    setsockopt: ([fd, level, name, value]) =>
      this.net.net.setsockopt(this.fd(fd), this.number(level), this.option(name), this.optionValue(value)),
    getsockopt: ([fd, level, name]) => this.net.net.getsockopt(this.fd(fd), this.number(level), this.option(name)),
    poll: ([fd, events]) => this.net.poll(this.fd(fd), this.number(events)),
    upcalls: ([fd]) => this.upcalls(fd),
  };

  private opened(fd: number, call: Call): number {
    if (fd < 0) return fd;
    const descriptor: Descriptor = { fd, sent: 0, received: 0, upcalls: 0 };
    this.descriptors.set(call.result, descriptor);
    this.net.net.setupcall(fd, () => descriptor.upcalls++);
    return this.number(call.result);
  }

  private send([name, , length, flags]: string[]): number {
    const descriptor = this.descriptor(name);
    const answer = this.net.net.send(descriptor.fd, stream(descriptor.sent, Number(length)), this.number(flags));
    if (answer > 0) descriptor.sent += answer;
    return answer;
  }

  private receive([name, , length, flags]: string[], at: number | undefined): number {
    const descriptor = this.descriptor(name);
    const data = this.net.net.recv(descriptor.fd, Number(length), this.number(flags));
    if (typeof data === "number") return data;
    const from = at ?? descriptor.received;
    if (!Buffer.from(data).equals(stream(from, data.length))) throw new Error(`data is not that from byte ${from} on`);
    if (!(this.number(flags) & (this.net.MSG_OOB | this.net.MSG_PEEK))) descriptor.received = from + data.length;
    return data.length;
  }

  /** Receives until it has as much, or there is no more: recv stops where a segment ended. */
  private read([name, address, length]: string[], call: Call): number {
    let total = 0;
    while (total < Number(length)) {
      const answer = this.receive([name, address, `${Number(length) - total}`, "0"], total ? undefined : call.at);
      if (answer <= 0) return total || answer;
      total += answer;
    }
    return total;
  }

  private close(name: string): number {
    const fd = this.fd(name);
    this.descriptors.delete(name);
    return this.net.net.close(fd);
  }

  /** How often the socket's upcall has come since this was last asked. */
  private upcalls(name: string): number {
    const descriptor = this.descriptor(name);
    const count = descriptor.upcalls;
    descriptor.upcalls = 0;
    return count;
  }

  private descriptor(name: string): Descriptor {
    const descriptor = this.descriptors.get(name);
    if (!descriptor) throw new Error(`no descriptor ${name}`);
    return descriptor;
  }

  private fd(name: string): number {
    return this.descriptor(name).fd;
  }

  private address(text: string, ip: string, port: number) {
    const [writtenIp, writtenPort] = text === "..." ? [ip, port] : text.split(":");
    const sin_addr = ipNumber(writtenIp === "us" ? US.ip : (writtenIp as string));
    return { sin_family: this.net.AF_INET, sin_addr, sin_port: Number(writtenPort) };
  }

  /** A number, or bytes: hex:0107 */
  private optionValue(text: string): number {
    if (!text.startsWith("hex:")) return this.number(text);
    return Buffer.from(text.slice(4), "hex").toString("latin1") as unknown as number;
  }

  /** -EAGAIN, 0x10, POLLIN|POLLOUT, 7 */
  private number(text: string): number {
    if (text.startsWith("-")) return -this.number(text.slice(1));
    return text.split("|").reduce((sum, part) => sum | this.value(part), 0);
  }

  private value(text: string): number {
    const value = NAMES[text] ?? (this.net as unknown as typeof NAMES)[text] ?? Number(text);
    if (Number.isNaN(value)) throw new Error(`what is ${text}?`);
    return value;
  }

  /** An option by its POSIX name: where a tunable of the stack has that name, the option's number is called ..._OPT. */
  private option(text: string): number {
    const own = (this.net as unknown as typeof NAMES)[`${text}_OPT`];
    return own ?? this.number(text);
  }

  private explain(answer: number): string {
    const names = Object.entries(this.net as unknown as typeof NAMES);
    const error = names.find(([name, value]) => /^E[A-Z]+$/.test(name) && value === Math.abs(answer));
    return error ? `${answer} (${error[0]})` : `${answer}`;
  }
}
