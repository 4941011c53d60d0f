/**
 * A host under test: a booted kernel with the interface en0 on a cable, and what its neighbours do there. The verbs
 * read from its side: it hears, it said.
 */
import type { Mbuf } from "../../firmware/net/kern/mbuf";
import { MS } from "../../host-sim/clock";
import { type Counts, interfaceCounts, movedBy, protocolCounts } from "./counters";
import { FakeEthernet } from "./fake_ethernet";
import { bootKernel, type Config, type Core, type Kernel, type Net } from "./kernel";
import * as packets from "./packets";

/** Somebody with an address. */
export interface Station {
  mac: string;
  ip: string;
}

export const US: Station = { mac: "02:00:00:00:00:01", ip: "192.0.2.1" };
export const NEIGHBOUR: Station = { mac: "02:00:00:00:00:02", ip: "192.0.2.2" };
export const OTHER_NEIGHBOUR: Station = { mac: "02:00:00:00:00:03", ip: "192.0.2.3" };
export const GATEWAY: Station = { mac: "02:00:00:00:00:fe", ip: "192.0.2.254" };
/** somebody beyond the gateway */
export const FAR_AWAY: Station = { mac: GATEWAY.mac, ip: "198.51.100.9" };
export const SUBNET = "255.255.255.0";
export const SUBNET_BROADCAST = "192.0.2.255";
export const BROADCAST = "255.255.255.255";

export interface HostOptions {
  /** as it is found: no address yet */
  unconfigured?: boolean;
  mask?: string;
  gateway?: boolean;
  seed?: number;
  /** constants of config.ts */
  config?: Config;
  core?: Core;
}

/** A datagram to be heard; whoever is not named is NEIGHBOUR, or us. */
export type UdpHeard = Partial<Omit<packets.UdpFields, "from" | "to">> & {
  from?: Station;
  to?: string;
  options?: packets.Bytes;
};

export class Host {
  readonly kernel: Kernel;
  readonly net: Net;
  readonly en0: FakeEthernet;
  private readonly descriptors: number[] = [];

  constructor(options: HostOptions = {}) {
    this.kernel = bootKernel(options.seed, options.config, options.core ? { core: options.core } : {});
    this.net = this.kernel.net;
    this.net.netinit(null);
    this.net.res_init();
    this.en0 = new FakeEthernet(this.net, "en0", US.mac);
    if (options.unconfigured) return;
    this.configure(US.ip, options.mask ?? SUBNET);
    if (options.gateway) this.net.in_setgateway(packets.ipNumber(GATEWAY.ip));
    this.wait(3000); // the announcements
    this.said();
  }

  /** Gives en0 an address; errno. */
  configure(ip: string, mask: string): number {
    return this.net.in_ifinit(this.en0.ac, packets.ipNumber(ip), packets.ipNumber(mask));
  }

  /** Lets time pass with all that falls due in it; 0 still runs what waits for the next turn. */
  wait(ms: number): void {
    this.kernel.clock.runFor(ms * MS);
  }

  said(): packets.Packet[] {
    return this.en0.said();
  }

  /** The one packet that was said. */
  saidOnce(): packets.Packet {
    const said = this.said();
    if (said.length !== 1) throw new Error(`${said.length} packets were sent, not one`);
    return said[0];
  }

  hears(frame: packets.Bytes): boolean {
    return this.en0.hears(frame);
  }

  /** An IP packet comes from `sender`'s hardware to ours. */
  hearsIp(fields: Partial<packets.Ipv4Fields> = {}, sender = NEIGHBOUR, to = US.mac): boolean {
    const payload = packets.ipv4({ from: sender.ip, to: US.ip, protocol: 253, ...fields });
    return this.hears(packets.ethernet({ to, from: sender.mac, type: packets.TYPE_IP, payload }));
  }

  hearsIcmp(message: packets.Bytes, fields: Partial<packets.Ipv4Fields> = {}, sender = NEIGHBOUR): boolean {
    return this.hearsIp({ protocol: packets.ICMP, payload: message, ...fields }, sender);
  }

  /** A datagram comes, to everybody's hardware when `to` is a broadcast address. */
  hearsUdp({ from = NEIGHBOUR, to = US.ip, options, ...fields }: UdpHeard): boolean {
    const payload = packets.udp({ fromPort: 2000, toPort: 7, ...fields, from: from.ip, to });
    const mac = to === BROADCAST || to === SUBNET_BROADCAST ? packets.EVERYBODY : US.mac;
    return this.hearsIp({ to, protocol: packets.UDP, payload, options }, from, mac);
  }

  hearsArp(fields: Partial<Parameters<typeof packets.arp>[0]>, to = US.mac): boolean {
    const payload = packets.arp({
      op: packets.ARP_REQUEST,
      senderMac: NEIGHBOUR.mac,
      senderIp: NEIGHBOUR.ip,
      targetMac: packets.NOBODY,
      targetIp: US.ip,
      ...fields,
    });
    const from = fields.senderMac ?? NEIGHBOUR.mac;
    return this.hears(packets.ethernet({ to, from, type: packets.TYPE_ARP, payload }));
  }

  /** `who` tells its hardware address, asked or not. */
  hearsArpReply(who: Station): boolean {
    return this.hearsArp({
      op: packets.ARP_REPLY,
      senderMac: who.mac,
      senderIp: who.ip,
      targetMac: US.mac,
      targetIp: US.ip,
    });
  }

  /** From now on we know the hardware address of `who`, for ever. */
  knows(who: Station): void {
    this.net.arp_set(this.en0.ac, packets.ipNumber(who.ip), packets.enaddr(who.mac));
  }

  /** Which of the protocols' counters `action` moved. */
  counted(action: () => void): Counts {
    return movedBy(() => protocolCounts(this.net), action);
  }

  /** Which of en0's counters `action` moved. */
  interfaceCounted(action: () => void): Counts {
    return movedBy(() => interfaceCounts(this.en0.ac), action);
  }

  /** Does something while the pool has `left` mbufs and no more. */
  withMbufsLeft(left: number, action: () => void): void {
    const { net } = this;
    const hoard: Mbuf[] = [];
    while (net.mbstat().m_mfree > left) hoard.push(net.m_get(net.M_DONTWAIT, net.MT_DATA)!);
    action();
    for (const m of hoard) net.m_free(m);
  }

  /** A descriptor that is closed at the end if the test has not. */
  closesAtEnd(fd: number): number {
    this.descriptors.push(fd);
    return fd;
  }

  /** Ends everything, and asserts that every mbuf, cluster, socket and file is back, and that nobody complained. */
  expectPoolsRestored(): void {
    const { net } = this;
    for (const fd of this.descriptors) net.net.close(fd);
    net.in_ifscrub(this.en0.ac);
    net.if_detach(this.en0.ac);
    this.wait(0);
    const pool = net.mbstat();
    expect(pool.m_mfree).withContext("free mbufs").toBe(pool.m_mbufs);
    expect(pool.m_clfree).withContext("free clusters").toBe(pool.m_clusters);
    expect(net.numopensockets()).withContext("sockets").toBe(0);
    expect(net.openfiles()).withContext("files").toBe(0);
    expect(this.kernel.printed).withContext("what the stack printed").toEqual([]);
  }
}
