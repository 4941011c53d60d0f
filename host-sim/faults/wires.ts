/**
 * The wires between a board and its chip, which may be bad: bits that flip, lines that are stuck, an interrupt line that
 * lies, a supply that dips in the middle of a transfer. Put between the two of any machine, whatever its chip.
 */
import type { NetworkChip } from "../chips";
import type { Machine } from "../machine";
import type { Random } from "../random";

export class Wires {
  /** probability that a bit of a byte flips on its way from the chip, and to it */
  misoErrors = 0;
  mosiErrors = 0;
  /** what every byte from and to the chip reads while the line is shorted */
  misoStuck: number | undefined;
  mosiStuck: number | undefined;
  /** the chip's select line is broken: it hears nothing and its output floats */
  cut = false;
  private cutNow = false;
  private countdown = 0;
  private atZero: () => void = () => {};
  private readonly chip: NetworkChip;
  private readonly reset: (low: boolean) => void;
  private readonly onInterrupt: (high: boolean) => void;

  constructor(
    machine: Machine,
    private readonly random: Random,
    private readonly intPin: string,
  ) {
    const { chip } = machine;
    this.chip = chip;
    this.reset = chip.reset.bind(chip);
    this.onInterrupt = (high) => machine.board.pins.get(intPin).drive(high);
    const select = chip.select.bind(chip);
    const deselect = chip.deselect.bind(chip);
    const transfer = chip.transfer.bind(chip);
    chip.select = () => {
      this.cutNow = this.cut;
      if (!this.cutNow) select();
    };
    chip.deselect = () => (this.cutNow ? undefined : deselect());
    chip.transfer = (mosi) => (this.cutNow ? 0xff : this.carried(mosi, transfer));
    this.drive = (high) => machine.board.pins.get(this.intPin).drive(high);
  }

  private readonly drive: (high: boolean) => void;

  private carried(mosi: number, transfer: (mosi: number) => number): number {
    if (this.countdown && !--this.countdown) this.atZero();
    const out = this.mosiStuck ?? mosi ^ this.flip(this.mosiErrors);
    const answer = transfer(out);
    return this.misoStuck ?? answer ^ this.flip(this.misoErrors);
  }

  private flip(probability: number): number {
    return this.random.chance(probability) ? 1 << this.random.below(8) : 0;
  }

  /** Does something when `bytes` more bytes have been on the bus: in the middle of whatever goes on then. */
  after(bytes: number, action: () => void): void {
    this.countdown = bytes;
    this.atZero = action;
  }

  /** The interrupt line stays at a level, whatever the chip says; undefined: it is right again. */
  stickInterrupt(level: boolean | undefined): void {
    this.chip.onInterruptPin = level === undefined ? this.onInterrupt : () => {};
    this.drive(level ?? this.chip.interruptPin());
  }

  /** The interrupt line falls and rises for no reason. */
  glitchInterrupt(): void {
    this.drive(false);
    this.drive(true);
    this.drive(this.chip.interruptPin());
  }

  /** Somebody holds the reset line low, until `false`; the board's own resets do nothing meanwhile. */
  holdReset(held: boolean): void {
    if (held) this.reset(true);
    this.chip.reset = held ? () => {} : this.reset;
    if (!held) this.reset(false);
  }
}
