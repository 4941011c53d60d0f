/**
 * A chip's model on the wires of native code, in virtual time: what runtime/spi.h and machdep.h want of a host.
 */
import { pointer, proto, register, unregister, view } from "koffi";
import { chips, type NetworkChip } from "../../../host-sim/chips";
import { MS, VirtualClock } from "../../../host-sim/clock";
import { Random } from "../../../host-sim/random";
import type { Native } from "./house";

const BYTE_TIME = 800; // ns, at 10 MHz
const CALL_TIME = 2_000;
/* runtime/spi.h */
const [LEVEL, RST_LOW, RST_HIGH, WATCH, UNWATCH] = [0, 1, 2, 3, 4];

const TRANSFER = proto("void spi_transfer_t(int32_t, const uint8_t *, int32_t, uint8_t *, int32_t, int32_t)");
const PIN = proto("int32_t spi_pin_t(int32_t, int32_t)");
const TOLD = proto("void spi_told_t(int32_t, int32_t, int32_t)");
const CLOCK = proto("int32_t machine_t(void)");

/** Number of the chip, to native code. */
export const DEV = 5;

export class Wired {
  readonly clock = new VirtualClock();
  readonly chip: NetworkChip;
  /** frames that the chip has sent */
  readonly sent: Buffer[] = [];
  readonly told: { cause: number; fault: number }[] = [];
  /** how often chip select fell */
  transactions = 0;
  /** called in a turn of its own after each falling edge, while the line is watched */
  onEdge: () => void = () => undefined;
  private selected = false;
  private watched = true;
  private edge = false;
  private readonly callbacks: ReturnType<typeof register>[] = [];
  private readonly next: () => number;
  private readonly runs: () => void;

  constructor(native: Native, name: string, options: object = {}) {
    const random = new Random(7);
    this.chip = chips[name].create(this.clock, options);
    this.chip.spiClock(10_000_000);
    this.chip.onTransmit = (frame) => this.sent.push(Buffer.from(frame));
    this.chip.onInterruptPin = (high) => {
      if (!high && this.watched) this.edge = true;
    };
    this.next = native.function("int32_t native_timeouts_next(void)");
    this.runs = native.function("void native_timeouts_run(void)");
    const uptime = () => Math.floor(this.clock.now() / MS) | 0;
    native.function("void native_machine(void *, void *, void *)")(
      ...[() => random.below(0x7fffffff), uptime, () => 0].map((f) => this.callback(f, CLOCK)),
    );
    native.function("void native_spi(void *, void *, void *)")(
      this.callback((_dev: number, out: unknown, outlen: number, into: unknown, inlen: number, hold: number) => {
        this.transfer(out, outlen, into, inlen, hold !== 0);
      }, TRANSFER),
      this.callback((_dev: number, what: number) => this.pin(what), PIN),
      this.callback((_dev: number, cause: number, fault: number) => void this.told.push({ cause, fault }), TOLD),
    );
  }

  // biome-ignore lint/suspicious/noExplicitAny: what it takes is in the prototype
  private callback(f: (...args: any[]) => unknown, type: ReturnType<typeof proto>) {
    const made = register(f, pointer(type));
    this.callbacks.push(made);
    return made;
  }

  close(): void {
    for (const made of this.callbacks) unregister(made);
  }

  private transfer(out: unknown, outlen: number, into: unknown, inlen: number, hold: boolean): void {
    if (outlen || inlen) this.select();
    if (outlen) for (const byte of new Uint8Array(view(out, outlen))) this.byte(byte);
    if (inlen) {
      const bytes = new Uint8Array(view(into, inlen));
      for (let i = 0; i < inlen; i++) bytes[i] = this.byte(0);
    }
    if (hold) return;
    if (this.selected) this.chip.deselect();
    this.selected = false;
    this.clock.advance(CALL_TIME);
  }

  private select(): void {
    if (this.selected) return;
    this.selected = true;
    this.transactions++;
    this.chip.select();
  }

  private byte(mosi: number): number {
    this.clock.advance(BYTE_TIME);
    return this.chip.transfer(mosi);
  }

  private pin(what: number): number {
    this.clock.advance(CALL_TIME);
    if (what === LEVEL) return this.chip.interruptPin() ? 1 : 0;
    if (what === RST_LOW || what === RST_HIGH) this.chip.reset(what === RST_LOW);
    if (what === WATCH || what === UNWATCH) this.watched = what === WATCH;
    return 0;
  }

  /** Lets time go by, with edges and timeouts in turns of their own. */
  run(ms: number): void {
    const end = this.clock.now() + ms * MS;
    while (this.clock.now() < end) {
      if (this.edge) {
        this.edge = false;
        this.onEdge();
      }
      while (this.next() === 0) this.runs();
      this.clock.advance(MS / 10);
    }
  }
}
