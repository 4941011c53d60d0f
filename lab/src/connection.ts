/**
 * The page's end of the WebSocket. What comes is put into the store once per frame of the screen, so that a flood of packets costs a
 * frame no more than there is time for.
 */
import type { Command, Message, Status } from "../../host-sim/lab/messages";
import type { LabRecord, Recording } from "../../host-sim/lab/records";
import type { Store } from "./store";

/** The part of the time since the last frame that may go into taking records, and the least and the most of it, ms. */
const SHARE = 0.3;
const LEAST = 4;
const MOST = 30;
const PIECE = 25;
/** ms between two looks at what has come while the page is in the background, where there are no frames. */
const HIDDEN = 100;

export interface Listener {
  status(status: Status): void;
  /** a recording is to be shown in place of what is live */
  scene(name: string, recording: Recording): void;
  sorry(why: string): void;
  closed(): void;
}

export class Connection {
  epoch = "0";
  /** messages whose records are not in the store yet; of the first some may be */
  private queue: LabRecord[][] = [];
  private taken = 0;
  private before = 0;
  private readonly socket: WebSocket;

  constructor(
    private readonly store: Store,
    private readonly listener: Listener,
  ) {
    const token = new URLSearchParams(location.search).get("token") ?? "";
    this.socket = new WebSocket(`ws://${location.host}/lab?token=${encodeURIComponent(token)}`);
    this.socket.onmessage = ({ data }) => this.heard(JSON.parse(String(data)) as Message);
    this.socket.onclose = () => listener.closed();
  }

  send(command: Command): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(command));
  }

  private heard(message: Message): void {
    if (message.say === "records") this.take(message.records);
    else if (message.say === "hello" || message.say === "again") {
      this.epoch = message.epoch;
      this.queue = [];
      this.taken = 0;
      this.store.clear();
      this.listener.status(message.status);
    } else if (message.say === "status") this.listener.status(message.status);
    else if (message.say === "scene") this.listener.scene(message.name, message.recording);
    else this.listener.sorry(message.why);
  }

  private take(records: LabRecord[]): void {
    if (this.queue.push(records) === 1) this.soon();
  }

  private soon(): void {
    this.before = performance.now();
    if (document.hidden) setTimeout(() => this.frame(), HIDDEN);
    else requestAnimationFrame(() => this.frame());
  }

  private frame(): void {
    const begin = performance.now();
    const budget = Math.min(MOST, Math.max(LEAST, SHARE * (begin - this.before)));
    while (this.queue.length && performance.now() - begin < budget) this.piece();
    if (this.queue.length) this.soon();
  }

  private piece(): void {
    const [records] = this.queue;
    this.store.add(records.slice(this.taken, this.taken + PIECE));
    this.taken += PIECE;
    if (this.taken < records.length) return;
    this.queue.shift();
    this.taken = 0;
  }

  /** Whether all that came is in the store. */
  get isUpToDate(): boolean {
    return !this.queue.length;
  }
}
