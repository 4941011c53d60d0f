/** What can be done: a console into the board, its pins, its cable, faults by name, traffic, other boards. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Lab } from "../lab";
import { Card } from "./netstat";

/** Lines of the console that are shown. */
const LINES = 400;

export function Bench({ lab }: { lab: Lab }) {
  if (!lab.isLive)
    return (
      <p class="empty">This is a recording: there is nothing to be done to it. “Back to live” leads to the board.</p>
    );
  return (
    <div class="bench">
      <Console lab={lab} />
      <Pins lab={lab} />
      <TrafficCard lab={lab} />
      <Cable lab={lab} />
      <Faults lab={lab} />
      <NewBoard lab={lab} />
    </div>
  );
}

function Console({ lab }: { lab: Lab }) {
  const { store, shownBoard: board } = lab;
  const [text, setText] = useState("");
  const [past, setPast] = useState<string[]>([]);
  const [back, setBack] = useState(0);
  const box = useRef<HTMLPreElement>(null);
  const lines = store.last(store.prints, LINES, ({ record }) => record.board === board);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length, lines.at(-1)?.at]);
  const enter = (event: Event) => {
    event.preventDefault();
    if (!text.trim()) return;
    lab.send({ do: "type", board, text });
    setPast([...past, text]);
    setBack(0);
    setText("");
  };
  const recall = (event: KeyboardEvent) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(past.length, back + step));
    setBack(next);
    setText(next ? past[past.length - next] : "");
  };
  return (
    <Card title="Console" note={board} wide>
      <pre class="console" ref={box} role="log" aria-label="What the board prints">
        {lines.map(({ at, record }) => (
          <div key={at} class={record.typed ? "typed" : ""}>
            {record.typed ? `>${record.text}` : record.text}
          </div>
        ))}
      </pre>
      <form onSubmit={enter} class="prompt">
        <span aria-hidden="true">&gt;</span>
        <input
          aria-label="Console"
          placeholder='eth.getIP()   netstat("s")   LED1.set()   .help'
          value={text}
          spellcheck={false}
          autocomplete="off"
          onKeyDown={recall}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">Enter</button>
      </form>
    </Card>
  );
}

function Pins({ lab }: { lab: Lab }) {
  const { store, shownBoard: board } = lab;
  const isOn = (name: string) =>
    Boolean(store.last(store.pins, 1, ({ record }) => record.board === board && record.name === name)[0]?.record.level);
  const press = (level: boolean | null) => lab.send({ do: "pin", board, name: "BTN1", level });
  return (
    <Card title="Pins">
      <div class="pins">
        {["LED1", "LED2"].map((name, i) => (
          <span
            key={name}
            class={`led led${i + 1} ${isOn(name) ? "on" : ""}`}
            role="img"
            aria-label={`${name} ${isOn(name) ? "on" : "off"}`}
          >
            <i />
            {name}
          </span>
        ))}
        <button
          type="button"
          class={isOn("BTN1") ? "button on" : "button"}
          aria-pressed={isOn("BTN1")}
          onPointerDown={() => press(true)}
          onPointerUp={() => press(null)}
          onPointerLeave={() => isOn("BTN1") && press(null)}
          onKeyDown={(event) => event.key === "Enter" && press(true)}
          onKeyUp={(event) => event.key === "Enter" && press(null)}
        >
          BTN1
        </button>
      </div>
    </Card>
  );
}

const TRAFFIC = [
  ["ping", "Ping"],
  ["page", "Get the page"],
  ["stream", "100 kB by TCP"],
  ["datagrams", "50 datagrams"],
] as const;

function TrafficCard({ lab }: { lab: Lab }) {
  return (
    <Card title="Traffic" note="from the gateway">
      <div class="buttons">
        {TRAFFIC.map(([what, title]) => (
          <button type="button" key={what} onClick={() => lab.send({ do: "traffic", board: lab.shownBoard, what })}>
            {title}
          </button>
        ))}
      </div>
    </Card>
  );
}

const SLIDERS: { name: string; title: string; most: number; unit: string }[] = [
  { name: "loss", title: "lost", most: 0.5, unit: "%" },
  { name: "dup", title: "doubled", most: 0.5, unit: "%" },
  { name: "reorder", title: "overtaken", most: 0.5, unit: "%" },
  { name: "corrupt", title: "a bit flipped", most: 0.5, unit: "%" },
  { name: "delayMs", title: "delay", most: 200, unit: "ms" },
  { name: "jitterMs", title: "jitter", most: 100, unit: "ms" },
];

function Cable({ lab }: { lab: Lab }) {
  const { store, shownBoard: board } = lab;
  const cable = store.cables[store.seen(store.cables) - 1]?.record;
  const [moved, setMoved] = useState<{ [name: string]: number }>({});
  const isIn = cable?.plugged[board] ?? true;
  const set = (name: string, value: number) => {
    setMoved({ ...moved, [name]: value });
    lab.send({ do: "cable", faults: { [name]: value } });
  };
  const value = (name: string) => moved[name] ?? cable?.faults[name] ?? 0;
  const reset = () => {
    setMoved({});
    lab.send({ do: "cable", faults: Object.fromEntries(SLIDERS.map(({ name }) => [name, 0])) });
  };
  return (
    <Card title="Cable">
      <div class="sliders">
        {SLIDERS.map(({ name, title, most, unit }) => (
          <label key={name}>
            <span>{title}</span>
            <input
              type="range"
              min={0}
              max={most}
              step={most / 100}
              value={value(name)}
              onInput={(event) => set(name, Number(event.currentTarget.value))}
            />
            <output>{unit === "%" ? `${(100 * value(name)).toFixed(1)} %` : `${value(name).toFixed(0)} ms`}</output>
          </label>
        ))}
      </div>
      <div class="buttons">
        <button type="button" onClick={() => lab.send({ do: "plug", board, in: !isIn })}>
          {isIn ? "Pull the plug" : "Plug it in"}
        </button>
        <button type="button" onClick={reset}>
          A good cable
        </button>
      </div>
    </Card>
  );
}

function Faults({ lab }: { lab: Lab }) {
  const names = lab.status.faults[lab.shownBoard] ?? [];
  const [filter, setFilter] = useState("");
  const shown = names.filter((name) => name.toLowerCase().includes(filter.toLowerCase()));
  return (
    <Card title="Faults" note={`${names.length} of the chip, its wires and its neighbours`}>
      <input
        type="search"
        placeholder="Filter"
        aria-label="Filter faults"
        value={filter}
        onInput={(event) => setFilter(event.currentTarget.value)}
      />
      <ul class="faults">
        {shown.map((name) => (
          <li key={name}>
            <button type="button" onClick={() => lab.send({ do: "fault", board: lab.shownBoard, name })}>
              {name}
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function NewBoard({ lab }: { lab: Lab }) {
  const { status } = lab;
  const about = lab.store.board("board");
  const [given, setGiven] = useState<{ chip?: string; core?: string; example?: string }>({});
  const chip = given.chip ?? about?.chip ?? status.chips[0] ?? "";
  const core = given.core ?? about?.core ?? status.cores[0] ?? "";
  const known = status.examples.includes(about?.app ?? "") ? about?.app : undefined;
  const example = given.example ?? known ?? status.examples[0] ?? "";
  const choice = (name: "chip" | "core" | "example", value: string, all: string[]) => (
    <label>
      <span>{name}</span>
      <select value={value} onChange={(event) => setGiven({ ...given, [name]: event.currentTarget.value })}>
        {all.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
  return (
    <Card title="Boards">
      <div class="choices">
        {choice("chip", chip, status.chips)}
        {choice("core", core, status.cores)}
        {choice("example", example, status.examples)}
      </div>
      <div class="buttons">
        <button type="button" class="main" onClick={() => lab.send({ do: "begin", chip, core, example })}>
          Begin anew
        </button>
        <button type="button" onClick={() => lab.send({ do: "add", chip, core, example })}>
          One more on the cable
        </button>
      </div>
      <pre class="small">{status.summary}</pre>
    </Card>
  );
}
