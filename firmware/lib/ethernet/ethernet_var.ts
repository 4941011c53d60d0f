/**
 * What stands behind the object that a program has: see ethernet.ts.
 */
import { INET_DHCP, INET_DNS } from "../../config";
import type { Arpcom } from "../../net/if/ether";

/** Name servers are of use, or told by somebody: where they are not, nobody asks whether one is an address. */
export const ES_NAMES = INET_DNS || INET_DHCP;

export type ErrorCallback = (error: string | null) => void;

export interface Ethersoftc {
  es_ac: Arpcom;
  /** the program's object, which emits */
  es_eth: object | null;
  /** what the DHCP client tells (net/inet/dhcp), while there is one */
  es_dhcp: ((ac: Arpcom, fault: number, server: number) => void) | null;
  /** name servers (int32), and the one that was set by hand beside DHCP, or 0 */
  es_dns: number[];
  es_nameserver: number;
  /** the address of the last "connected", 0 after "disconnected" */
  es_told: number;
  /** the address that another host was seen to use */
  es_conflict: number;
  /** waits for an address */
  es_callback: ErrorCallback | null;
  /** lets go of the chip; null after end() */
  es_detach: (() => void) | null;
}
