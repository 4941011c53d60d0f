/**
 * Pins as the command line and the prompt name them.
 */

/** A pin by the name that programs know it by, and what drives it; undefined: nothing. */
export interface PinLevel {
  name: string;
  level: boolean | undefined;
}

/** "B3=1", "BTN1=0", "B3=" (let go); undefined when it is none of these. */
export function pinLevel(text: string): PinLevel | undefined {
  const [, name, level] = /^(\w+)\s*=\s*([01]?)$/.exec(text.trim()) ?? [];
  return name === undefined ? undefined : { name, level: level === "" ? undefined : level === "1" };
}
