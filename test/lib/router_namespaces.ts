/**
 * Two Linux namespaces and a simulated board between them, in step with the wall clock: its two cables are TAP devices, each in a
 * namespace of its own, where the other machine is 10.0.1.2 and 10.0.2.2.
 */
import { spawnSync } from "node:child_process";
import { VirtualClock } from "../../host-sim/clock";
import { TapLink } from "../../host-sim/links/tap";
import type { Machine } from "../../host-sim/machine";
import { RealTime } from "../../host-sim/realtime";
import { Segment } from "../../host-sim/segment";
import { Namespace } from "../live/namespace";
import { type RouterOptions, routerBoard } from "./router_board";

export class RouterNamespaces {
  readonly left = new Namespace("l");
  readonly right = new Namespace("r");
  readonly printed: string[] = [];
  readonly devices = [0, 1].map((i) => `eer${process.pid % 10000}${i}`);
  private constructor(
    readonly board: Machine,
    readonly realTime: RealTime,
    private readonly links: TapLink[],
  ) {}

  /** `routes`: has each namespace a default route by the board? */
  static async start(
    options: Omit<RouterOptions, "clock" | "segments">,
    routes: [boolean, boolean],
  ): Promise<RouterNamespaces> {
    const clock = new VirtualClock();
    const segments: [Segment, Segment] = [new Segment(clock), new Segment(clock)];
    const realTime = new RealTime(clock);
    const printed: string[] = [];
    const print = (line: string) => printed.push(line);
    const board = await routerBoard({ clock, segments, print, ...options });
    const links: TapLink[] = [];
    const made = new RouterNamespaces(board, realTime, links);
    for (const [i, segment] of segments.entries()) {
      const host = { address: `10.0.${i + 1}.9`, length: 24, mask: "255.255.255.0" };
      links.push(new TapLink(made.devices[i], { segment, realTime, report: print }, host));
    }
    await made.configure(routes);
    realTime.start();
    return made;
  }

  private async configure(routes: [boolean, boolean]): Promise<void> {
    for (const [i, namespace] of [this.left, this.right].entries()) {
      const device = this.devices[i];
      spawnSync("ip", ["link", "set", device, "netns", namespace.name]);
      await namespace.run("ip", "link", "set", device, "up");
      await namespace.run("ip", "addr", "add", `10.0.${i + 1}.2/24`, "dev", device);
      if (routes[i]) await namespace.run("ip", "route", "add", "default", "via", `10.0.${i + 1}.1`);
    }
  }

  /** Runs a program on the board. */
  run(program: string): void {
    this.realTime.inject(() => this.board.run(program));
  }

  async end(): Promise<void> {
    expect(this.board.errors).toEqual([]);
    this.realTime.stop();
    for (const link of this.links) await link.close();
    this.board.stop();
    await this.left.remove();
    await this.right.remove();
  }
}
