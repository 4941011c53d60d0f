/**
 * A board's stack seen from within, while it runs: which functions a packet goes through, what was counted meanwhile, whose socket
 * it is for, how the connection stands then; and what is in memory, when something has changed.
 */
import { Reader } from "../decode/reader";
import type { Machine } from "../machine";
import { Clusters, chainView, memoryView } from "./memory_view";
import type { Recorder } from "./recorder";
import type { PartName, Parts, StateRecord, TimerView } from "./records";
import { type Ends, lookup, socketName, socketViews, tcpSample } from "./socket_view";
import { type Ifnet, isUp, type Mbuf, type Stack } from "./structures";
import { arpViews, counted, counterViews, interfaceViews, routeViews, timerViews } from "./tables_view";

/** Frames that may wait in the chip until the stack takes them. */
const MOST_WAITING = 200;
const ETHER_HEAD = 14;
/** Counters that tell of an end which the sender did not want. */
const BAD =
  /bad|drop|short|too |for no socket|for somebody else|unknown|beyond|impossible|without|no memory|not for|out of order|had before|for a listener|not sent/;
/** Counters that every packet moves. */
const PLAIN =
  /^(packets received|delivered|datagrams received|segments received|not for the (socket|connection) of the one before|packets sent|segments sent|data segments sent|data bytes sent|datagrams sent)$/;

export interface TapOptions {
  /** record also each function of the stack that a packet goes through */
  calls: boolean;
  /** ns of virtual time between two looks at the stack's memory, at least; 0: whenever something has happened */
  gap: number;
}

interface Waiting {
  id: number;
  frame: Uint8Array;
}

export class StackTap {
  private readonly clusters = new Clusters();
  private readonly waiting: Waiting[] = [];
  private readonly last: { [part: string]: string } = {};
  private depth = 0;
  /** the frame that goes up now */
  private input: { id: number | undefined; ends: Ends | undefined; before: number[][]; path: string[] } | undefined;
  private due = false;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private over = false;

  constructor(
    private readonly recorder: Recorder,
    private readonly machine: Machine,
    private readonly board: string,
    private readonly stack: Stack,
    private readonly options: TapOptions,
  ) {
    stack.lab.enter = (name, args) => this.entered(name, args);
    stack.lab.leave = (name) => this.left(name);
    this.touch();
  }

  leave(): void {
    this.over = true;
    this.stack.lab.enter = null;
    this.stack.lab.leave = null;
  }

  /** A frame has arrived in the chip. */
  arrived(frame: Uint8Array, id: number): void {
    this.waiting.push({ id, frame });
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
  }

  /** The board has sent a frame. */
  sent(frame: Uint8Array, id: number): void {
    const ends = endsOf(frame, false);
    const inp = ends && lookup(this.stack, ends);
    const socket = ends && inp ? socketName(ends.proto, inp) : undefined;
    this.recorder.fate(id, { at: this.board, where: "sent", what: socket ?? "sent", bad: false, socket });
    if (ends?.proto === "tcp" && inp) this.sample(ends);
    this.touch();
  }

  /** Something may have changed: the stack's memory is looked at soon, between two turns. */
  touch(): void {
    if (this.due || this.over) return;
    this.due = true;
    const { clock } = this.recorder;
    clock.at(this.lookedAt + this.options.gap, () => clock.defer(() => this.look()));
  }

  private entered(name: string, args: unknown[]): void {
    if (name === "ether_input") this.begin(args[0] as Ifnet, args[1] as Mbuf);
    this.input?.path.push(name);
    if (this.options.calls) {
      if (!this.options.gap) this.look();
      this.call(name, args);
    }
    this.depth++;
  }

  private left(name: string): void {
    this.depth--;
    if (name === "ether_input") this.end();
    if (this.options.calls && !this.options.gap) this.look();
    else this.touch();
  }

  private call(name: string, args: unknown[]): void {
    const { recorder, board, depth, stack, clusters } = this;
    const m = args.find((arg) => (arg as Mbuf | null)?.m_dat !== undefined) as Mbuf | undefined;
    const chain = m && chainView(stack, clusters, m);
    recorder.add({ k: "call", t: recorder.now(), board, depth, name, ...(chain && { chain }) });
  }

  private begin(_ifp: Ifnet, m: Mbuf): void {
    const head = this.stack.arena.subarray(m.m_data, m.m_data + m.m_len);
    const frame = this.take(head, m.m_pktlen);
    const before = counted(this.stack).map(({ values }) => Array.from(values));
    this.input = { id: frame?.id, ends: frame && endsOf(frame.frame, true), before, path: [] };
  }

  /** The frame that begins so; those that came before it are not in the chip any more. */
  private take(head: Uint8Array, length: number): Waiting | undefined {
    const { waiting } = this;
    const at = waiting.findIndex(({ frame }) => begins(frame, head) && Math.abs(frame.length - length) <= 60);
    if (at < 0) return undefined;
    for (const { id } of waiting.splice(0, at))
      this.recorder.fate(id, { at: this.board, where: "chip", what: "lost in the chip", bad: true });
    return waiting.shift();
  }

  private end(): void {
    const { input, stack, board } = this;
    this.input = undefined;
    if (!input || input.id === undefined) return;
    const counters = counted(stack).flatMap(({ name, values, words }, p) =>
      words.flatMap((word, i) => (values[i] > (input.before[p]?.[i] ?? 0) ? [`${name}: ${word}`] : [])),
    );
    const { ends } = input;
    const inp = ends && lookup(stack, ends);
    const socket = ends && inp ? socketName(ends.proto, inp) : undefined;
    const telling = counters.filter((counter) => !PLAIN.test(counter.replace(/^\w+: /, "")));
    const worst = telling.find((counter) => BAD.test(counter));
    const what = worst ?? (socket ? `to ${socket}` : (telling[0] ?? counters[0] ?? "taken"));
    const path = [...new Set(input.path)];
    this.recorder.fate(input.id, { at: board, where: "stack", what, bad: Boolean(worst), counters, socket, path });
    if (ends?.proto === "tcp" && inp) this.sample(ends);
  }

  private sample(ends: Ends): void {
    const inp = lookup(this.stack, ends);
    const sample = inp && tcpSample(inp);
    if (sample) this.recorder.add({ k: "tcp", t: this.recorder.now(), board: this.board, ...sample });
  }

  /** Records the parts that are not as they were. */
  private look(): void {
    this.due = false;
    if (this.over || !isUp(this.stack)) return;
    const { stack, clusters } = this;
    this.lookedAt = this.recorder.now();
    this.part("memory", memoryView(stack, clusters));
    this.part("sockets", socketViews(stack));
    this.part("interfaces", interfaceViews(stack));
    this.part("arp", arpViews(stack));
    this.part("routes", routeViews(stack));
    this.part("counters", counterViews(stack));
    this.part("timers", [...timerViews(stack, this.recorder.now()), ...this.programTimers()]);
  }

  private part<P extends PartName>(part: P, value: Parts[P]): void {
    const text = JSON.stringify(value);
    if (this.last[part] === text) return;
    this.last[part] = text;
    this.recorder.add({ k: "state", t: this.recorder.now(), board: this.board, part, value } as StateRecord);
  }

  private programTimers(): TimerView[] {
    return this.machine.board.timers.pending().map(({ due, interval, name }) => ({
      due,
      name,
      of: "",
      kind: "program" as const,
      ...(interval === undefined ? {} : { every: interval }),
    }));
  }
}

function begins(frame: Uint8Array, head: Uint8Array): boolean {
  const length = Math.min(frame.length, head.length);
  for (let i = 0; i < length; i++) if (frame[i] !== head[i]) return false;
  return true;
}

/** The ends of a packet of TCP or UDP, from the side of whoever receives it, or of whoever sends it. */
function endsOf(frame: Uint8Array, received: boolean): Ends | undefined {
  const packet = new Reader(frame);
  if (packet.u16(12) !== 0x0800) return undefined;
  const ip = packet.from(ETHER_HEAD);
  const proto = { 6: "tcp", 17: "udp" }[ip.u8(9)] as Ends["proto"] | undefined;
  if (!proto || ip.u16(6) & 0x1fff) return undefined;
  const head = (ip.u8(0) & 15) * 4;
  const source = { addr: ip.u32(12) | 0, port: ip.u16(head) };
  const destination = { addr: ip.u32(16) | 0, port: ip.u16(head + 2) };
  const [local, foreign] = received ? [destination, source] : [source, destination];
  return { proto, laddr: local.addr, lport: local.port, faddr: foreign.addr, fport: foreign.port };
}
