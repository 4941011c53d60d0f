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

/** ms from one drawing of a view to the next while records flow in: as quick as an eye takes it in, as slow as it is costly. */
const PACE: { [V in View]: number } = {
  packets: 50,
  tcp: 150,
  memory: 80,
  netstat: 100,
  spi: 50,
  timers: 100,
  bench: 50,
  tour: 250,
};

/** Draws again in a frame of the screen after changes: in the next one, unless it is only what flows in. */
function useChanges(lab: Lab): void {
  const [, draw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    let frame = 0;
    let timer = 0;
    let drawnAt = Number.NEGATIVE_INFINITY;
    const paint = () => {
      clearTimeout(timer);
      frame = timer = 0;
      drawnAt = performance.now();
      draw(undefined as never);
    };
    const soon = () => (frame ||= requestAnimationFrame(paint));
    return lab.subscribe((isFlow) => {
      const wait = isFlow ? drawnAt + PACE[lab.view] - performance.now() : 0;
      if (wait <= 0) soon();
      else timer ||= setTimeout(soon, wait);
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
  const tabs = useMemo(() => <Tabs lab={lab} />, [lab.view]); // as they were, while packets come
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
      {tabs}
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

function Tabs({ lab }: { lab: Lab }) {
  return (
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
