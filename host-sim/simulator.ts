/**
 * A simulation in real time: one board on a cable, and what the cable leads to.
 */
import { readFileSync } from "node:fs";
import { VirtualClock } from "./clock";
import type { Firmware } from "./firmware";
import { maskText, type NetworkAddress, networkAddress } from "./ipv4";
import { serveDhcp } from "./links/dhcp_server";
import { type Link, type LinkContext, LinkError } from "./links/link";
import { StreamLink } from "./links/stream";
import { TapLink } from "./links/tap";
import { UserLink } from "./links/user";
import { createMachine, type Machine } from "./machine";
import { DEFAULT_GATEWAY, DEFAULT_IP, type Settings } from "./options";
import { capture } from "./pcap";
import { seedFrom } from "./random";
import { RealTime, timeOfDay } from "./realtime";
import { Segment } from "./segment";

/** Why the simulation cannot start, in words for the user. */
export class StartError extends Error {
  override readonly name = "StartError";
}

export class Simulator {
  private readonly clock = new VirtualClock();
  private readonly realTime = new RealTime(this.clock);
  private readonly segment: Segment;
  private readonly epochNs = timeOfDay();
  private stopCapture = () => {};
  private link: Link | undefined;
  private board: Machine | undefined;

  private constructor(
    private readonly settings: Settings,
    private readonly firmware: Firmware,
    private readonly print: (line: string) => void,
  ) {
    this.segment = new Segment(this.clock, settings.faults);
  }

  /** `print` takes what the board and the links have to say. Rejects with a StartError; nothing is left open then. */
  static async start(settings: Settings, firmware: Firmware, print: (line: string) => void): Promise<Simulator> {
    const simulator = new Simulator(settings, firmware, print);
    try {
      await simulator.open();
    } catch (error) {
      await simulator.stop();
      throw asStartError(error);
    }
    return simulator;
  }

  /** What runs, and what to try; a few lines. */
  get summary(): string {
    const { ip, chip, link } = this.settings;
    const at = ip ? `at ${ip.address}/${ip.length}` : "asking for an address";
    const lines = [
      `board:  Espruino with ${chip.toUpperCase()} ${at}, ${this.board?.mac ?? "no MAC address"}`,
      `cable:  ${this.link ? this.link.description : "leads nowhere"}`,
    ];
    if (link.kind === "user") lines.push("try:    echo hello | nc -u -w1 127.0.0.1 7007   (Ctrl-C ends)");
    if (link.kind === "tap") lines.push(`try:    ping ${ip?.address ?? "the address that it tells"}   (Ctrl-C ends)`);
    return lines.join("\n");
  }

  /** Releases everything; captures are complete then. */
  async stop(): Promise<void> {
    this.realTime.stop();
    await this.link?.close();
    this.board?.stop();
    this.stopCapture();
  }

  private async open(): Promise<void> {
    const { settings } = this;
    const app = readFileSync(settings.app, "latin1");
    if (settings.pcap) this.stopCapture = capture(this.segment, settings.pcap, this.epochNs);
    this.link = await this.openLink();
    const { ip } = settings;
    this.board = this.machine("board", this.firmware.board, ip ? `${ip.address}/${ip.length}` : "dhcp", app);
    this.realTime.start();
  }

  private async openLink(): Promise<Link | undefined> {
    const { link, ip, otherSide } = this.settings;
    const context: LinkContext = { segment: this.segment, realTime: this.realTime, report: this.print };
    if (link.kind === "tap") {
      const host = ip && otherSide ? { address: otherSide, length: ip.length, mask: maskText(ip.length) } : undefined;
      return new TapLink(link.name, context, host);
    }
    if (link.kind === "stream") return StreamLink.open(link.address, context);
    if (link.kind === "none") return undefined;
    return this.openUserLink(context, ip ?? networkAddress(DEFAULT_IP)!, otherSide ?? DEFAULT_GATEWAY);
  }

  private openUserLink(context: LinkContext, board: NetworkAddress, address: string): Promise<Link> {
    const gateway = this.machine("gateway", this.firmware.gateway, `${address}/${board.length}`);
    if (!this.settings.ip) serveDhcp(gateway, board, address);
    return UserLink.open(context, gateway, address, board.address);
  }

  /** Seeds differ from address to address, so that the boards of two simulators on one cable have different MACs. */
  private machine(name: string, bundle: string, ip: string, app?: string): Machine {
    const { chip, seed, gateway, mac } = this.settings;
    const isBoard = name === "board";
    const machine = createMachine({
      clock: this.clock,
      segment: this.segment,
      chip,
      bundle,
      name,
      app,
      ip,
      gateway: isBoard ? gateway : undefined,
      modules: isBoard ? this.firmware.modules : {},
      mac: isBoard ? mac : undefined,
      seed: seedFrom(`${seed} ${ip.split("/")[0]}`),
      epoch: Number(this.epochNs) / 1e9,
      print: isBoard ? this.print : (line) => this.print(`${name}: ${line}`),
    });
    if (machine.errors.length) throw new StartError(`The firmware (${bundle}) does not start on the ${name}`);
    return machine;
  }
}

function asStartError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isForUser = error instanceof LinkError || code !== undefined || /^Cannot find/.test(message);
  return isForUser ? new StartError(message) : error;
}
