/**
 * The page's end of the WebSocket. What comes is put into the store once per frame of the screen, so that a flood of packets costs a
 * frame no more than there is time for.
 */
import type { Command, Message, Status } from "../../host-sim/lab/messages";
import type { LabRecord, Recording } from "../../host-sim/lab/records";
import type { Store } from "./store";

/** ms of a frame that may go into taking records. */
const BUDGET = 4;
const PIECE = 25;

export interface Listener {
  status(status: Status): void;
  /** a recording is to be shown in place of what is live */
  scene(name: string, recording: Recording): void;
  sorry(why: string): void;
  closed(): void;
}

export class Connection {
  epoch = "0";
  /** records that came and are not in the store yet */
  private queue: LabRecord[] = [];
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
      this.store.clear();
      this.listener.status(message.status);
    } else if (message.say === "status") this.listener.status(message.status);
    else if (message.say === "scene") this.listener.scene(message.name, message.recording);
    else this.listener.sorry(message.why);
  }

  private take(records: LabRecord[]): void {
    const isIdle = !this.queue.length;
    this.queue = isIdle ? records : this.queue.concat(records);
    if (isIdle) requestAnimationFrame(() => this.frame());
  }

  private frame(): void {
    const begin = performance.now();
    let taken = 0;
    while (taken < this.queue.length && performance.now() - begin < BUDGET) {
      this.store.add(this.queue.slice(taken, taken + PIECE));
      taken += PIECE;
    }
    this.queue = this.queue.slice(taken);
    if (this.queue.length) requestAnimationFrame(() => this.frame());
  }

  /** Whether all that came is in the store. */
  get isUpToDate(): boolean {
    return !this.queue.length;
  }
}
