/**
 * The bundles that there are of each chip, the most complete one first, and what programs need of them. The one place to add
 * a bundle to.
 */

/** What a bundle may have or lack. */
export type Feature = "TCP" | "groups" | "raw sockets";

export interface Variety {
  /** of the file in dist/, behind the chip's name */
  suffix: string;
  features: readonly Feature[];
  /** in words */
  title: string;
}

export const CHIPS = ["enc28j60", "w5500-raw"];

export const VARIETIES: readonly Variety[] = [
  { suffix: "", features: ["TCP", "groups", "raw sockets"], title: "all there is" },
  { suffix: "-small", features: ["TCP"], title: "TCP without its options, DHCP; no DNS, no groups" },
  { suffix: "-udp", features: ["raw sockets"], title: "no TCP: DHCP, DNS, dgram" },
];

/** What is needed by who requires a module. */
export const NEEDS: Readonly<Record<string, Feature>> = {
  net: "TCP",
  http: "TCP",
  tls: "TCP",
  telnet: "TCP",
  update: "TCP",
  mdns: "groups",
  traceroute: "raw sockets",
};
