/**
 * The frame around the views: their tabs, the transport, what the tour says, and the keys.
 */
import { useEffect, useMemo, useReducer } from "preact/hooks";
import { Help } from "./help";
import { onKey } from "./keys";
import { Lab, VIEWS, type View } from "./lab";
import { Notes } from "./notes";
import { Files, Transport } from "./transport";
import { Bench } from "./views/bench";
import { Memory } from "./views/memory";
import { Netstat } from "./views/netstat";
import { Packets } from "./views/packets";
import { Spi } from "./views/spi";
import { Tcp } from "./views/tcp";
import { Timers } from "./views/timers";
import { Tour } from "./views/tour";

const COMPONENTS: { [V in View]: (props: { lab: Lab }) => preact.JSX.Element } = {
  packets: Packets,
  tcp: Tcp,
  memory: Memory,
  netstat: Netstat,
  spi: Spi,
  timers: Timers,
  bench: Bench,
  tour: Tour,
};

/** Draws again once per frame of the screen after changes. */
function useChanges(lab: Lab): void {
  const [, draw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    let isDue = false;
    return lab.subscribe(() => {
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        draw(undefined as never);
      });
    });
  }, [lab]);
}

export function App() {
  const lab = useMemo(() => new Lab(), []);
  useChanges(lab);
  useEffect(() => {
    Object.assign(window, { lab }); // for the tests, and the curious
    const listener = (event: KeyboardEvent) => onKey(lab, event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, [lab]);
  const Shown = COMPONENTS[lab.view];
  return (
    <div class="app">
      <header>
        <h1>
          The lab<small>{lab.recording ? lab.recording.title : "live"}</small>
        </h1>
        <Boards lab={lab} />
        <Transport lab={lab} />
        <Help lab={lab} />
      </header>
      <nav aria-label="Views">
        <div role="tablist">
          {VIEWS.map(({ name, title, hint }) => (
            <button
              type="button"
              key={name}
              role="tab"
              title={hint}
              aria-selected={lab.view === name}
              onClick={() => lab.show(name)}
            >
              {title}
            </button>
          ))}
        </div>
        <Files lab={lab} />
      </nav>
      {!lab.isOpen && (
        <p class="notice bad">The simulator has ended. What it recorded can still be looked at, and saved.</p>
      )}
      {lab.notice && (
        <p class="notice" role="status">
          {lab.notice}
          <button type="button" class="plain" aria-label="Dismiss" onClick={() => lab.say("")}>
            ×
          </button>
        </p>
      )}
      <main class={`view-${lab.view}`}>
        <div class="panel" role="tabpanel" aria-label={VIEWS.find(({ name }) => name === lab.view)?.title}>
          <Shown lab={lab} />
        </div>
      </main>
      <Notes lab={lab} />
    </div>
  );
}

/** Which board's state is shown, where there are several. */
function Boards({ lab }: { lab: Lab }) {
  const names = lab.store.boardNames;
  const chosen = lab.shownBoard;
  const about = lab.store.board(chosen);
  const text = about && `${about.chip.toUpperCase()}, ${about.core}${about.app ? `, ${about.app}` : ""}`;
  return (
    <div class="boards">
      {names.length > 1 && (
        <select
          aria-label="Board"
          value={chosen}
          onChange={(event) => lab.change(() => (lab.board = event.currentTarget.value))}
        >
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      <span class="about">{text}</span>
    </div>
  );
}
