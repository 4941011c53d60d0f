/**
 * A LAN with DHCP servers that are none of ours, and a board on it: its interface object in the virtual time of a kernel.
 * Everything that the board says is kept with its time.
 */
import type { Ethernet } from "../../firmware/lib/ethernet/ethernet";
import { MS } from "../../host-sim/clock";
import { Host, type Station, US } from "./host";
import * as packets from "./packets";

/** A packet of the board's and when it was said (ms). */
export interface Said extends packets.Packet {
  at: number;
}

/** A naive server, which has one address to give; what it does can be changed at any time. */
export class DhcpServer {
  silent = false;
  /** refuses every request */
  refuses = false;
  /** answers to everybody's address, asked to or not */
  broadcasts = false;
  /** time until it answers (ms) */
  delay = 1;
  /** further options, or other values */
  options: packets.DhcpOptions = {};
  /** fields of its answers that differ */
  fields: packets.DhcpFields = {};
  lease = 3600;
  mask = "255.255.255.0";
  router: string | undefined;

  constructor(
    readonly station: Station,
    public gives: string,
  ) {
    this.router = station.ip;
  }

  /** What it answers to a message; undefined: nothing. */
  answer(said: packets.Dhcp): packets.DhcpFields | undefined {
    const type = said.options[53][0];
    if (this.silent) return undefined;
    if (type === packets.DISCOVER) return this.message(packets.OFFER, said);
    if (type !== packets.REQUEST) return undefined;
    const chosen = said.options[54];
    if (chosen && packets.ipText(chosen) !== this.station.ip) return undefined;
    const wanted = said.options[50] ? packets.ipText(said.options[50]) : said.client;
    return this.message(this.refuses || wanted !== this.gives ? packets.NAK : packets.ACK, said);
  }

  private message(type: number, said: packets.Dhcp): packets.DhcpFields {
    const granted = type === packets.NAK ? {} : this.granted();
    return {
      op: 2,
      xid: said.xid,
      broadcast: said.broadcast || type === packets.NAK,
      client: said.client,
      your: type === packets.NAK ? "0.0.0.0" : this.gives,
      mac: said.mac,
      options: { 53: [type], 54: packets.ipBytes(this.station.ip), ...granted },
      ...this.fields,
    };
  }

  private granted(): packets.DhcpOptions {
    const options: packets.DhcpOptions = { 51: packets.long(this.lease), 1: packets.ipBytes(this.mask) };
    if (this.router) options[3] = packets.ipBytes(this.router);
    return { ...options, ...this.options };
  }
}

/** From now on a switch on the cable answers each probe with one of its own, to `to` (IP device tracking). */
export function trackDevices(lan: DhcpLan, to: string): void {
  const { clock } = lan.host.kernel;
  const { onFrame } = lan.host.en0;
  const probe = (targetIp: string) =>
    lan.host.hearsArp({ senderMac: "02:5c:00:00:00:01", senderIp: "0.0.0.0", targetMac: US.mac, targetIp }, to);
  lan.host.en0.onFrame = (frame) => {
    const { arp } = packets.decode(frame);
    onFrame(frame);
    if (arp?.op === packets.ARP_REQUEST && arp.senderIp === "0.0.0.0") clock.defer(() => probe(arp.targetIp));
  };
}

export class DhcpLan {
  readonly host = new Host({ unconfigured: true });
  readonly net = this.host.net;
  readonly eth: Ethernet;
  readonly servers: DhcpServer[] = [];
  /** who answers ARP requests and probes */
  readonly stations: Station[] = [];
  /** everything that the board has said */
  readonly log: Said[] = [];
  detached = 0;

  constructor(...servers: DhcpServer[]) {
    this.servers.push(...servers);
    this.stations.push(...servers.map(({ station }) => station));
    this.host.en0.ac.if_flags |= this.net.IFF_RUNNING;
    this.host.en0.onFrame = (frame) => this.hear({ ...packets.decode(frame), at: this.now });
    this.eth = this.net.ethernet(this.host.en0.ac, () => this.detached++);
  }

  /** ms since the kernel was booted */
  get now(): number {
    return this.host.kernel.clock.now() / MS;
  }

  get ip(): string {
    return this.eth.getIP().ip;
  }

  /** What was emitted since this was last asked. */
  events(): string[] {
    return this.host.kernel.events.splice(0);
  }

  /** The DHCP messages of these types that the board has sent, or all. */
  messages(...types: number[]): (Said & { dhcp: packets.Dhcp; ip: packets.Ipv4 })[] {
    return this.log.filter(({ dhcp }) => dhcp && (!types.length || types.includes(dhcp.options[53][0]))) as never;
  }

  /** The last message of a type. */
  message(type: number): Said & { dhcp: packets.Dhcp; ip: packets.Ipv4 } {
    const found = this.messages(type).pop();
    if (!found) throw new Error(`no DHCP message of type ${type} was sent`);
    return found;
  }

  /** The addresses that were probed for, in order (RFC 5227 2.1). */
  probes(): string[] {
    return this.log.filter(({ arp }) => arp?.senderIp === "0.0.0.0").map(({ arp }) => arp!.targetIp);
  }

  wait(ms: number): void {
    this.host.wait(ms);
  }

  /** Lets time pass until `holds`; a minute is too long. */
  waitUntil(holds: () => boolean, longest = 60000): void {
    for (let ms = 0; ms < longest; ms += 10) {
      if (holds()) return;
      this.wait(10);
    }
    throw new Error(`waited for ${longest} ms in vain: ${this.eth.getStatus().dhcp}`);
  }

  /** Asks for an address and waits until it is there. */
  bind(): void {
    this.eth.setIP();
    this.waitUntil(() => this.eth.getStatus().dhcp === "bound");
    this.wait(3000); // the announcements
  }

  plug(inserted: boolean): void {
    this.net.if_link(this.host.en0.ac, inserted);
  }

  /** A server's message comes to the board, in the way that RFC 2131 4.1 says unless the server broadcasts. */
  hears(server: DhcpServer, fields: packets.DhcpFields): void {
    const everybody = fields.broadcast || server.broadcasts;
    const to = everybody
      ? "255.255.255.255"
      : (fields.client ?? "0.0.0.0") !== "0.0.0.0"
        ? fields.client!
        : fields.your!;
    this.hearsBytes(server, packets.dhcp(fields), to, everybody ? packets.EVERYBODY : US.mac);
  }

  hearsBytes(server: DhcpServer, payload: packets.Bytes, to: string, mac: string): void {
    const from = server.station.ip;
    const udp = packets.udp({ from, to, fromPort: 67, toPort: 68, payload });
    this.host.hearsIp({ to, protocol: packets.UDP, payload: udp }, server.station, mac);
  }

  /** `who` tells everybody that it has an address. */
  announces(who: Station): void {
    this.host.hearsArp({ senderMac: who.mac, senderIp: who.ip, targetIp: who.ip }, packets.EVERYBODY);
  }

  /** Ends everything, and asserts that all memory is back. */
  expectPoolsRestored(): void {
    this.eth.end();
    this.wait(3000);
    this.host.expectPoolsRestored();
  }

  private hear(said: Said): void {
    this.log.push(said);
    const { arp, dhcp } = said;
    if (arp?.op === packets.ARP_REQUEST)
      for (const who of this.stations) if (who.ip === arp.targetIp) this.later(1, () => this.answerArp(who, arp));
    if (dhcp)
      for (const server of this.servers) {
        const addressed = [packets.EVERYBODY, server.station.mac].includes(said.ethernet.to);
        const answer = addressed ? server.answer(dhcp) : undefined;
        if (answer) this.later(server.delay, () => this.hears(server, answer));
      }
  }

  private answerArp(who: Station, arp: packets.Arp): void {
    this.host.hearsArp({
      op: packets.ARP_REPLY,
      senderMac: who.mac,
      senderIp: who.ip,
      targetMac: arp.senderMac,
      targetIp: arp.senderIp,
    });
  }

  private later(ms: number, work: () => void): void {
    const { clock } = this.host.kernel;
    clock.after(ms * MS, () => clock.defer(work));
  }
}
