/**
 * A board that leads from one network to another, 10.0.1.0/24 to 10.0.2.0/24: with two chips of one kind, or of two kinds in one stack.
 */
import { chips } from "../../host-sim/chips";
import type { VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine, type MachineOptions } from "../../host-sim/machine";
import type { Segment } from "../../host-sim/segment";

const { quickBundles } = require("../../tools/quick_bundle") as { quickBundles(names: string[]): Promise<string[]> };

const SECOND_WIRING = { spi: "SPI1", cs: "A8", int: "B7", rst: "B6" };

export interface RouterOptions {
  clock: VirtualClock;
  /** The two networks. */
  segments: [Segment, Segment];
  /** The two chips, by name. */
  kinds: [string, string];
  core?: MachineOptions["core"];
  print?: (line: string) => void;
  /** More of its program. */
  more?: string;
}

const program = (connects: string[], more: string) => `
SPI1.setup({ sck: A5, miso: A6, mosi: A7, baud: 10500000 });
var router = ${connects[0] === connects[1] ? "null" : 'require("router")'};
var en0 = ${connects[0]}({ spi: SPI1, cs: B1, int: B10, rst: B13 });
var en1 = ${connects[1]}({ spi: SPI1, cs: A8, int: B7, rst: B6 });
var eth = en0;
en0.setIP({ ip: "10.0.1.1", subnet: "255.255.255.0" });
en1.setIP({ ip: "10.0.2.1", subnet: "255.255.255.0" });
[en0, en1].forEach(function (en) { en.setForwarding(true); });
${more}`;

/** The board, which is up some seconds later. */
export async function routerBoard({ clock, segments, kinds, core, print, more = "" }: RouterOptions): Promise<Machine> {
  const one = kinds[0] === kinds[1];
  const [bundle, dhcpd, netstat] = await quickBundles([one ? `${kinds[0]}-router` : "router", "dhcpd", "netstat"]);
  const connects = kinds.map((kind) =>
    one ? `require("${kind}").connect` : `router.${kind === "w5500-raw" ? "w5500" : kind}`,
  );
  const board = createMachine({
    ...{ clock, segment: segments[0], chip: kinds[0], bundle, bare: true, epoch: 1e9, core },
    modules: { dhcpd, netstat },
    app: program(connects, more),
    print,
  } as MachineOptions);
  board.plugIn(chips[kinds[1]], SECOND_WIRING, segments[1], { seed: 2 });
  return board;
}
