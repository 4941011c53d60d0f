/**
 * All that the views have in common: the store, the connection, what is chosen, and the actions on it.
 */
import type { Command, Status } from "../../host-sim/lab/messages";
import type { Recording, ViewName } from "../../host-sim/lab/records";
import { Connection } from "./connection";
import { followSystem } from "./scheme";
import { countBefore, Store } from "./store";

export type View = ViewName | "tour";
export type Unit = "packet" | "record" | "event";

export const VIEWS: { name: View; title: string; hint: string }[] = [
  { name: "packets", title: "Packets", hint: "each packet, its fields, and what became of it" },
  { name: "tcp", title: "TCP", hint: "sequence numbers over time" },
  { name: "memory", title: "Memory", hint: "mbufs, clusters, and who holds them" },
  { name: "netstat", title: "Netstat", hint: "sockets, interfaces, neighbours, routes, counters" },
  { name: "spi", title: "SPI", hint: "what the board says to its chip" },
  { name: "timers", title: "Timers", hint: "what is due when" },
  { name: "bench", title: "Bench", hint: "console, cable, faults, pins, boards" },
  { name: "tour", title: "Tour", hint: "eight scenes from the book" },
];

const EMPTY: Status = {
  chips: [],
  cores: [],
  examples: [],
  scenes: [],
  faults: {},
  paused: false,
  speed: 1,
  calls: false,
  summary: "",
};

export class Lab {
  /** what comes from the simulation, and what is shown: that, or a recording */
  readonly liveStore = new Store();
  store = this.liveStore;
  status = EMPTY;
  view: View = "packets";
  board = "board";
  unit: Unit = "packet";
  /** of the recording that is shown in place of what is live */
  recording: { title: string; epoch: string; scene: string } | undefined;
  selected: number | undefined;
  notice = "";
  isOpen = true;
  /** 1: on, -1: backwards, 0: it stands */
  playing = 0;
  playSpeed = 0.1;
  readonly connection: Connection;
  private readonly listeners = new Set<(isFlow: boolean) => void>();

  constructor() {
    this.connection = new Connection(this.liveStore, {
      status: (status) => this.change(() => (this.status = status)),
      scene: (scene, recording) => this.open(recording, scene),
      sorry: (why) => this.say(why),
      closed: () => this.change(() => (this.isOpen = false)),
    });
    this.liveStore.subscribe((isFlow) => this.tell(isFlow));
    followSystem(() => this.tell());
    window.addEventListener("hashchange", () => this.readHash());
    this.readHash();
  }

  /** As Store.subscribe, for all that is drawn. */
  subscribe(listener: (isFlow: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  change(work: () => void): void {
    work();
    this.tell();
  }

  send(command: Command): void {
    this.connection.send(command);
  }

  say(text: string): void {
    this.change(() => (this.notice = text));
  }

  show(view: View): void {
    this.change(() => (this.view = view));
    this.writeHash();
  }

  /** The board whose state is shown: one that there is. */
  get shownBoard(): string {
    const names = this.store.boardNames;
    return names.includes(this.board) ? this.board : (names[0] ?? "board");
  }

  get isLive(): boolean {
    return !this.recording;
  }

  /** Shows a recording. */
  open(recording: Recording, scene = ""): void {
    this.playing = 0;
    this.notice = "";
    this.store = new Store();
    this.store.subscribe((isFlow) => this.tell(isFlow));
    this.recording = { title: recording.title, epoch: recording.epoch, scene };
    this.store.live = false;
    this.store.add(recording.records);
    const first = this.store.notes[0];
    this.store.moveTo(first ? first.at + 1 : this.store.end);
    this.view = first?.record.view ?? "packets";
    this.selected = undefined;
    this.tell();
    this.writeHash();
  }

  /** Back to the simulation. */
  close(): void {
    this.change(() => {
      this.playing = 0;
      this.store = this.liveStore;
      this.recording = undefined;
      this.selected = undefined;
      this.store.moveTo(0, true);
    });
    this.writeHash();
  }

  askScene(name: string): void {
    this.say("the scene is played ...");
    this.send({ do: "scene", name });
  }

  /** Pause and go on; of a recording, or of what has been, play and stop. */
  toggle(): void {
    if (this.isLive && this.store.live) this.send({ do: this.status.paused ? "run" : "pause" });
    else this.play(this.playing ? 0 : 1);
  }

  /** To what was recorded last, or is. */
  goLive(): void {
    this.playing = 0;
    this.store.moveTo(this.store.end, this.isLive);
  }

  /** One on, or one back; beyond the end the simulation makes the step. */
  step(direction: 1 | -1): void {
    const { store, unit } = this;
    this.playing = 0;
    if (direction > 0 && this.isLive && store.cursor >= store.end) {
      store.live = true;
      this.send({ do: "step", until: unit });
    } else if (unit === "packet") this.stepPacket(direction);
    else store.moveTo(store.cursor + direction);
  }

  private stepPacket(direction: 1 | -1): void {
    const { store } = this;
    const n = countBefore(store.packets, store.cursor);
    const row = store.packets[direction > 0 ? n : n - 2];
    if (row) this.selected = row.record.id;
    store.moveTo(row ? row.at + 1 : direction > 0 ? store.end : store.begin);
  }

  /** To the note before, or the next one. */
  note(direction: 1 | -1): void {
    const { store } = this;
    const n = countBefore(store.notes, store.cursor);
    const note = store.notes[direction > 0 ? n : n - 2];
    if (!note) return;
    this.playing = 0;
    this.view = note.record.view;
    store.moveTo(note.at + 1);
  }

  play(direction: number): void {
    this.playing = direction;
    let before = performance.now();
    let time = this.store.now;
    const { store } = this;
    const frame = () => {
      if (this.playing !== direction || !direction || this.store !== store) return;
      const now = performance.now();
      time += direction * (now - before) * 1e6 * this.playSpeed;
      before = now;
      const cursor = cursorAt(store, time, direction);
      const next = store.record(direction > 0 ? cursor : cursor - 1);
      if (next && Math.abs(next.t - time) > 0.4e9 * this.playSpeed) time = next.t; // nothing happens for long
      store.moveTo(cursor);
      if (direction > 0 ? cursor >= store.end : cursor <= store.begin) this.change(() => (this.playing = 0));
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    this.tell();
  }

  private tell(isFlow = false): void {
    for (const listener of this.listeners) listener(isFlow);
  }

  private readHash(): void {
    const { view, scene } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    if (VIEWS.some(({ name }) => name === view)) this.view = view as View;
    if (scene && this.recording?.scene !== scene) this.whenOpen(() => this.askScene(scene));
    this.tell();
  }

  private whenOpen(work: () => void): void {
    const wait = () => (this.status.scenes.length ? work() : setTimeout(wait, 50));
    wait();
  }

  private writeHash(): void {
    const words = new URLSearchParams({
      view: this.view,
      ...(this.recording?.scene && { scene: this.recording.scene }),
    });
    history.replaceState(null, "", `#${words}`);
  }
}

/** Where the cursor is at a time, ns, when it comes from one side. */
function cursorAt(store: Store, time: number, direction: number): number {
  let { cursor } = store;
  const timeOf = (at: number) => store.record(at)?.t ?? Number.NaN; // beyond both ends
  if (direction > 0) while (timeOf(cursor) <= time) cursor++;
  else while (timeOf(cursor - 1) > time) cursor--;
  return cursor;
}
