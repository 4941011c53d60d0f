/**
 * A fuzzer of one live connection with timestamps, window scale and SACK: segments that lie near its window come in, made of
 * what the peer would send next by changing sequence and acknowledgement number, flags, window, timestamps, SACK blocks,
 * urgent pointer and data. All that RFC 9293 3.10.7.4, 7323 5.3 and 5961 call acceptable is left out, by rules of the fuzzer's
 * own; of what remains none may change anything of the connection, and between them the peer talks to an echo as ever.
 *
 *     npm run fuzz -- --segments 100000 --seed 1
 */
import type { Inpcb } from "../../firmware/net/inet/in_pcb";
import type { Tcpcb } from "../../firmware/net/inet/tcp/tcp_var";
import { Random } from "../../host-sim/random";
import { Host, NEIGHBOUR, US } from "../lib/host";
import * as packets from "../lib/packets";

const PORT = 5000;
const MSS = 1460;
/** What is offered by either side, shifted. */
const WINDOW = 20000;
const SCALE = 2;
/** Forged segments between two words of the peer. */
const BATCH = 25;
/** The peer's clock (ms) when ours shows 0. */
const CLOCK = 3000000000;

/** What the answer to a forged segment may change: it counts, it reports data that came twice, and it acknowledges. */
const ANSWERING = [
  "t_challenges",
  "t_chaltime",
  "rcv_quick",
  "rcv_dup",
  "rcv_dupend",
  "rcv_wnd",
  "rcv_acked",
  "rcv_adv",
];
/** TF_ACKNOW, TF_DELACK, TF_ACKSOON, and the timer that goes with them. */
const ACKFLAGS = 0x100003;
const TCPT_DELACK = 4;

type Segment = {
  seq: number;
  ack: number;
  flags: string;
  stamp: number | null;
  payload: number[];
} & Partial<packets.Tcp>;

function byteAt(place: number): number {
  return (place * 11 + (place >> 8) * 7) & 255;
}

function stretch(from: number, length: number): number[] {
  return Array.from({ length }, (_, i) => byteAt(from + i));
}

/** The signed distance of two sequence numbers. */
function distance(a: number, b: number): number {
  return (a - b) | 0;
}

export interface ConnectionResult {
  segments: number;
  left: number;
  answers: number;
  echoed: number;
  seconds: number;
}

export class ConnectionFuzzer {
  private readonly random: Random;
  private readonly host = new Host({});
  private readonly listener: number;
  private readonly fd: number;
  /** the peer's numbers: its next, the first of ours that it has not, the highest of ours that it has seen */
  private seq: number;
  private got = 0;
  private high = 0;
  private readonly start: number;
  private readonly ourStart: number;
  private stamp = 0;
  private echo = 0;
  /** the program echoes what it has read; it can be told not to read for a while */
  private asleep = false;
  private unsent: Uint8Array | null = null;
  private segments = 0;
  private left = 0;
  private answers = 0;

  constructor(private readonly seed: number) {
    const { host } = this;
    this.random = new Random(seed);
    host.knows(NEIGHBOUR);
    const { net } = host.net;
    this.listener = net.socket(2, 1, 0);
    net.bind(this.listener, { sin_family: 2, sin_addr: 0, sin_port: 7 } as never);
    net.listen(this.listener, 1);
    this.seq = this.random.word() | 0;
    this.says({
      flags: "S",
      options: [{ kind: "mss", mss: MSS }, { kind: "sackOK" }, { kind: "wscale", shift: SCALE }],
    });
    const answer = host.said().find(({ tcp }) => tcp)?.tcp as packets.Tcp;
    this.seq = (this.seq + 1) | 0;
    this.start = this.seq;
    this.ourStart = this.got = this.high = (answer.seq + 1) | 0;
    this.noteStamp(answer);
    this.says({ flags: "." });
    this.fd = net.accept(this.listener, null);
    net.setupcall(this.fd, () => this.serve());
    this.host.wait(2000);
    this.listen();
  }

  run(segments: number): ConnectionResult {
    const begin = performance.now();
    while (this.segments < segments) this.round();
    this.end();
    const seconds = (performance.now() - begin) / 1000;
    const { left, answers } = this;
    return { segments: this.segments, left, answers, echoed: distance(this.seq, this.start), seconds };
  }

  /** The peer says something, and hears it again, while others speak in its name. */
  private round(): void {
    const { random } = this;
    const first = stretch(this.place(), 1 + random.below(1000));
    const second = stretch(this.place() + first.length, 1 + random.below(1000));
    const moments = [
      () => this.says({ flags: "P.", payload: first }), // the program is asleep: it waits to be read
      () => this.says({ flags: "P.", payload: second }, first.length), // out of order, if the first was not sent
      () => this.serve(), // the echo is out, not acknowledged
      () => this.acknowledges(),
    ];
    this.asleep = random.chance(0.5);
    if (random.chance(0.3)) moments.unshift(moments.splice(1, 1)[0]);
    this.forge(BATCH);
    for (const moment of moments) {
      if (moment === moments[2]) this.asleep = false;
      moment();
      this.forge(random.below(BATCH));
    }
    this.asleep = false;
    this.says({ flags: "P.", payload: [...first, ...second] }); // whatever of it was lost
    this.seq = (this.seq + first.length + second.length) | 0;
    for (let tries = 0; this.got !== this.expected() && tries < 100; tries++) {
      this.serve();
      this.host.wait(100);
      this.acknowledges();
    }
    if (this.got !== this.expected())
      throw this.error(`the echo stays away: ${distance(this.expected(), this.got)} bytes`);
  }

  private place(): number {
    return distance(this.seq, this.start);
  }

  private expected(): number {
    return (this.ourStart + this.place()) | 0;
  }

  /** A word of the peer's own. */
  private says(fields: Partial<packets.TcpFields>, ahead = 0): void {
    this.stamp = (CLOCK + this.host.kernel.clock.now() / 1e6) | 0;
    this.brings({
      seq: (this.seq + ahead) | 0,
      ack: this.got,
      flags: ".",
      stamp: this.stamp,
      payload: [],
      ...fields,
    } as Segment);
  }

  private acknowledges(): void {
    this.listen();
    this.says({ flags: "." });
  }

  private brings({ stamp, options = [], ...fields }: Segment): void {
    const ends = { from: NEIGHBOUR.ip, to: US.ip, fromPort: PORT, toPort: 7 };
    const stamps: packets.TcpOption[] =
      stamp === null ? [] : [{ kind: "timestamp", value: stamp >>> 0, echo: this.echo >>> 0 }];
    const all = [...options, ...stamps];
    const seq = fields.seq >>> 0;
    const ack = fields.ack >>> 0;
    const window = WINDOW >> (fields.flags.includes("S") ? 0 : SCALE);
    const payload = packets.tcp({ ...ends, window, ...fields, seq, ack, options: all });
    this.host.hearsIp({ protocol: packets.TCP, payload });
  }

  /** Takes in what was said; data must be the echo. */
  private listen(): number {
    let count = 0;
    for (const { tcp } of this.host.said()) {
      if (!tcp) continue;
      count++;
      if (/[RS]/.test(tcp.flags)) throw this.error(`${tcp.flags} was said`);
      this.noteStamp(tcp);
      const end = (tcp.seq + tcp.payload.length) | 0;
      const at = distance(tcp.seq, this.ourStart);
      if (!Buffer.from(tcp.payload as number[]).equals(Buffer.from(stretch(at, tcp.payload.length))))
        throw this.error("the echo is not what was said");
      if (distance(end, this.high) > 0) this.high = end;
      if (distance(tcp.seq, this.got) <= 0 && distance(end, this.got) > 0) this.got = end;
    }
    return count;
  }

  private noteStamp({ options }: packets.Tcp): void {
    for (const option of options) if (option.kind === "timestamp") this.echo = option.value;
  }

  /** The program: what it reads it sends. */
  private serve(): void {
    const { net } = this.host.net;
    while (!this.asleep) {
      if (this.unsent) {
        const sent = net.send(this.fd, this.unsent, 0);
        if (sent < 0) return;
        this.unsent = sent < this.unsent.length ? this.unsent.slice(sent) : null;
      } else {
        const data = net.recv(this.fd, 2000, 0);
        if (typeof data === "number") return;
        this.unsent = Uint8Array.from(data);
      }
    }
  }

  /** Segments in the peer's name, none of them acceptable; each leaves all as it was. */
  private forge(count: number): void {
    this.host.wait(0);
    this.listen();
    const before = this.state();
    for (let n = 0; n < count; n++) {
      const segment = this.mutated();
      if (this.acceptable(segment)) {
        this.left++;
        continue;
      }
      this.segments++;
      this.brings(segment);
      const after = this.state();
      if (before !== after) throw this.error(`${JSON.stringify(segment)}\n${before}\n${after}`);
      this.answers += this.listen();
    }
    if (this.random.chance(0.5)) this.host.wait(this.random.below(300));
  }

  private mutated(): Segment {
    const { random } = this;
    const segment: Segment = { seq: this.seq, ack: this.got, flags: ".", stamp: this.stamp, payload: [] };
    if (random.chance(0.5)) segment.payload = stretch(random.below(1000), random.below(1400));
    if (random.chance(0.8)) segment.seq = (this.seq + this.near(6000)) | 0;
    if (random.chance(0.6)) segment.ack = (random.chance(0.5) ? this.got : this.high) + this.near(WINDOW);
    if (random.chance(0.5))
      segment.flags = Array.from("FSRP.UEW")
        .filter((letter) => random.chance(letter === "." ? 0.8 : 0.2))
        .join("");
    if (random.chance(0.6)) segment.stamp = random.chance(0.1) ? null : (this.stamp + this.near(100000)) | 0;
    if (random.chance(0.3)) segment.window = random.below(65536);
    if (random.chance(0.2)) segment.urgent = random.below(2000);
    if (random.chance(0.2)) segment.options = [{ kind: "sack", blocks: [[this.block(), this.block()]] }];
    return segment;
  }

  private block(): number {
    return (this.got + this.near(WINDOW)) >>> 0;
  }

  /** A distance: by one, about `scale`, or anywhere. */
  private near(scale: number): number {
    const { random } = this;
    const sign = random.chance(0.5) ? 1 : -1;
    if (random.chance(0.3)) return sign * (1 + random.below(2));
    if (random.chance(0.5)) return sign * (scale + random.below(5) - 2);
    return random.chance(0.5) ? sign * random.below(2 * scale) : random.word() | 0;
  }

  /** May the segment count? RFC 7323 5.3 R1, RFC 9293 3.10.7.4 first to fifth, RFC 5961 3 to 5; what is doubtful counts. */
  private acceptable({ seq, ack, flags, stamp, payload }: Segment): boolean {
    const { rcv_nxt, snd_una, t_tsrecent } = this.pcb();
    const off = distance(seq, rcv_nxt);
    if (flags.includes("R")) return off === 0;
    if (flags.includes("S") || !flags.includes(".")) return false;
    if (stamp === null || distance(stamp, t_tsrecent) < 0) return false;
    const length = payload.length + (flags.includes("F") ? 1 : 0);
    if (off > this.host.net.TCP_RECVSPACE || (length ? off + length <= 0 : off < 0)) return false;
    return distance(ack, this.high) <= 0 && distance(snd_una, ack) <= WINDOW;
  }

  /** The connection's control block. */
  private pcb(): Tcpcb {
    const { tcb } = this.host.net;
    for (let inp: Inpcb | null = tcb.inp_first; inp; inp = inp.inp_next)
      if (inp.inp_fport === PORT) return inp.inp_ppcb as Tcpcb;
    throw this.error("the connection is gone");
  }

  /** All that there is of the connection, but for what an answer changes. */
  private state(): string {
    const tp = this.pcb();
    const fields: { [field: string]: unknown } = {};
    for (const field in tp) {
      const value = tp[field as keyof Tcpcb];
      if (!ANSWERING.includes(field) && typeof value === "number") fields[field] = value;
    }
    fields["t_flags"] = tp.t_flags & ~ACKFLAGS;
    fields["t_timer"] = tp.t_timer.filter((_, timer) => timer !== TCPT_DELACK);
    fields["snd_holes"] = tp.snd_holes;
    const queue: number[] = [];
    for (let m = tp.t_segq; m; m = m.m_nextpkt) queue.push(m.m_pktlen);
    const so = tp.t_inpcb!.inp_socket!;
    const socket = [so.so_state, so.so_error, so.so_rcv.sb_cc, so.so_snd.sb_cc, so.so_oobmark];
    return JSON.stringify({ ...fields, queue, socket });
  }

  private error(text: string): Error {
    return new Error(`--seed ${this.seed}, segment ${this.segments}: ${text}`);
  }

  /** The peer resets the connection; all memory must be back. */
  private end(): void {
    const { net, mbstat, tcp_npcb } = this.host.net;
    this.brings({ seq: this.seq, ack: this.got, flags: "R", stamp: null, payload: [] });
    net.close(this.fd);
    net.close(this.listener);
    this.host.wait(1000);
    const pool = mbstat();
    if (tcp_npcb() || pool.m_mfree !== pool.m_mbufs || pool.m_clfree !== pool.m_clusters)
      throw this.error(`left behind: ${tcp_npcb()} blocks, ${JSON.stringify(pool)}`);
  }
}
