/**
 * The handler of a chip's interrupt line, where the driver is JavaScript. Called by chip_shell.ts; behind a core's gate there is
 * another (core/gate_if.ts).
 */
import { type ChipSoftc, chip_intr } from "./chip";

/** What the machine calls when the line has fallen. */
export function chip_handler(sc: ChipSoftc): () => void {
  return chip_intr.bind(null, sc);
}
