/**
 * A machine: a board, a network chip on its SPI bus, the firmware's bundle in its Storage, and a plug in a segment.
 *
 * It starts as a board does that was programmed by the book: the bundle is a module in Storage, and the boot program
 * sets up SPI, connects the chip, and sets the address. Several machines share a clock and a segment.
 */
import { bundleText, type CoreKind, coreOf, firmwareOf } from "./bundle";
import { type ChipKind, chips, type NetworkChip } from "./chips";
import type { VirtualClock } from "./clock";
import { connectsItself } from "./connects_itself";
import type { SpiTransaction } from "./decode/spi_tap";
import { Board, type Runs } from "./espruino/board";
import { SPI_PINS, type SpiTraffic } from "./espruino/spi";
import type { Storage } from "./espruino/storage";
import { maskText, networkAddress } from "./ipv4";
import type { Processor, ProcessorOptions } from "./native/processor";
import type { ShellCore } from "./native/shell";
import type { NetCalls } from "./net_calls";
import { Nic, type Wiring } from "./nic";
import type { Board as PacedBoard } from "./pace/figures";
import { seedFrom } from "./random";
import type { Segment, SegmentPort } from "./segment";

export interface MachineOptions {
  clock: VirtualClock;
  segment: Segment;
  /** A name in the table of chips, or a kind of one's own. */
  chip: string | ChipKind;
  /** The firmware: path of a bundle, or its text; of a native one the path says which profile. */
  bundle: string;
  /**
   * "native": the stack is machine code of this host, in the profile that the bundle's name tells, and the shell around it
   * JavaScript (native/shell.ts); "thumb": as it is shipped, on an emulated processor (native/thumb.ts). Default: "thumb" for
   * a bundle that is such a shell, for others as the environment variable CORE says, else JavaScript.
   */
  core?: CoreKind;
  /** Of a "thumb" board: what it is short of. */
  processor?: ProcessorOptions;
  /** "02:00:00:00:00:01"; default: what the firmware makes of the board's serial number. */
  mac?: string;
  /** "10.0.0.2/24", or "dhcp": a server gives one; default: none is set. */
  ip?: string;
  gateway?: string;
  /** A name server's address. */
  dns?: string;
  /** Of the port on the segment. Default "board". */
  name?: string;
  /** Takes what the board prints. Default: nothing. */
  print?: (line: string) => void;
  /** Of the board's random numbers and serial number, and the chip's. Default: from the name and the port. */
  seed?: number;
  /** SPI clock, Hz. Default: the chip's. */
  baud?: number;
  /** ns of virtual time per SPI call, for the interpreter's own work. Default 0. */
  callCost?: number;
  /** Further options of `connect`, plain values: { fullDuplex: true }. */
  connect?: Record<string, string | number | boolean>;
  /** Is told of each period of chip select what went over SPI. */
  onSpi?: (transaction: SpiTransaction) => void;
  /** For the chip's model. */
  chipOptions?: object;
  /**
   * A program that runs after the boot program; it finds the interface as `eth`. One that connects the
   * chip itself needs none, and there is none then.
   */
  app?: string;
  /** Modules for Storage besides the bundle: paths or texts, by name. */
  modules?: Record<string, string>;
  /** Host folder in which Storage lives across runs. Default: none. */
  storageFolder?: string;
  /** Bytes of flash for Storage. Default: a Pico's 48 KB; the bundle is there however large it is. */
  storageBytes?: number;
  /** getTime() at virtual time 0, seconds since 1970. */
  epoch?: number;
  /** The board at whose pace programs run. Default: their work takes no time. */
  pace?: PacedBoard;
  /** Called in each round of the program's loops; what it throws ends them. */
  inLoop?: () => void;
  /** What is in flash already: that of the machine before its restart. */
  storage?: Storage;
  /** As after `reset()`: nothing connects the chip but `app`. */
  bare?: boolean;
  /** Called when the program asks for a restart (restart.ts). Default: it just ends. */
  onRestart?: (runs: Runs) => void;
}

/** What the simulator uses of the interface object that `connect` gives. */
interface Interface {
  net?: NetCalls;
  getIP?(): { mac: string; ip: string; subnet: string; gateway: string };
  stats?(): object;
}

export class Machine {
  readonly name: string;
  /** The name of the bundle in the Storage. */
  readonly firmware: string;
  readonly board: Board;
  readonly chip: NetworkChip;
  readonly port: SegmentPort;
  /** That runs machine code, where the board has one. */
  processor: Processor | undefined;
  /** The compiled core, where the stack is one. */
  nativeCore: ShellCore | undefined;
  private readonly nics: Nic[] = [];
  private connected: Interface | undefined;
  private readonly onSpi: MachineOptions["onSpi"];

  /** For `createMachine`. */
  constructor(kind: ChipKind, options: MachineOptions) {
    const { clock, segment } = options;
    this.firmware = firmwareOf(options.bundle, kind.name);
    this.name = options.name ?? "board";
    const seed = options.seed ?? seedFrom(`${this.name} ${segment.size}`);
    this.onSpi = options.onSpi;
    this.board = new Board(clock, { ...options, seed });
    const nic = this.plugIn(kind, kind.wiring, segment, { seed, ...options.chipOptions });
    this.chip = nic.chip;
    this.port = nic.port;
  }

  /**
   * The system calls of the machine's stack: `net` of the bundle's exports, or of the connected interface. Throws when
   * there is neither.
   */
  get net(): NetCalls {
    const exported = this.board.modules.require(this.firmware) as { net?: NetCalls };
    const net = exported.net ?? this.eth?.net;
    if (!net) throw new Error(`The bundle of ${this.name} exports no net`);
    return net;
  }

  /** The board's MAC address as its firmware tells it, "02:..."; undefined when it does not. */
  get mac(): string | undefined {
    return this.eth?.getIP?.().mac;
  }

  /** What the program threw and did not catch, in order. */
  get errors(): readonly unknown[] {
    return this.board.errors;
  }

  /** Chip select assertions and bytes on the bus; `reset()` starts again at 0. */
  get spi(): SpiTraffic {
    return this.board.wiring.traffic;
  }

  /** Puts a chip on the board: the first one is there already. */
  plugIn(kind: ChipKind, wiring: Wiring, segment: Segment, options: object): Nic {
    const name = this.nics.length ? `${this.name}.${this.nics.length}` : this.name;
    const nic = new Nic(this.board, kind, wiring, segment, name, options, this.onSpi);
    this.nics.push(nic);
    return nic;
  }

  /** Runs a program on the board, as a turn of its own: when the clock next runs. */
  run(source: string, filename?: string): void {
    this.board.run(source, filename);
  }

  /** Runs `work` as a turn of the board: the way for the host to call `net` while the clock runs. */
  call(work: () => void): void {
    this.board.call(work);
  }

  /** A Uint8Array of the board's own with these bytes. */
  bytes(content: number | ArrayLike<number>): Uint8Array {
    return this.board.realm.bytes(content);
  }

  /** Switches the machine off and takes it from the segment. */
  stop(): void {
    this.board.stop();
    for (const { port } of this.nics) port.detach();
  }

  /** The interface, whoever has connected it. */
  get eth(): Interface | undefined {
    return this.connected ?? (this.board.realm.global.eth as Interface | undefined);
  }

  /** Installs the bundle, and takes note of what its `connect` gives, to whomever. */
  install(bundle: string): void {
    const { board, firmware } = this;
    board.storage.install(firmware, bundle);
    let module: { connect?(options: unknown): Interface };
    try {
      module = board.modules.require(firmware) as typeof module;
    } catch {
      return; // whoever requires it will hear of it
    }
    const { connect } = module;
    if (!connect) return;
    module.connect = (options) => {
      this.connected = connect(options);
      return this.connected;
    };
  }
}

/**
 * Builds a machine and runs its boot program at once, so that `net` and the board's `eth` exist when it returns. (The
 * chip may still need some virtual time.) What the program throws is in `errors`. Throws an Error for an unknown chip,
 * a bundle that cannot be read, and an address that is none.
 */
export function createMachine(options: MachineOptions): Machine {
  const kind = typeof options.chip === "string" ? chips[options.chip] : options.chip;
  if (!kind) throw new Error(`Unknown chip ${options.chip}: there are ${Object.keys(chips).join(", ")}`);
  const core = coreOf(options);
  const bundle = core === "javascript" ? bundleText(options.bundle) : "";
  const isConnected = options.bare || connectsItself(options.app ?? "", kind.name);
  const program = isConnected ? "" : bootProgram(kind, options);
  const machine = new Machine(kind, options);
  const { board } = machine;
  if (core === "thumb") installThumb(machine, options);
  for (const [name, module] of Object.entries(options.modules ?? {})) board.storage.install(name, bundleText(module));
  if (core === "native") machine.install(nativeBundle(machine, options.bundle));
  if (core === "javascript") machine.install(bundle);
  board.guarded(() => void board.realm.evaluate(program, "boot"));
  if (options.app !== undefined) machine.run(options.app, "app");
  board.start();
  return machine;
}

/** Espruino's way of connecting a network chip. */
function bootProgram(kind: ChipKind, options: MachineOptions): string {
  const { spi, cs, int, rst } = kind.wiring;
  const { sck, miso, mosi } = SPI_PINS[spi];
  const given = { ...(options.mac === undefined ? {} : { mac: options.mac }), ...options.connect };
  const more = Object.entries(given).map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`);
  const lines = [
    `${spi}.setup({ sck: ${sck}, miso: ${miso}, mosi: ${mosi}, baud: ${options.baud ?? kind.baud} });`,
    `var eth = require("${kind.name}").connect({ spi: ${spi}, cs: ${cs}, int: ${int}, rst: ${rst}${more.join("")} });`,
  ];
  lines.push('eth.on("error", function (message) { print(message); });');
  if (options.ip === "dhcp") lines.push("eth.setIP();");
  else if (options.ip !== undefined) lines.push(`eth.setIP(${JSON.stringify(addresses(options.ip, options))});`);
  return lines.join("\n");
}

function addresses(ip: string, { gateway, dns }: MachineOptions): Record<string, string | undefined> {
  const own = networkAddress(ip);
  if (!own) throw new Error(`Not an address with a prefix length: ${ip}`);
  return { ip: own.address, subnet: maskText(own.length), gateway, dns };
}

/** The machine code comes first into the Storage: what is written there later never moves it. */
function installThumb(machine: Machine, { bundle, storage, processor }: MachineOptions): void {
  const { thumbFiles } = require("./native/thumb") as typeof import("./native/thumb");
  const { Processor } = require("./native/processor") as typeof import("./native/processor");
  const { core, module } = thumbFiles(machine.firmware, bundle);
  if (!storage) machine.board.storage.install(...core);
  machine.processor = new Processor(machine.board, processor);
  machine.install(module);
}

/**
 * The shell of a bundle, behind which the board finds the compiled core. It exports what is for programs, also where the bundle
 * itself, for tests, exports all of the stack.
 */
function nativeBundle(machine: Machine, bundle: string): string {
  const { profileOf, ShellCore, shellText } = require("./native/shell") as typeof import("./native/shell");
  const profile = profileOf(bundle);
  const { board, firmware } = machine;
  const core = new ShellCore((text, name) => board.realm.evaluate(text, name), firmware, profile);
  board.realm.define({ nativeCore: core });
  machine.nativeCore = core;
  return shellText(firmware, profile, "host");
}
