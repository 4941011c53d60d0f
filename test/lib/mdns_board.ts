/**
 * A board with the mDNS module, and its neighbours on the cable: what it says to all and to one, what it is asked and
 * told.
 */
import type { MdnsOptions } from "../../firmware/modules/mdns/mdns_var";
import { Host, NEIGHBOUR, OTHER_NEIGHBOUR, type Station } from "./host";
import { ethernet, ipv4, TYPE_IP, UDP, udp } from "./packets";
import { type Dns, type DnsFields, dns, parseDns, type Question, RESPONSE, type Resource } from "./packets/dns";
import { loadModule, ProgramInterface } from "./storage_module";

export const GROUP = "224.0.0.251";
const GROUP_MAC = "01:00:5e:00:00:fb";
export const MDNS = 5353;

interface MdnsModule {
  start(eth: ProgramInterface, options: MdnsOptions): { end(): void };
}

/** A message that the board sent. */
export interface Said extends Dns {
  to: string;
  toPort: number;
  ttl: number;
}

export class MdnsBoard {
  readonly host = new Host();
  readonly eth = new ProgramInterface(this.host);
  private readonly mdns = loadModule<MdnsModule>(this.host.net, "mdns");
  /** the names that the callback was told */
  readonly named: string[] = [];

  private running: { end(): void } | undefined;

  constructor() {
    this.host.knows(NEIGHBOUR);
    this.host.knows(OTHER_NEIGHBOUR);
  }

  start(options: Partial<MdnsOptions> = {}): void {
    this.running = this.mdns.start(this.eth, {
      name: "sensor1",
      callback: (name) => this.named.push(name),
      ...options,
    });
  }

  /** Starts, and lets time pass until the names have been announced and may be told again. */
  settle(options: Partial<MdnsOptions> = {}): void {
    this.start(options);
    this.host.wait(5000);
    this.said();
  }

  /** The messages that the board has sent since this was last asked; they are as they should be outside DNS. */
  said(): Said[] {
    const packets = this.host.said().filter(({ udp: datagram }) => datagram?.fromPort === MDNS);
    return packets.map(({ ethernet: frame, ip, udp: datagram }) => {
      if (ip!.to === GROUP) expect(frame.to).toBe(GROUP_MAC);
      return { to: ip!.to, toPort: datagram!.toPort, ttl: ip!.ttl, ...parseDns(datagram!.payload) };
    });
  }

  /** The one message. */
  saidOnce(): Said {
    const said = this.said();
    if (said.length !== 1) throw new Error(`${said.length} messages, not one: ${JSON.stringify(said)}`);
    return said[0];
  }

  /** A message comes from `from`, to all unless told otherwise. */
  hears(fields: DnsFields | number[], from: Station = NEIGHBOUR, fromPort = MDNS, to = GROUP): void {
    const payload = Array.isArray(fields) ? fields : dns(fields);
    const datagram = udp({ from: from.ip, to, fromPort, toPort: MDNS, payload });
    const packet = ipv4({ from: from.ip, to, protocol: UDP, ttl: 255, payload: datagram });
    const mac = to === GROUP ? GROUP_MAC : "02:00:00:00:00:01";
    this.host.hears(ethernet({ to: mac, from: from.mac, type: TYPE_IP, payload: packet }));
    this.host.wait(0);
  }

  asks(questions: Question[], more: DnsFields = {}, from: Station = NEIGHBOUR, fromPort = MDNS): void {
    this.hears({ questions, ...more }, from, fromPort);
  }

  tells(answers: Resource[], from: Station = NEIGHBOUR): void {
    this.hears({ flags: RESPONSE | 0x0400, answers }, from);
  }

  stop(): void {
    this.running?.end();
  }

  /** Stops, and asserts that everything is back. */
  end(): void {
    this.stop();
    expect(this.eth.listening).toBe(0);
    this.host.wait(1000);
    this.host.said();
    this.host.expectPoolsRestored();
  }
}
