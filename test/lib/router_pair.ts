/**
 * A board under test, 10.0.0.1, and a peer of the JavaScript stack, 10.0.0.2, on one cable; both have all that the profile router has.
 */
import { SECOND, type VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine, type MachineOptions } from "../../host-sim/machine";
import type { Segment } from "../../host-sim/segment";

const { quickBundles } = require("../../tools/quick_bundle") as { quickBundles(names: string[]): Promise<string[]> };

export interface PairOptions {
  clock: VirtualClock;
  segment: Segment;
  /** Of the board; the peer has an ENC28J60. */
  chip: string;
  core: MachineOptions["core"];
  /** Their programs. */
  app: string;
  peerApp: string;
}

export interface Pair {
  board: Machine;
  peer: Machine;
}

/** Both, up for four seconds. */
export async function routerPair({ clock, segment, chip, core, app, peerApp }: PairOptions): Promise<Pair> {
  const [bundle, peerBundle] = await quickBundles([`${chip}-router`, "enc28j60-router"]);
  const common = { clock, segment, epoch: 1e9 };
  const board = createMachine({ ...common, chip, bundle, core, ip: "10.0.0.1/24", app });
  const peer = createMachine({
    ...{ ...common, chip: "enc28j60", bundle: peerBundle, core: "javascript", name: "peer" },
    ip: "10.0.0.2/24",
    app: peerApp,
  });
  clock.runFor(4 * SECOND);
  return { board, peer };
}

/** Nothing was thrown on either. */
export function endPair(machines: Machine[]): void {
  for (const machine of machines) {
    expect(machine.errors).toEqual([]);
    machine.stop();
  }
}
