/**
 * The stack's counters by name: which of them an action moved, and by how much.
 */
import type { Ifnet } from "../../firmware/net/if/ifnet";
import type { Net } from "./kernel";

export type Counts = { [name: string]: number };

/** The prefix of each protocol's counters, and the array that holds them. */
const PROTOCOLS = [
  ["IPS_", "ipstat"],
  ["ICPS_", "icmpstat"],
  ["IGPS_", "igmpstat"],
  ["UDPS_", "udpstat"],
  ["ARPS_", "arpstat"],
  ["TCPSTAT_", "tcpstat"],
  ["NATS_", "natstat"],
  ["DHCPS_", "dhcpstat"],
] as const;

const INTERFACE = [
  "if_ipackets",
  "if_ierrors",
  "if_opackets",
  "if_oerrors",
  "if_collisions",
  "if_ibytes",
  "if_obytes",
  "if_imcasts",
  "if_omcasts",
  "if_iqdrops",
  "if_noproto",
] as const;

/** All counters of the protocols. ICMP's histograms are named ICMP_IN_8, ICMP_OUT_0 and so on. */
export function protocolCounts(net: Net): Counts {
  const counts: Counts = {};
  const constants = net as unknown as Counts;
  for (const [prefix, array] of PROTOCOLS)
    for (const name of Object.keys(net))
      if (name.startsWith(prefix) && !/_(NCOUNT|COUNT|INHIST|OUTHIST)$/.test(name))
        if (net[array]) counts[name] = net[array][constants[name]];
  for (let type = 0; net.ICPS_INHIST + type < net.ICPS_OUTHIST; type++) {
    counts[`ICMP_IN_${type}`] = net.icmpstat[net.ICPS_INHIST + type];
    counts[`ICMP_OUT_${type}`] = net.icmpstat[net.ICPS_OUTHIST + type];
  }
  return counts;
}

export function interfaceCounts(ifp: Ifnet): Counts {
  const counts: Counts = {};
  for (const name of INTERFACE) counts[name] = ifp[name];
  return counts;
}

/** What `action` added to the counters that `read` answers, those that did not move left out. */
export function movedBy(read: () => Counts, action: () => void): Counts {
  const before = read();
  action();
  return difference(before, read());
}

export function difference(before: Counts, after: Counts): Counts {
  const moved: Counts = {};
  for (const name of Object.keys(after)) if (after[name] !== before[name]) moved[name] = after[name] - before[name];
  return moved;
}
