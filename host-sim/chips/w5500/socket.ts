/**
 * A socket: its registers, and its commands. Socket 0 knows MACRAW; what else a socket can do, the chip's TCP/IP engine
 * does, which is not modelled.
 *
 * The pointers are free-running 16-bit counters. What the host writes into Sn_TX_WR and Sn_RX_RD counts for nothing until
 * SEND and RECV. A command is accepted a moment after it was written; until then Sn_CR shows it.
 */
import type { ClockEvent } from "../../clock";
import { Protocol, SnCr, SnMr, SnSr } from "./bits";
import type { Core } from "./core";
import type { CommandName } from "./counters";
import type { BufferMemory } from "./memory";
import { Access, SOCKET, SOCKET_LAYOUT, type SocketName } from "./registers";

const NAMES = new Map<number, CommandName>([
  [SnCr.OPEN, "OPEN"],
  [SnCr.CLOSE, "CLOSE"],
  [SnCr.SEND, "SEND"],
  [SnCr.RECV, "RECV"],
]);
const SIZES = [0, 1, 2, 4, 8, 16];
const MEMORY = 0x4000;

/** What a socket asks of the rest of the chip. */
export interface SocketSurroundings {
  /** A flag or a mask has changed. */
  flagsChanged(): void;
  opened(): void;
  closed(): void;
  /** SEND: everything from Sn_TX_RD to `end`. */
  send(end: number): void;
  /** RECV: the host has read up to `pointer`. */
  received(pointer: number): void;
  /** SIPR is not 0. */
  hasAddress(): boolean;
}

export class Socket {
  readonly bytes = new Uint8Array(SOCKET_LAYOUT.reset);
  status: number = SnSr.CLOSED;
  /** The chip's own ends of the buffers: what has been sent, asked to be sent, read, received. */
  txSent = 0;
  txAsked = 0;
  rxRead = 0;
  rxWritten = 0;
  private command = 0;
  private event: ClockEvent | undefined;

  constructor(
    private readonly core: Core,
    readonly number: number,
    private readonly tx: BufferMemory,
    private readonly rx: BufferMemory,
    private readonly surroundings: SocketSurroundings,
  ) {}

  reset(): void {
    this.core.clock.cancel(this.event);
    this.bytes.set(SOCKET_LAYOUT.reset);
    this.command = 0;
    this.status = SnSr.CLOSED;
    this.txSent = this.txAsked = this.rxRead = this.rxWritten = 0;
    this.resize();
  }

  get open(): boolean {
    return this.status !== SnSr.CLOSED;
  }

  /** Bytes received and not given back. */
  get received(): number {
    return (this.rxWritten - this.rxRead) & 0xffff;
  }

  get free(): number {
    return (this.tx.size(this.number) - (this.txAsked - this.txSent)) & 0xffff;
  }

  /** A register of 16 bits as it is stored. */
  word(name: SocketName): number {
    return (this.bytes[SOCKET[name]] << 8) | this.bytes[SOCKET[name] + 1];
  }

  mode(bit: number): boolean {
    return (this.bytes[SOCKET.MR] & bit) !== 0;
  }

  /** Flags that reach the interrupt. */
  flags(): number {
    return this.bytes[SOCKET.IR] & this.bytes[SOCKET.IMR];
  }

  /** An event. */
  raise(flag: number): void {
    const masked = this.core.settings.maskedFlags === "doc";
    this.bytes[SOCKET.IR] |= masked ? flag & this.bytes[SOCKET.IMR] : flag;
    this.surroundings.flagsChanged();
  }

  /** The socket is closed without anybody having asked for it. */
  drop(): void {
    this.status = SnSr.CLOSED;
    this.surroundings.closed();
  }

  read(address: number): number {
    switch (address) {
      case SOCKET.CR:
        return this.command;
      case SOCKET.SR:
        return this.status;
      case SOCKET.TX_FSR:
      case SOCKET.TX_FSR + 1:
        return this.half(this.free, address, this.free);
      case SOCKET.TX_RD:
      case SOCKET.TX_RD + 1:
        return this.half(this.txSent, address);
      case SOCKET.RX_RSR:
      case SOCKET.RX_RSR + 1:
        return this.half(this.received, address, this.received);
      case SOCKET.RX_WR:
      case SOCKET.RX_WR + 1:
        return this.half(this.rxWritten, address);
      default:
        return this.bytes[address] ?? 0;
    }
  }

  write(address: number, value: number): void {
    const access = SOCKET_LAYOUT.access[address] ?? Access.NONE;
    if (access === Access.NONE) this.core.violate("unknown-register", this.named(address));
    else if (access === Access.READ) this.core.violate("read-only-register", this.named(address));
    else this.change(address, value);
  }

  /** A byte of a pair that counts up while it is read: the high byte may be from before a frame of the last `recent` bytes. */
  private half(word: number, address: number, recent = 0xffff): number {
    if (address & 1) return word & 0xff;
    const { core } = this;
    const frame = 62 + core.random.below(1454);
    const torn = frame <= recent && core.random.chance(core.faults.tornPointers);
    return ((torn ? word - frame : word) >> 8) & 0xff;
  }

  private named(address: number): string {
    return `S${this.number} 0x${address.toString(16)}`;
  }

  private change(address: number, value: number): void {
    const { bytes } = this;
    if (address === SOCKET.CR) this.ask(value);
    else if (address === SOCKET.IR) bytes[address] &= ~value;
    else bytes[address] = value;
    if (address === SOCKET.IR || address === SOCKET.IMR) this.surroundings.flagsChanged();
    if (address === SOCKET.RXBUF_SIZE || address === SOCKET.TXBUF_SIZE) this.sizeWritten(value);
  }

  private sizeWritten(value: number): void {
    if (!SIZES.includes(value)) this.core.violate("buffer-size", `S${this.number} ${value}`);
    else if (this.open) this.core.violate("buffer-size-while-open", `S${this.number}`);
    this.resize();
  }

  private resize(): void {
    const size = (at: number) => (SIZES.includes(this.bytes[at]) ? this.bytes[at] : 0);
    this.rx.resize(this.number, size(SOCKET.RXBUF_SIZE));
    this.tx.resize(this.number, size(SOCKET.TXBUF_SIZE));
  }

  private ask(command: number): void {
    const { core } = this;
    if (this.command) {
      core.violate("command-while-busy", `S${this.number} 0x${command.toString(16)}`);
      return;
    }
    this.command = command;
    if (!core.faults.commandStuck) this.event = core.clock.after(core.settings.commandTime, () => this.accept(command));
  }

  private accept(command: number): void {
    const { core } = this;
    const name = NAMES.get(command);
    this.command = 0;
    if (!name) core.violate("unknown-command", `S${this.number} 0x${command.toString(16)}`);
    else {
      core.counters.commands[name]++;
      this[name]();
    }
  }

  private OPEN(): void {
    const { core, surroundings } = this;
    if (this.open) core.violate("open-while-open", `S${this.number}`);
    if (!this.mayOpen()) return;
    if (surroundings.hasAddress()) core.violate("engine-address");
    if (this.rx.total > MEMORY || this.tx.total > MEMORY) core.violate("buffer-sum");
    this.txSent = this.txAsked = this.word("TX_WR");
    this.rxRead = this.rxWritten = this.word("RX_RD");
    this.status = SnSr.MACRAW;
    surroundings.opened();
  }

  /** What the low bits of Sn_MR ask for; the socket stays closed when it cannot be had. */
  private mayOpen(): boolean {
    const protocol = this.bytes[SOCKET.MR] & SnMr.PROTOCOL;
    if (protocol === Protocol.MACRAW && this.number === 0) return true;
    this.core.violate(protocol === Protocol.MACRAW ? "macraw-socket" : "engine-used", `S${this.number}`);
    return false;
  }

  private CLOSE(): void {
    this.status = SnSr.CLOSED;
    this.surroundings.closed();
  }

  private SEND(): void {
    if (!this.open) this.core.violate("command-while-closed", "SEND");
    else {
      this.txAsked = this.word("TX_WR");
      this.surroundings.send(this.txAsked);
    }
  }

  private RECV(): void {
    if (!this.open) this.core.violate("command-while-closed", "RECV");
    else this.surroundings.received(this.word("RX_RD"));
  }
}
