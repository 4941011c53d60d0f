/**
 * A chip at the end of its wires: SPI, chip select, interrupt and reset line, and word to the program. BSD: none; there a bus
 * and its interrupts are the machine's.
 *
 * Like machdep.ts, it is there twice: this is what JavaScript does, tools/native/runtime/spi.h what machine code does, to
 * which a SpiDev is a number. Each function but the held ones is one chip select period; those lie between `spi_select` and
 * `spi_deselect`. They are so many because the interpreter is quickest when it gives its SPI functions what is at hand:
 * numbers, and strings and arrays that are made once. An answer that is a string costs no contiguous memory and is copied
 * into the arena; one that is an array becomes a cluster as it is.
 */
import { arena, type IoPin, type SpiBus, unwatch, view, watch_falling } from "../machdep";

/** How a chip is wired. */
export interface SpiOptions {
  spi: SpiBus;
  cs: IoPin;
  /** interrupt line; without it the chip is asked every few milliseconds */
  int?: IoPin;
  /** reset line; without it the chip is reset by instruction */
  rst?: IoPin;
}

export interface SpiDev {
  /** the bus's and the pins' own functions, bound once */
  spi_write: SpiBus["write"];
  spi_send: SpiBus["send"];
  spi_cs: IoPin;
  spi_low: () => void;
  spi_high: () => void;
  /** level of the interrupt line */
  spi_int: (() => boolean) | undefined;
  /** what reads send: an instruction, and zeros */
  spi_out: string;
  spi_rst: IoPin | undefined;
  spi_pin: IoPin | undefined;
  spi_watch: unknown;
  /** the shell's (chip_shell.ts): called at each falling edge of the interrupt line; told what has happened to the chip */
  spi_intr: () => void;
  spi_told: ((cause: number, fault: number) => void) | null;
}

export function spi_open(options: SpiOptions): SpiDev {
  const spi = options.spi;
  const cs = options.cs;
  const pin = options.int;
  return {
    spi_write: spi.write.bind(spi),
    spi_send: spi.send.bind(spi) as SpiBus["send"],
    spi_cs: cs,
    spi_low: cs.reset.bind(cs),
    spi_high: cs.set.bind(cs),
    spi_int: pin ? (pin.read.bind(pin) as () => boolean) : undefined,
    spi_out: "",
    spi_rst: options.rst,
    spi_pin: pin,
    spi_watch: null,
    spi_intr: spi_nobody,
    spi_told: null,
  };
}

function spi_nobody(): void {}

/** What reads into the arena send: `cmd`, and as many zeros as make `len` bytes of it, the most that are read at once. */
export function spi_prepare(dev: SpiDev, cmd: number, len: number): void {
  let out = String.fromCharCode(cmd);
  while (out.length < len) out += "\0"; // pieced together, so that substr is cheap
  dev.spi_out = out;
}

export function spi_select(dev: SpiDev): void {
  dev.spi_low();
}

export function spi_deselect(dev: SpiDev): void {
  dev.spi_high();
}

export function spi_write1(dev: SpiDev, a: number): void {
  dev.spi_write(a, dev.spi_cs);
}

export function spi_write2(dev: SpiDev, a: number, b: number): void {
  dev.spi_write(a, b, dev.spi_cs);
}

export function spi_write4(dev: SpiDev, a: number, b: number, c: number, d: number): void {
  dev.spi_write(a, b, c, d, dev.spi_cs);
}

export function spi_write5(dev: SpiDev, a: number, b: number, c: number, d: number, e: number): void {
  dev.spi_write(a, b, c, d, e, dev.spi_cs);
}

/** Held. */
export function spi_hold3(dev: SpiDev, a: number, b: number, c: number): void {
  dev.spi_write(a, b, c);
}

/** Held: `len` bytes of `buf` from `off`, at least 1. */
export function spi_hold(dev: SpiDev, buf: Uint8Array, off: number, len: number): void {
  dev.spi_write(view(buf, off, len));
}

/** The `n` bytes of `cmd`, which are all of it, then `len` bytes of `buf` from `off`, at least 1. */
export function spi_put(dev: SpiDev, cmd: Uint8Array, _n: number, buf: Uint8Array, off: number, len: number): void {
  dev.spi_write(cmd, view(buf, off, len), dev.spi_cs);
}

/** The same with two pieces behind it. */
export function spi_put2(
  dev: SpiDev,
  cmd: Uint8Array,
  _n: number,
  buf: Uint8Array,
  off: number,
  len: number,
  buf2: Uint8Array,
  off2: number,
  len2: number,
): void {
  dev.spi_write(cmd, view(buf, off, len), view(buf2, off2, len2), dev.spi_cs);
}

/** Sends `cmd`, all of it, of which `n` bytes matter; answers what came for byte `at`, the last. */
export function spi_get(dev: SpiDev, cmd: Uint8Array, _n: number, at: number): number {
  return dev.spi_send(cmd, dev.spi_cs)[at];
}

/** The same for the last two, the first of them high. */
export function spi_get16(dev: SpiDev, cmd: Uint8Array, _n: number, at: number): number {
  const answer = dev.spi_send(cmd, dev.spi_cs);
  return (answer[at - 1] << 8) | answer[at];
}

/** Sends three bytes; the `len` that come behind them, at most as many as were prepared for, go to the head of `buf`. */
export function spi_get3(dev: SpiDev, a: number, b: number, c: number, buf: Uint8Array, len: number): void {
  const answer = dev.spi_send(String.fromCharCode(a, b, c) + dev.spi_out.substr(0, len), dev.spi_cs);
  buf.set(answer.substr(3) as unknown as Uint8Array);
}

/** Held: sends what was prepared, `cmd` and zeros; the `len` bytes that come meanwhile go to arena offset `off`. */
export function spi_readcmd(dev: SpiDev, _cmd: number, _len: number, off: number): void {
  arena.set(dev.spi_send(dev.spi_out) as unknown as Uint8Array, off);
}

/** Held: reads `len` bytes to arena offset `off`; what is sent does not matter. */
export function spi_read(dev: SpiDev, len: number, off: number): void {
  arena.set(dev.spi_send(dev.spi_out.substr(0, len)) as unknown as Uint8Array, off);
}

/** Held: reads `len` bytes, for a cluster; null when there is no memory for them. */
export function spi_readcluster(dev: SpiDev, len: number): Uint8Array | null {
  return dev.spi_send(view(arena, 0, len));
}

/** Level of the interrupt line, which is wired. */
export function spi_level(dev: SpiDev): boolean {
  return dev.spi_int!();
}

/** Pulls the reset line, which is wired, to a level. */
export function spi_reset(dev: SpiDev, high: boolean): void {
  if (high) dev.spi_rst!.set();
  else dev.spi_rst!.reset();
}

/**
 * The bus is at rest, and the interrupt line, where there is one, is watched. A turn that is broken off may leave either
 * otherwise: it ends in the middle of a transfer, and the interpreter forgets the handler.
 */
export function spi_resync(dev: SpiDev): void {
  spi_unwatch(dev);
  if (dev.spi_pin) dev.spi_watch = watch_falling(dev.spi_pin, dev.spi_intr);
}

/** Nobody uses it any more. */
export function spi_close(dev: SpiDev): void {
  spi_unwatch(dev);
  dev.spi_told = null;
}

function spi_unwatch(dev: SpiDev): void {
  dev.spi_high();
  if (dev.spi_watch !== null) unwatch(dev.spi_watch);
  dev.spi_watch = null;
}

/** Tells the program: a fault of the chip that has been put right, by its cause (watchdog.ts); or `fault`, which cannot be. */
export function spi_tell(dev: SpiDev, cause: number, fault: number): void {
  if (dev.spi_told) dev.spi_told(cause, fault);
}
