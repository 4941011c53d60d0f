/**
 * A board that shares its address outside, 198.51.100.1, with those inside, 192.0.2.0/24, and what is said on either side. Whatever it
 * says is taken apart, sums and all.
 */
import { FakeEthernet } from "./fake_ethernet";
import { Host, NEIGHBOUR, OTHER_NEIGHBOUR, type Station } from "./host";
import type { Config } from "./kernel";
import * as packets from "./packets";
import { ipNumber, type Packet } from "./packets";

/** Us, as it looks from outside; who is there; and who is further away, behind him. */
export const SHARED: Station = { mac: "02:00:00:00:01:01", ip: "198.51.100.1" };
export const SERVER: Station = { mac: "02:00:00:00:01:02", ip: "198.51.100.2" };
export const REMOTE: Station = { mac: SERVER.mac, ip: "203.0.113.5" };

/** One packet: of UDP, unless there are flags. */
export interface Said {
  from?: Station;
  to?: string;
  fromPort?: number;
  toPort?: number;
  flags?: string;
  payload?: packets.Bytes;
  ip?: Partial<packets.Ipv4Fields>;
}

export class NatBench {
  readonly host: Host;
  readonly en1: FakeEthernet;

  constructor(config: Config = {}) {
    this.host = new Host({ config });
    const { net } = this.host;
    this.en1 = new FakeEthernet(net, "en1", SHARED.mac);
    net.in_ifinit(this.en1.ac, ipNumber(SHARED.ip), ipNumber("255.255.255.0"));
    net.in_setgateway(ipNumber(SERVER.ip));
    this.host.wait(3000);
    this.en1.said();
    this.host.said();
    for (const station of [NEIGHBOUR, OTHER_NEIGHBOUR]) this.host.knows(station);
    net.arp_set(this.en1.ac, ipNumber(SERVER.ip), packets.enaddr(SERVER.mac));
    net.if_setflags(this.host.en0.ac, net.IFF_FORWARD, 0);
    net.if_setflags(this.en1.ac, net.IFF_FORWARD | net.IFF_NAT, 0);
  }

  end(): void {
    const { net } = this.host;
    net.in_ifscrub(this.en1.ac);
    net.if_detach(this.en1.ac);
    this.host.wait(net.NAT_TCPTIME + 2 * net.NAT_TICK);
    expect(net.nat_sessions()).withContext("sessions").toBe(0);
    this.host.expectPoolsRestored();
  }

  /** Somebody inside says it (NEIGHBOUR, to REMOTE); what comes out. */
  goes(said: Said): Packet[] {
    const { from = NEIGHBOUR } = said;
    this.host.hearsIp(ipFields({ to: REMOTE.ip, ...said, from }), from);
    return this.en1.said();
  }

  /** Somebody outside says it (REMOTE, to the shared address); what comes in. */
  comes(said: Said): Packet[] {
    this.hearsOutside(ipFields({ to: SHARED.ip, ...said, from: said.from ?? REMOTE }));
    return this.host.said();
  }

  hearsOutside(fields: packets.Ipv4Fields): void {
    const payload = packets.ipv4(fields);
    this.en1.hears(packets.ethernet({ to: SHARED.mac, from: SERVER.mac, type: packets.TYPE_IP, payload }));
  }

  /** An ICMP message of somebody inside, and of somebody outside. */
  goesIcmp(message: packets.Bytes, from = NEIGHBOUR, to = REMOTE.ip): Packet[] {
    this.host.hearsIcmp(message, { to }, from);
    return this.en1.said();
  }

  comesIcmp(message: packets.Bytes, from = REMOTE, ttl = 64): Packet[] {
    this.hearsOutside({ from: from.ip, to: SHARED.ip, protocol: packets.ICMP, payload: message, ttl });
    return this.host.said();
  }

  /** The port outside that an endpoint inside has. */
  port(said: Said): number {
    const [out] = this.goes(said);
    return (out.udp ?? out.tcp)!.fromPort;
  }
}

export function ipFields({ from, to, fromPort = 5000, toPort = 7, flags, payload = [1, 2, 3], ip }: Said) {
  const ends = { from: from!.ip, to: to!, fromPort, toPort, payload };
  return {
    from: from!.ip,
    to: to!,
    protocol: flags === undefined ? packets.UDP : packets.TCP,
    payload:
      flags === undefined ? packets.udp(ends) : packets.tcp({ ...ends, flags, payload: flags === "S" ? [] : payload }),
    ...ip,
  };
}

/** Who says a packet to whom. */
export function ends({ ip, udp, tcp }: Packet): string {
  const { fromPort, toPort } = (udp ?? tcp)!;
  return `${ip!.from}:${fromPort} > ${ip!.to}:${toPort}`;
}
