/** The keys, behind a question mark; and the colours of the page, which are the system's unless somebody wants the others. */
import { KEYS } from "./keys";
import type { Lab } from "./lab";
import { isDark, turn } from "./scheme";

export function Help({ lab }: { lab: Lab }) {
  const dark = isDark();
  return (
    <div class="corner">
      <button
        type="button"
        class="plain"
        title={dark ? "Light colours" : "Dark colours"}
        aria-label="Colours"
        onClick={() => lab.change(turn)}
      >
        {dark ? "☀" : "☾"}
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
