/**
 * A board that begins anew, as a program or whoever sits at the prompt asked for: `load()`, `reset()`, `E.reboot()`. The
 * interpreter's state is gone, the chip begins from power-up, what lies in flash stays, and so does what is done to the board
 * from outside.
 */
import type { Runs } from "./espruino/board";
import type { Storage } from "./espruino/storage";
import { createMachine, type Machine, type MachineOptions } from "./machine";

/** The machine that comes after `old`, with the options that made that one. */
export function restarted(old: Machine, options: MachineOptions, runs: Runs): Machine {
  const { storage } = old.board;
  old.stop();
  const machine = createMachine({ ...options, ...programOf(options, runs, storage), storage });
  if (!old.port.plugged) machine.port.unplug();
  return machine;
}

/** A saved program runs in place of the one that the board was given. */
function programOf({ app }: MachineOptions, runs: Runs, storage: Storage): Pick<MachineOptions, "app" | "bare"> {
  if (runs === "nothing") return { app: storage.saved(true), bare: true };
  if (runs === "saved program") return { app: storage.saved(false) ?? app };
  return {
    app: storage.read(runs.file) ?? `throw new Error(${JSON.stringify(`Storage has no ${runs.file}`)});`,
    bare: true,
  };
}
