/**
 * The simplest network chip one can drive over SPI, and firmware for it: for tests of the machine around them.
 *
 * One instruction per chip select: 1, frame...: sends the frame when CS rises. 2, n dummies: reads the first frame that
 * waits, and drops it. 3, dummy, dummy: how many bytes that frame has. The interrupt pin is low while frames wait.
 */
import type { ChipKind, NetworkChip } from "../../host-sim/chips";

export class ToyChip implements NetworkChip {
  onTransmit?: (frame: Uint8Array) => void;
  onInterruptPin?: (high: boolean) => void;
  readonly violations = [];
  /** Takes frames as fast as they come. */
  readonly byteTime = 0;
  readonly sendingUntil = 0;
  /** Hz */
  clockRate = 0;
  resets = 0;
  link = false;
  private waiting: Uint8Array[] = [];
  private mosi: number[] = [];
  private selected = false;

  select(): void {
    this.mosi = [];
    this.selected = true;
  }

  transfer(mosi: number): number {
    if (!this.selected) throw new Error("A byte for a chip that is not selected");
    this.mosi.push(mosi);
    const [instruction] = this.mosi;
    const at = this.mosi.length - 2;
    if (at < 0) return 0xff;
    const frame = this.waiting[0] ?? new Uint8Array(0);
    if (instruction === 3) return at ? frame.length & 255 : frame.length >> 8;
    return instruction === 2 ? (frame[at] ?? 0) : 0xff;
  }

  deselect(): void {
    this.selected = false;
    if (this.mosi[0] === 1) this.onTransmit?.(Uint8Array.from(this.mosi.slice(1)));
    if (this.mosi[0] !== 2) return;
    this.waiting.shift();
    if (!this.waiting.length) this.onInterruptPin?.(true);
  }

  reset(low: boolean): void {
    if (low) this.resets++;
  }

  interruptPin(): boolean {
    return this.waiting.length === 0;
  }

  spiClock(hz: number): void {
    this.clockRate = hz;
  }

  announce(): void {}

  receive(frame: Uint8Array): void {
    this.waiting.push(frame);
    if (this.waiting.length === 1) this.onInterruptPin?.(false);
  }

  setLink(up: boolean): void {
    this.link = up;
  }
}

export const toyKind: ChipKind = {
  name: "toy",
  create: () => new ToyChip(),
  wiring: { spi: "SPI1", cs: "B1", int: "B10", rst: "B13" },
  baud: 8_000_000,
};

/** Firmware: `net.sendFrame(bytes)`, `net.frames` (byte strings), and the addresses it was given in `net.ip`. */
export const TOY_BUNDLE = `
  var net = { frames: [], ip: undefined, mac: undefined };
  function receive(options) {
    while (!options.int.read()) {
      var size = options.spi.send([3, 0, 0], options.cs);
      var bytes = options.spi.send({ data: 2, count: 1 + size[1] * 256 + size[2] }, options.cs);
      net.frames.push(E.toString(bytes.subarray(1)));
    }
  }
  exports.connect = function (options) {
    options.rst.reset();
    options.rst.set();
    options.cs.set();
    net.mac = options.mac;
    net.sendFrame = function (bytes) { options.spi.write(1, bytes, options.cs); };
    setWatch(function () { receive(options); }, options.int, { edge: "falling", repeat: true });
    return { setIP: function (addresses) { net.ip = addresses; }, net: net };
  };
  exports.net = net;
`;

/** What that firmware's `net` looks like from here. */
export interface ToyNet {
  sendFrame(bytes: Uint8Array): void;
  frames: string[];
  ip: { ip: string; subnet: string; gateway?: string } | undefined;
  mac: string | undefined;
}
