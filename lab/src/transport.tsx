/** Time: pause, steps, backwards, the slider, and files. */
import { useRef } from "preact/hooks";
import { download, pcapng, readRecording, recordingOf } from "./files";
import { seconds } from "./format";
import type { Lab, Unit } from "./lab";

const SPEEDS: [number, string][] = [
  [1, "1×"],
  [0.1, "1/10"],
  [0.01, "1/100"],
  [0.001, "1/1000"],
];

export function Transport({ lab }: { lab: Lab }) {
  const { store, status } = lab;
  const runs = lab.isLive && store.live;
  const isMoving = runs ? !status.paused : lab.playing !== 0;
  const speed = runs ? status.speed : lab.playSpeed;
  const setSpeed = (value: number) => {
    if (runs) lab.send({ do: "speed", value });
    lab.change(() => (lab.playSpeed = value));
  };
  return (
    <fieldset class="transport" aria-label="Time">
      <button
        type="button"
        title="Backwards"
        aria-label="Play backwards"
        onClick={() => lab.play(lab.playing < 0 ? 0 : -1)}
      >
        ◀
      </button>
      <button type="button" title="A step back (←)" aria-label="Step back" onClick={() => lab.step(-1)}>
        ‹
      </button>
      <button
        type="button"
        class="main"
        title="Space"
        aria-label={isMoving ? "Pause" : "Run"}
        onClick={() => lab.toggle()}
      >
        {isMoving ? "❚❚" : "▶"}
      </button>
      <button type="button" title="A step on (→)" aria-label="Step" onClick={() => lab.step(1)}>
        ›
      </button>
      <select
        aria-label="What a step is"
        value={lab.unit}
        onChange={(event) => lab.change(() => (lab.unit = event.currentTarget.value as Unit))}
      >
        <option value="packet">packet</option>
        <option value="record">record</option>
        <option value="event">event</option>
      </select>
      <input
        type="range"
        aria-label="Moment"
        min={store.begin}
        max={store.end}
        value={store.cursor}
        onInput={(event) => {
          lab.playing = 0;
          store.moveTo(Number(event.currentTarget.value));
        }}
      />
      <output class="time" aria-label="Virtual time">
        {seconds(store.now)} s
      </output>
      <select aria-label="Speed" value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
        {SPEEDS.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {lab.isLive ? (
        <button
          type="button"
          class={store.live ? "live on" : "live"}
          onClick={() => lab.goLive()}
          aria-pressed={store.live}
        >
          ● live
        </button>
      ) : (
        <button type="button" class="live" onClick={() => lab.close()}>
          back to live
        </button>
      )}
    </fieldset>
  );
}

export function Files({ lab }: { lab: Lab }) {
  const input = useRef<HTMLInputElement>(null);
  const epoch = () => lab.recording?.epoch ?? lab.connection.epoch;
  const open = async (file: File | undefined) => {
    if (!file) return;
    try {
      lab.open(readRecording(await file.text()));
      lab.say("");
    } catch (error) {
      lab.say((error as Error).message);
    }
  };
  const save = () => {
    const title = lab.recording?.title ?? "A recording";
    const recording = recordingOf(title, epoch(), lab.store.past());
    download("recording.lab.json", "application/json", JSON.stringify(recording));
  };
  return (
    <span class="files">
      <button type="button" onClick={save} title="A recording that opens here again">
        Save
      </button>
      <button
        type="button"
        title="For Wireshark"
        onClick={() => download("packets.pcapng", "application/octet-stream", pcapng(lab.store, epoch()))}
      >
        pcapng
      </button>
      <button type="button" onClick={() => input.current?.click()}>
        Open
      </button>
      <input
        ref={input}
        type="file"
        accept=".json"
        aria-label="Open a recording"
        hidden
        onChange={(event) => {
          void open(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
    </span>
  );
}
