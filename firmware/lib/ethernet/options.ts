/**
 * Options as programs give them: what is misspelt is told, not passed over. BSD: none. Called by connect.ts and
 * ethernet_config.ts.
 */
import { type IoPin, printf } from "../../machdep";

/** Tells on the console of each of the options that `what` does not have; `known`: those that it has, with blanks between. */
export function options_unknown(what: string, options: object, known: string): void {
  const names = " " + known + " ";
  for (const name in options) if (names.indexOf(" " + name + " ") < 0) printf(what + ": there is no option " + name);
}

/** Throws an Error unless each of the options `names` that is given is a pin (its name in quotes is none). */
export function options_pins(options: object, names: string[]): void {
  for (let i = 0; i < names.length; i++) {
    const pin = (options as { [name: string]: IoPin | undefined })[names[i]];
    if (pin && !pin.read && !pin.reset) throw new Error(names[i] + ": not a pin: " + pin);
  }
}
