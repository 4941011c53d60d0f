/**
 * Prints the grid of events and states (`npm run tcp-grid`): how many scripts fill each square, a letter where there is
 * none, and what the letter stands for.
 */
import { EVENTS, filled, reason, STATES, scriptsIn, subjects } from "./grid";

const WIDTH = Math.max(...Object.keys(EVENTS).map((event) => event.length)) + 2;
const letters = new Map<string, string>();

function letterFor(text: string): string {
  if (!letters.has(text)) letters.set(text, String.fromCharCode(97 + letters.size));
  return letters.get(text) as string;
}

function square(event: string, state: string): string {
  if (!filled(event, state)) return letterFor(reason(event, state) ?? "NOT SHOWN, AND NOT EXPLAINED");
  const count = scriptsIn(event).filter((name) => name.startsWith(`${state}.`)).length;
  return "\u25a0".repeat(Math.min(count, 4));
}

/** States are written downwards: their names are longer than the squares. */
function heading(): string[] {
  const height = Math.max(...STATES.map((state) => state.length));
  return Array.from({ length: height }, (_, row) => {
    const chars = STATES.map((state) => (state.padStart(height)[row] ?? " ").padEnd(5));
    return " ".repeat(WIDTH) + chars.join("").trimEnd();
  });
}

for (const line of heading()) console.log(line);
for (const event of Object.keys(EVENTS))
  console.log((event.padEnd(WIDTH) + STATES.map((state) => square(event, state).padEnd(5)).join("")).trimEnd());
console.log();
for (const [text, letter] of letters) console.log(`${letter}  ${text}`);
console.log();
for (const subject of subjects()) console.log(`${subject.padEnd(WIDTH)}${scriptsIn(subject).length} scripts`);
