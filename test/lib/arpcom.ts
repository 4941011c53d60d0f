/**
 * An Ethernet interface without a chip.
 */

import type { Arpcom } from "../../firmware/net/if/ether";
import { madeIn } from "../../host-sim/native/core";

interface Stack {
  arpcom_init(ac: Arpcom, enaddr: Uint8Array): void;
}

export function arpcom(net: Stack, name: string, enaddr: Uint8Array): Arpcom {
  const ac = madeIn(net, "Arpcom") as Arpcom;
  net.arpcom_init(ac, enaddr);
  ac.if_name = name;
  return ac;
}
