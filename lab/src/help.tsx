/** The keys, behind a question mark; and the colours of the page, which are the system's unless somebody wants the others. */
import { useState } from "preact/hooks";
import { KEYS } from "./keys";

export function Help() {
  const [scheme, setScheme] = useState(document.documentElement.dataset["scheme"] ?? "");
  const isDark = scheme ? scheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const turn = () => {
    const next = isDark ? "light" : "dark";
    document.documentElement.dataset["scheme"] = next;
    setScheme(next);
  };
  return (
    <div class="corner">
      <button
        type="button"
        class="plain"
        title={isDark ? "Light colours" : "Dark colours"}
        aria-label="Colours"
        onClick={turn}
      >
        {isDark ? "☀" : "☾"}
      </button>
      <details class="help">
        <summary aria-label="Keys" title="Keys">
          ?
        </summary>
        <dl>
          {KEYS.map(([key, text]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
