/**
 * The page's end of the WebSocket. Records go into the store as they come, some hundred in a message, which takes a millisecond: so
 * the page draws between any two of them, and what has come is what is seen.
 */
import type { Command, Message, Status } from "../../host-sim/lab/messages";
import type { Recording } from "../../host-sim/lab/records";
import type { Store } from "./store";

export interface Listener {
  status(status: Status): void;
  /** a recording is to be shown in place of what is live */
  scene(name: string, recording: Recording): void;
  sorry(why: string): void;
  closed(): void;
}

export class Connection {
  epoch = "0";
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
    if (message.say === "records") this.store.add(message.records);
    else if (message.say === "hello" || message.say === "again") {
      this.epoch = message.epoch;
      this.store.clear();
      this.listener.status(message.status);
    } else if (message.say === "status") this.listener.status(message.status);
    else if (message.say === "scene") this.listener.scene(message.name, message.recording);
    else this.listener.sorry(message.why);
  }
}
