/**
 * The keys. None of them while something is being typed.
 */
import { type Lab, VIEWS } from "./lab";

export const KEYS: [string, string][] = [
  ["Space", "pause, go on; play a recording"],
  ["← →", "a step back, a step on"],
  ["Home, End", "to the beginning, to what is now"],
  ["1 – 8", "the views"],
  ["↑ ↓", "in the list of packets: the one before, the next"],
  ["/", "filter"],
  ["[ ]", "the note before, the next (in a scene)"],
  ["?", "this"],
];

export function onKey(lab: Lab, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (target.closest("input, select, textarea, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey)
    return;
  if (event.key === " " && target.closest("button, summary")) return;
  const action = actionOf(lab, event.key);
  if (!action) return;
  event.preventDefault();
  action();
}

function actionOf(lab: Lab, key: string): (() => void) | undefined {
  const view = VIEWS[Number(key) - 1];
  if (view) return () => lab.show(view.name);
  switch (key) {
    case " ":
      return () => lab.toggle();
    case "ArrowLeft":
      return () => lab.step(-1);
    case "ArrowRight":
      return () => lab.step(1);
    case "Home":
      return () => lab.store.moveTo(lab.store.begin);
    case "End":
      return () => lab.goLive();
    case "[":
      return () => lab.note(-1);
    case "]":
      return () => lab.note(1);
    case "/":
      return () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus();
    case "?":
      return () => document.querySelector<HTMLDetailsElement>("details.help")?.toggleAttribute("open");
    default:
      return undefined;
  }
}
