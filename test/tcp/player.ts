/**
 * Plays a script against a host with one Ethernet interface, in virtual time: makes the calls, brings in the segments,
 * and compares what the host sends with what is expected, and when.
 */
import { MS, SECOND } from "../../host-sim/clock";
import { Host, NEIGHBOUR, US } from "../lib/host";
import * as packets from "../lib/packets";
import { Calls, OUR_PORT, PEER_IP, stream } from "./calls";
import { optionBytes } from "./options";
import type { IcmpError, Script, Step } from "./script";
import { formatSegment, type Segment, type SentBases, writtenAs } from "./segment";

/** What may lie between the time that is said and the time it is (ms): an acknowledgement waits one for the program. */
const TOLERANCE = 2 * MS;
/** The peer's first sequence number: they soon wrap. */
const PEER_ISN = 0xfffffc00;
/** How long it may take until all that a script leaves behind is gone. */
const AFTERMATH = 1800;

/** Types and codes of ICMP errors. */
const ICMP_ERRORS: { [name: string]: [type: number, code: number] } = {
  net_unreachable: [packets.UNREACHABLE, packets.NET_UNREACHABLE],
  host_unreachable: [packets.UNREACHABLE, packets.HOST_UNREACHABLE],
  protocol_unreachable: [packets.UNREACHABLE, packets.PROTOCOL_UNREACHABLE],
  port_unreachable: [packets.UNREACHABLE, packets.PORT_UNREACHABLE],
  frag_needed: [packets.UNREACHABLE, packets.NEEDS_FRAGMENTATION],
  source_route_failed: [packets.UNREACHABLE, packets.SOURCE_ROUTE_FAILED],
  source_quench: [packets.SOURCE_QUENCH, 0],
  time_exceeded: [packets.TIME_EXCEEDED, 0],
  parameter_problem: [packets.PARAMETER_PROBLEM, 0],
};

/** What is known of the connection with one of the peer's ports. */
interface Connection {
  ourPort: number;
  /** where our sequence numbers begin, and those of timestamps; undefined until one was seen */
  iss?: number;
  ts?: number;
  /** behind all that we have sent */
  highest: number;
  /** the next SYN begins anew */
  anew: boolean;
}

interface Said {
  time: number;
  packet: packets.Packet;
}

export class Player {
  private readonly host = new Host({ gateway: true });
  private readonly calls = new Calls(this.host.net);
  private readonly connections = new Map<number, Connection>();
  private readonly said: Said[] = [];
  /** when the last step took place */
  private last = 0;

  constructor() {
    this.host.knows(NEIGHBOUR);
    this.last = this.now();
  }

  /** Plays a script; throws an Error that tells where it is not as it should be. */
  play(script: Script): void {
    for (const step of script.steps)
      try {
        this.step(step);
      } catch (error) {
        throw new Error(`${step.place}: ${step.text}\n${(error as Error).message}`);
      }
    this.quietUntil(this.now());
  }

  /** Ends what is left, lets it die out, and asserts that all memory is back. */
  finish(): void {
    this.calls.closeAll();
    this.host.wait(AFTERMATH * 1000);
    this.host.said();
    expect(this.host.net.tcp_npcb()).withContext("TCP control blocks").toBe(0);
    this.host.expectPoolsRestored();
  }

  private step(step: Step): void {
    const from = this.last + Math.round(step.from * SECOND);
    const to = this.last + Math.round(step.to * SECOND);
    const { action } = step;
    if (action.kind === "say") {
      this.expectSaid(action.segment, from - TOLERANCE, to + TOLERANCE);
      return;
    }
    this.quietUntil(from);
    this.last = this.now();
    if (action.kind === "hear") this.hear(action.segment);
    if (action.kind === "icmp") this.hearIcmp(action.error);
    if (action.kind === "call") this.calls.make(action.call);
    if (action.kind === "state") this.expectState(action.port, action.state);
    if (action.kind === "anew") this.connection(action.port).anew = true;
  }

  private now(): number {
    return this.host.kernel.clock.now();
  }

  /** Takes in what was sent until now. */
  private listen(): boolean {
    for (const packet of this.host.said()) if (!packet.arp) this.said.push({ time: this.now(), packet });
    return this.said.length > 0;
  }

  /** Lets time pass in which nothing may be sent. */
  private quietUntil(time: number): void {
    const { clock } = this.host.kernel;
    clock.runUntil(() => this.listen(), Math.max(0, time - this.now()));
    if (this.listen()) throw new Error(`  not expected: ${this.describe(this.said[0])}`);
    clock.runFor(Math.max(0, time - this.now()));
    if (this.listen()) throw new Error(`  not expected: ${this.describe(this.said[0])}`);
  }

  private expectSaid(expected: Segment, from: number, to: number): void {
    const { clock } = this.host.kernel;
    clock.runUntil(() => this.listen(), Math.max(0, to - this.now()));
    const said = this.said.shift();
    if (!said) throw new Error("  nothing was sent");
    const { tcp } = said.packet;
    if (tcp) this.learn(tcp);
    const sent = tcp ? formatSegment(writtenAs(said.packet, this.bases(tcp.toPort), expected)) : "";
    const wanted = formatSegment(expected);
    if (sent !== wanted) throw new Error(`  expected > ${wanted}\n  actual   ${this.describe(said, expected)}`);
    if (said.time < from || said.time > to) throw new Error(`  actual   ${this.describe(said, expected)}`);
    this.checkPayload(tcp!, expected);
    this.last = said.time;
  }

  /** What was sent, and how long after the last step. */
  private describe({ time, packet }: Said, expected?: Segment): string {
    const after = `+${((time - this.last) / SECOND).toFixed(4).replace(/\.?0+$/, "")}`;
    if (!packet.tcp) return `${after} > ${packet.icmp ? `icmp ${packet.icmp.type} ${packet.icmp.code}` : "no TCP"}`;
    this.learn(packet.tcp);
    return `${after} > ${formatSegment(writtenAs(packet, this.bases(packet.tcp.toPort), expected))}`;
  }

  private checkPayload(tcp: packets.Tcp, expected: Segment): void {
    if (!Buffer.from(tcp.payload as Uint8Array).equals(stream(expected.seq - 1, expected.length)))
      throw new Error("  the data is not what was to be sent there");
  }

  private connection(port: number): Connection {
    let connection = this.connections.get(port);
    if (!connection) {
      connection = { ourPort: OUR_PORT, highest: 0, anew: false };
      this.connections.set(port, connection);
    }
    return connection;
  }

  /** Learns from a segment of ours where its numbers begin. */
  private learn(tcp: packets.Tcp): void {
    const connection = this.connection(tcp.toPort);
    if (tcp.flags.includes("S") && (connection.iss === undefined || connection.anew)) {
      const again = connection.anew && tcp.fromPort === connection.ourPort; // another port is another connection
      if (again && ((tcp.seq - connection.highest) | 0) <= 0)
        throw new Error("  the new connection's sequence numbers are not behind the old one's");
      connection.iss = tcp.seq;
      connection.highest = tcp.seq;
      connection.anew = false;
      connection.ourPort = tcp.fromPort;
    }
    const end = tcp.seq + tcp.payload.length + (/[SF]/.test(tcp.flags) ? 1 : 0);
    if (((end - connection.highest) | 0) > 0) connection.highest = end | 0;
    const stamp = tcp.options.find(({ kind }) => kind === "timestamp");
    if (stamp?.kind === "timestamp") connection.ts ??= stamp.value;
  }

  /** Where the numbers in a segment of ours begin. */
  private bases(port: number): SentBases {
    const { iss, ts } = this.connection(port);
    return { seq: iss ?? 0, ack: PEER_ISN, block: PEER_ISN, value: ts ?? 0, echo: 0 };
  }

  private hear(segment: Segment): void {
    const { words } = segment;
    const from = words.from ?? PEER_IP;
    const to = words.to ?? US.ip;
    const many = /^(22[4-9]|2[34]\d)\.|\.255$/.test(to);
    const ip = {
      from,
      to,
      protocol: packets.TCP,
      payload: this.segmentBytes(segment, from, to),
      options: [...Buffer.from(words.ipoptions ?? "", "hex")],
      tos: Number(words.tos ?? 0),
    };
    this.host.hearsIp(ip, NEIGHBOUR, many ? packets.EVERYBODY : US.mac);
  }

  /** A segment of the peer's; its data tells its place, as ours does. */
  private segmentBytes(segment: Segment, from: string, to: string): number[] {
    const { ourPort, iss, ts } = this.connection(segment.port);
    const { words } = segment;
    const [seqBase, ackBase] = [segment.absolute ? 0 : PEER_ISN, iss ?? 0];
    return packets.tcp({
      from,
      to,
      fromPort: segment.port,
      toPort: ourPort,
      seq: segment.seq + seqBase,
      ack: segment.ack === undefined ? 0 : segment.ack + ackBase,
      flags: segment.flags,
      window: segment.win ?? 0,
      urgent: segment.urg,
      rawOptions: optionBytes(segment.options ?? [], { block: ackBase, value: 0, echo: ts ?? 0 }),
      payload: stream(segment.seq - (segment.flags.includes("S") ? 0 : 1), segment.length),
      checksum: "badsum" in words ? 0xdead : undefined,
      headerWords: words.doff ? Number(words.doff) : undefined,
    });
  }

  /** An ICMP error returns the header of our packet and 8 bytes. */
  private hearIcmp({ name, mtu, about }: IcmpError): void {
    const { ourPort, iss } = this.connection(about.port);
    const ports = { from: US.ip, to: PEER_IP, fromPort: ourPort, toPort: about.port };
    const ours = packets.tcp({ ...ports, seq: about.seq + (iss ?? 0), payload: stream(0, about.length) });
    const returned = packets.ipv4({ from: US.ip, to: PEER_IP, protocol: packets.TCP, payload: ours }).slice(0, 28);
    const known = ICMP_ERRORS[name];
    if (!known) throw new Error(`no ICMP error: ${name}`);
    const [type, code] = known;
    this.host.hearsIcmp(packets.icmp({ type, code, rest: [0, 0, ...packets.word(mtu)], payload: returned }));
  }

  private expectState(port: number, expected: string): void {
    const { net } = this.host;
    let state = "CLOSED";
    for (let inp = net.tcb.inp_first; inp; inp = inp.inp_next) {
      const name = net.tcp_statename((inp.inp_ppcb as { t_state: number }).t_state).replace("RCVD", "RECEIVED");
      if (inp.inp_fport === port || (inp.inp_fport === 0 && state === "CLOSED")) state = name;
      if (inp.inp_fport === port) break;
    }
    if (state !== expected) throw new Error(`  the state is ${state}`);
  }
}
