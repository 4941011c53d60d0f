/**
 * A network chip on a board: its wires to the board's pins, and its plug in a segment.
 */
import type { ChipKind, NetworkChip } from "./chips";
import { SpiTap, type SpiTransaction } from "./decode/spi_tap";
import type { Board } from "./espruino/board";
import { SPI_PINS } from "./espruino/spi";
import type { Segment, SegmentPort } from "./segment";

/** Which bus and pins a chip is wired to. */
export type Wiring = ChipKind["wiring"];

export class Nic {
  readonly chip: NetworkChip;
  readonly port: SegmentPort;

  /** `name`: of the port on the segment. `options`: of the chip's model. `tap` is told what goes over SPI. */
  constructor(
    board: Board,
    kind: ChipKind,
    wiring: Wiring,
    segment: Segment,
    name: string,
    options: object,
    private readonly tap?: (transaction: SpiTransaction) => void,
  ) {
    this.chip = kind.create(board.clock.hardware, options);
    this.port = segment.attach(name, (frame) => this.chip.receive(frame), this.chip);
    this.wirePins(board, wiring);
    this.wireCable();
  }

  private wirePins({ pins, wiring }: Board, { spi, cs, int, rst }: Wiring): void {
    wiring.attach(this.tap ? new SpiTap(this.chip, this.tap) : this.chip, SPI_PINS[spi], pins.get(cs));
    pins.get(rst).drive(true);
    pins.get(rst).onLevel((high) => this.chip.reset(!high));
    pins.get(int).drive(this.chip.interruptPin());
    this.chip.onInterruptPin = (high) => pins.get(int).drive(high);
  }

  private wireCable(): void {
    // Every MAC on the cable would throw away a frame with a wrong CRC.
    this.chip.onTransmit = (frame, badCrc) => (badCrc ? undefined : this.port.send(frame));
    this.port.onLink((up) => this.chip.setLink(up));
    this.chip.setLink(this.port.plugged);
  }
}
