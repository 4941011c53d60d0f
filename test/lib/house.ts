/**
 * The network of a house: a board with a program of its own on it, and one other machine, 192.168.1.10, that gives
 * addresses and can be told to serve or to call. Where the board is, on the simulator in virtual time or on a real
 * interpreter in real time, is for whoever makes it to choose.
 */
import { join } from "node:path";
import { SECOND, type VirtualClock } from "../../host-sim/clock";
import { serveDhcp } from "../../host-sim/links/dhcp_server";
import { createMachine, type Machine } from "../../host-sim/machine";
import type { NetCalls, SockaddrIn } from "../../host-sim/net_calls";
import type { Segment } from "../../host-sim/segment";

const dist = join(__dirname, "../../dist");
export const BOARD = "192.168.1.20";
export const HOUSE = "192.168.1.10";
const EAGAIN = -11;
const SOL_SOCKET = 0xffff;
const SO_REUSEADDR = 4;

/** A board with a program on it, and the clock and the cables that it lives on. */
export interface HouseBoard {
  readonly clock: VirtualClock;
  /** one for each of its chips */
  readonly segments: readonly Segment[];
  /** the lines that its program has printed */
  readonly printed: readonly string[];
  /** what of time is told by it, as an expression for `value`: seconds since 1970, once it has been set */
  readonly time: string;
  /** Something is done to the simulation from outside. */
  inject(work: () => void): void;
  /** Lets time pass until `holds`; rejects when it does not within so many seconds. */
  until(holds: () => boolean, seconds: number, what: string): Promise<void>;
  /** What an expression is worth on the board. */
  value(expression: string): Promise<unknown>;
  press(): Promise<void>;
  /** Ends it; what went wrong. */
  stop(): Promise<string[]>;
}

/** Options of sockets that the test bundle has and the simulator itself does not use. */
type Calls = NetCalls & {
  listen(fd: number, backlog: number): number;
  accept(fd: number, name: null): number;
};

/** A TCP connection as the house has it. */
export interface Conversation {
  heard: string;
  ended: boolean;
  say(text: string): void;
  end(): void;
}

export class House {
  private readonly house: Machine;

  /** `board`: its chip has the cable `cable` in common with the house; `ip`: the house's own address there. */
  constructor(
    readonly board: HouseBoard,
    cable = 0,
    ip = HOUSE,
  ) {
    this.house = createMachine({
      clock: board.clock,
      segment: board.segments[cable],
      chip: "enc28j60",
      bundle: join(dist, "enc28j60.test.js"),
      name: `house ${cable}`,
      ip: `${ip}/24`,
    });
    if (!cable) this.turn(() => serveDhcp(this.house, { address: BOARD, length: 24 }, ip));
  }

  get printed(): readonly string[] {
    return this.board.printed;
  }

  /** Lets time pass until `holds`. */
  until(holds: () => boolean, what: string, seconds = 60): Promise<void> {
    return this.board.until(holds, seconds, what);
  }

  /** Lets time pass until the board has printed so many lines. */
  lines(count: number): Promise<void> {
    return this.until(() => this.printed.length >= count, `${count} lines`);
  }

  /** Lets so many seconds pass. */
  pass(seconds: number): Promise<void> {
    const { clock } = this.board;
    const due = clock.now() + seconds * SECOND;
    return this.until(() => clock.now() >= due, `${seconds} seconds`, seconds + 60);
  }

  /** Lets time pass until the board's interface of that name has an address. */
  async online(name = "eth"): Promise<void> {
    const { clock } = this.board;
    const late = clock.now() + 60 * SECOND;
    do {
      if (clock.now() > late) throw new Error("the board gets no address");
      await this.pass(0.5);
    } while ((await this.board.value(`${name}.getStatus().state`)) !== "online");
  }

  /** Opens a connection to the board. */
  call(port: number, address = BOARD): Conversation {
    const { net } = this;
    const fd = net.socket(2, 1, 0);
    const conversation = this.converse(fd);
    this.turn(() => net.connect(fd, this.name(address, port)));
    return conversation;
  }

  /** One HTTP request; all that comes back. */
  async get(path: string, address = BOARD): Promise<string> {
    const conversation = this.call(80, address);
    conversation.say(`GET ${path} HTTP/1.1\r\nHost: ${address}\r\n\r\n`);
    await this.until(() => conversation.ended, `the end of ${path}`);
    conversation.end();
    return conversation.heard;
  }

  /** Serves connections to `port`. Returns how to end that: who calls then is refused. */
  serve(port: number, serve: (conversation: Conversation) => void): () => void {
    const { net } = this;
    let fd = -1;
    this.turn(() => {
      fd = net.socket(2, 1, 0);
      net.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1); // it may be there again soon
      net.bind(fd, this.name("0.0.0.0", port));
      net.listen(fd, 4);
      net.setupcall(fd, () => {
        for (let one = net.accept(fd, null); one >= 0; one = net.accept(fd, null)) serve(this.converse(one, serve));
      });
    });
    return () => this.turn(() => net.close(fd));
  }

  /** Datagrams to `port` go to `answer`; what it gives goes back. */
  answer(port: number, answer: (data: Uint8Array) => string | number[] | undefined): void {
    const { net } = this;
    const from = this.name("0.0.0.0", 0);
    this.turn(() => {
      const fd = net.socket(2, 2, 0);
      net.bind(fd, this.name("0.0.0.0", port));
      net.setupcall(fd, () => {
        for (;;) {
          const data = net.recvfrom(fd, 1472, 0, from);
          if (typeof data !== "object") return;
          const back = answer(data);
          if (back) net.sendto(fd, typeof back === "string" ? back : this.house.bytes(back), 0, from);
        }
      });
    });
  }

  /** Sends a datagram from a port of its own; whatever comes back, a char a byte. */
  send(to: string, port: number, data: string): string[] {
    const { net } = this;
    const back: string[] = [];
    this.turn(() => {
      const fd = net.socket(2, 2, 0);
      net.sendto(fd, data, 0, this.name(to, port));
      net.setupcall(fd, () => {
        const got = net.recvfrom(fd, 1472, 0, this.name("0.0.0.0", 0));
        if (typeof got === "object") back.push(Buffer.from(got).toString("latin1"));
      });
    });
    return back;
  }

  /** A turn of the house's. */
  private turn(work: () => void): void {
    this.board.inject(() => this.house.call(work));
  }

  private get net(): Calls {
    return this.house.net as Calls;
  }

  private name(ip: string, port: number): SockaddrIn {
    return { sin_family: 2, sin_addr: this.net.inet_addr(ip), sin_port: port };
  }

  private converse(fd: number, changed: (conversation: Conversation) => void = () => {}): Conversation {
    const { net } = this;
    let unsaid = "";
    let over = false;
    const pump = () => {
      if (over) return;
      const sent = unsaid ? net.send(fd, unsaid, 0) : 0;
      if (sent > 0) unsaid = unsaid.slice(sent);
      for (let data = net.recv(fd, 1460, 0); data !== EAGAIN && !conversation.ended; data = net.recv(fd, 1460, 0)) {
        if (typeof data === "number" || !data.length) conversation.ended = true;
        else conversation.heard += Buffer.from(data).toString("latin1");
      }
      changed(conversation);
    };
    const conversation: Conversation = {
      heard: "",
      ended: false,
      say: (text) => {
        unsaid += text;
        this.turn(pump);
      },
      end: () => {
        this.turn(() => {
          if (!over) net.close(fd);
          over = true;
        });
      },
    };
    net.setupcall(fd, pump);
    return conversation;
  }
}
