/**
 * A simulation in real time: one board on a cable, and what the cable leads to.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { Announcer } from "./announcer";
import { drivePin, watchLeds } from "./bench";
import type { PinLevel } from "./bench_pins";
import { VirtualClock } from "./clock";
import { connectsItself } from "./connects_itself";
import type { SpiTransaction } from "./decode/spi_tap";
import type { Runs } from "./espruino/board";
import type { Firmware } from "./firmware";
import { addressNumber, maskText, type NetworkAddress, networkAddress } from "./ipv4";
import { serveDhcp } from "./links/dhcp_server";
import { type Link, type LinkContext, LinkError } from "./links/link";
import { Nat } from "./links/nat";
import { StreamLink } from "./links/stream";
import { TapLink } from "./links/tap";
import { UserLink } from "./links/user";
import { createMachine, type Machine, type MachineOptions } from "./machine";
import { DEFAULT_GATEWAY, DEFAULT_IP, type Settings } from "./options";
import { BOARDS } from "./pace/figures";
import { capture } from "./pcap";
import type { Presence } from "./presence";
import { seedFrom } from "./random";
import { RealTime, timeOfDay } from "./realtime";
import { restarted } from "./restart";
import { Segment } from "./segment";
import { Stall } from "./stall";
import { tracePackets, traceSpi } from "./trace";

/** Why the simulation cannot start, in words for the user. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** What the lab has to do with a simulation (lab/). */
export interface Watcher {
  /** wall time, ns: slower, or standing still */
  wall(): number;
  core: MachineOptions["core"];
  onSpi: MachineOptions["onSpi"];
  /** Takes what the board prints. */
  print(line: string): void;
  /** The cable is there, and nothing is plugged in yet. */
  opened(simulator: Simulator): void;
  /** The board has begun, or begun anew. */
  began(board: Machine): void;
  /** The address of another board that asks for one, by its hardware address. */
  addressOf(mac: string): NetworkAddress | undefined;
}

export class Simulator {
  readonly clock = new VirtualClock();
  readonly realTime: RealTime;
  readonly segment: Segment;
  readonly epochNs = timeOfDay();
  private readonly stall = new Stall(process.stdin);
  private stopCapture = () => {};
  private stopTrace = () => {};
  private link: Link | undefined;
  /** The board, once it has started. */
  board: Machine | undefined;
  /** The other end of the `user` link. */
  gateway: Machine | undefined;
  /** What made it. */
  private program: MachineOptions | undefined;
  private announcer: Announcer | undefined;
  /** The board's, as far as it is known. */
  private address: string;

  private constructor(
    private readonly settings: Settings,
    private readonly firmware: Firmware,
    private readonly print: (line: string) => void,
    private readonly watcher?: Watcher,
  ) {
    this.realTime = new RealTime(this.clock, watcher && (() => watcher.wall()));
    this.segment = new Segment(this.clock, settings.faults);
    this.address = (settings.ip ?? networkAddress(DEFAULT_IP)!).address;
  }

  /** `print` takes what the board and the links have to say. Rejects with a StartError; nothing is left open then. */
  static async start(
    settings: Settings,
    firmware: Firmware,
    print: (line: string) => void,
    watcher?: Watcher,
  ): Promise<Simulator> {
    const simulator = new Simulator(settings, firmware, print, watcher);
    try {
      await simulator.open();
    } catch (error) {
      await simulator.stop();
      throw asStartError(error);
    }
    return simulator;
  }

  /** What runs; a few lines. */
  get summary(): string {
    const { board, chip, bundle } = this.settings;
    const firmware = bundle ? relative(process.cwd(), bundle) : "the firmware's sources as they stand";
    const kept = board ? BOARDS[board] : undefined;
    const pace = kept ? `, at the pace of ${kept.title} (${kept.clock} MHz${kept.measured ? "" : ", estimated"})` : "";
    const room = kept?.tooSmall ? ", more than its Storage holds" : "";
    return [
      `board:   Espruino${pace} with ${chip.toUpperCase()}; ${firmware}${room}`,
      `cable:   ${this.link ? this.link.description : "leads nowhere"}`,
    ].join("\n");
  }

  /** Releases everything; captures are complete then. */
  async stop(): Promise<void> {
    this.realTime.stop();
    this.announcer?.stop();
    await this.link?.close();
    this.board?.stop();
    this.stopCapture();
    this.stopTrace();
  }

  private async open(): Promise<void> {
    const { settings } = this;
    const app = readFileSync(settings.app, "latin1");
    const { trace } = settings;
    this.watcher?.opened(this);
    if (trace.includes("packets")) this.stopTrace = tracePackets(this.segment, this.epochNs, this.print);
    if (settings.pcap) this.stopCapture = capture(this.segment, settings.pcap, this.epochNs);
    this.link = await this.openLink();
    const { ip } = settings;
    this.program = this.options("board", ip ? `${ip.address}/${ip.length}` : "dhcp", app);
    this.begin(started(this.program));
    if (connectsItself(app, settings.chip)) this.tellOfAddress();
    this.realTime.start();
  }

  private begin(board: Machine): void {
    const { settings } = this;
    this.board = board;
    this.watcher?.began(board);
    for (const pin of settings.pins) drive(board, pin);
    if (!settings.quiet) watchLeds(board, this.print);
  }

  /** The program has asked for it. */
  private restart(runs: Runs): void {
    const { board, program } = this;
    if (!board || !program) return;
    this.announcer?.stop();
    if (!this.settings.quiet) this.print("-- the board restarts --");
    this.begin(restarted(board, program, runs));
    this.announce();
  }

  private printed(line: string): void {
    if (this.watcher) this.watcher.print(line);
    else this.print(line);
  }

  private onSpi(): MachineOptions["onSpi"] {
    const watched = this.watcher?.onSpi;
    if (!this.settings.trace.includes("spi")) return watched;
    const traced = this.spiTrace();
    return (transaction) => {
      traced(transaction);
      watched?.(transaction);
    };
  }

  private spiTrace(): (transaction: SpiTransaction) => void {
    return traceSpi(this.settings.chip, this.epochNs, () => this.clock.now(), this.print);
  }

  /** `--ip` is for a program that leaves it to the simulator to connect the chip. */
  private tellOfAddress(): void {
    const { app, givenIp, link } = this.settings;
    if (!givenIp) return;
    const effect = link.kind === "user" ? "is what it gets if it asks for an address by DHCP" : "has no effect";
    this.print(`${app} connects the chip itself: --ip ${givenIp} ${effect}`);
  }

  private inLoop(): void {
    if (this.stall.isInterrupted()) throw this.board?.board.realm.error("Execution Interrupted");
  }

  /** What there is to try, as soon as it is there. */
  announce(): void {
    const { link, board } = this;
    if (!board) return;
    const user = link instanceof UserLink ? link : undefined;
    this.announcer = new Announcer(
      this.clock,
      board,
      { forwards: user?.forwards ?? [], moved: (presence) => this.moved(presence, user) },
      this.settings.quiet ? () => {} : this.print,
    );
  }

  private moved(presence: Presence, user: UserLink | undefined): void {
    this.address = presence.ip;
    if (user?.follow(presence)) this.print(`cable:   ${user.description}`);
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

  /** The gateway has a cable of its own: between it and the board's is the way out. */
  private openUserLink(context: LinkContext, board: NetworkAddress, address: string): Promise<Link> {
    const cable = new Segment(this.clock);
    const gateway = started(this.options("gateway", `${address}/${board.length}`, undefined, cable));
    this.gateway = gateway;
    const nat = new Nat(context, cable, gateway, addressNumber(address) ?? 0);
    serveDhcp(gateway, board, address, (mac) => this.watcher?.addressOf(mac));
    return UserLink.open(context, gateway, nat, address, () => this.address, this.settings.forwards);
  }

  /** Seeds differ from address to address, so that the boards of two simulators on one cable have different MACs. */
  private options(name: "board" | "gateway", ip: string, app?: string, segment = this.segment): MachineOptions {
    const { chip, seed, gateway, mac, link } = this.settings;
    const isBoard = name === "board";
    const bundle = this.firmware[name];
    return {
      clock: this.clock,
      segment,
      chip,
      bundle,
      name,
      app,
      ip,
      gateway: isBoard ? gateway : undefined,
      dns: isBoard && link.kind === "user" ? gateway : undefined,
      modules: isBoard ? this.firmware.modules : {},
      mac: isBoard ? mac : undefined,
      seed: seedFrom(`${seed} ${ip.split("/")[0]}`),
      onSpi: isBoard ? this.onSpi() : undefined,
      ...(isBoard && this.watcher?.core && { core: this.watcher.core }),
      pace: isBoard && this.settings.board ? BOARDS[this.settings.board] : undefined,
      epoch: Number(this.epochNs) / 1e9,
      inLoop: isBoard ? () => this.inLoop() : undefined,
      print: isBoard ? (line) => this.printed(line) : (line) => this.print(`${name}: ${line}`),
      onRestart: isBoard ? (runs) => this.restart(runs) : undefined,
    };
  }
}

function started(options: MachineOptions): Machine {
  const machine = createMachine(options);
  if (machine.errors.length)
    throw new StartError(`The firmware (${options.bundle}) does not start on the ${options.name}`);
  return machine;
}

/** Where the options name what the board has not, say so. */
function drive(machine: Machine, pin: PinLevel): void {
  try {
    drivePin(machine, pin);
  } catch (error) {
    throw new StartError(`--pin ${pin.name}: ${(error as Error).message}`);
  }
}

function asStartError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isForUser = error instanceof LinkError || code !== undefined || /^Cannot find/.test(message);
  return isForUser ? new StartError(message) : error;
}
