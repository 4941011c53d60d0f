/**
 * Light or dark: as the system has it, until somebody chooses.
 */

const system = matchMedia("(prefers-color-scheme: dark)");
const { dataset } = document.documentElement;
let isChosen = false;

export function isDark(): boolean {
  return dataset["scheme"] === "dark";
}

/** The other one, from now on. */
export function turn(): void {
  isChosen = true;
  dataset["scheme"] = isDark() ? "light" : "dark";
}

export function followSystem(changed: () => void): void {
  const follow = () => {
    if (!isChosen) dataset["scheme"] = system.matches ? "dark" : "light";
    changed();
  };
  system.addEventListener("change", follow);
  follow();
}
