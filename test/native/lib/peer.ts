/**
 * Whoever is at the other end of the host's connections: it remembers where each of them stands by what the host says, and makes
 * segments that fit, or nearly so. It knows nobody's state but that.
 */
import type { Random } from "../../../host-sim/random";
import { pick } from "../../fuzz/mutations";
import { TCP_PORT } from "../../fuzz/seeds";
import { FAR_AWAY, NEIGHBOUR, OTHER_NEIGHBOUR, type Station, US } from "../../lib/host";
import * as packets from "../../lib/packets";

const STATIONS = [NEIGHBOUR, OTHER_NEIGHBOUR, FAR_AWAY];

/** Of one connection, as its peer sees it. */
interface Conversation {
  who: Station;
  theirPort: number;
  ourPort: number;
  /** the peer's next byte, and the next of the host's that it has not heard */
  seq: number;
  ack: number;
  /** bytes of the host's that were heard before, for duplicate acknowledgements */
  before: number;
  /** the host's newest timestamp, null: it sends none */
  stamp: number | null;
  opened: boolean;
}

/** The peers' clock goes on by itself. */
const CLOCK = 5000;

const LIMIT = 12;

export class Peer {
  private readonly conversations = new Map<string, Conversation>();
  private readonly frames: Buffer[] = [];
  private clock = CLOCK;

  constructor(private readonly random: Random) {}

  /** The host has said something. */
  hears(frame: Buffer): void {
    const { ip, tcp } = packets.decode(frame);
    if (this.frames.length > LIMIT) this.frames.shift();
    this.frames.push(frame);
    const who = STATIONS.find((station) => station.ip === ip?.to);
    if (!tcp || !who) return;
    const key = `${tcp.fromPort} ${tcp.toPort} ${who.ip}`;
    if (tcp.flags.includes("R")) {
      this.conversations.delete(key);
      return;
    }
    const known = this.conversations.get(key);
    const end = (tcp.seq + tcp.payload.length + (/[SF]/.test(tcp.flags) ? 1 : 0)) >>> 0;
    const stamp = tcp.options.find((option) => option.kind === "timestamp");
    const opened = tcp.flags.includes(".");
    this.conversations.delete(key);
    this.conversations.set(key, {
      who,
      theirPort: tcp.toPort,
      ourPort: tcp.fromPort,
      seq: opened ? tcp.ack : (known?.seq ?? this.random.word()),
      ack: known && ((end - known.ack) | 0) < 0 ? known.ack : end,
      before: known?.ack ?? tcp.seq,
      stamp: stamp?.kind === "timestamp" ? stamp.value : null,
      opened,
    });
    if (this.conversations.size > LIMIT) this.conversations.delete(this.conversations.keys().next().value!);
  }

  /** A frame of somebody's for the host. */
  says(): Uint8Array {
    const { random } = this;
    const all = [...this.conversations.values()];
    if (random.chance(0.06) && this.frames.length) return this.complains(pick(random, this.frames));
    if (!all.length || random.chance(0.1)) return this.opens();
    const talk = random.chance(0.6) ? all[all.length - 1] : pick(random, all);
    if (!talk.opened) return this.answersSyn(talk);
    return random.chance(0.6) ? this.behaves(talk) : this.continues(talk);
  }

  /** What a good peer says: more data, in order, or an acknowledgement. */
  private behaves(talk: Conversation): Uint8Array {
    const { random } = this;
    const options: packets.TcpOption[] =
      talk.stamp === null ? [] : [{ kind: "timestamp", value: this.clock++, echo: talk.stamp >>> 0 }];
    const length = random.chance(0.5) ? 0 : random.chance(0.7) ? 1448 : random.below(600);
    const payload = packets.pattern(length, random.below(256));
    return this.segment(talk.who, { ...this.ends(talk), flags: "P.", window: 20000, options, payload });
  }

  /** A query for group membership, or a report (RFC 2236). */
  asksForGroups(): Uint8Array {
    const { random } = this;
    const group = random.chance(0.5) ? "0.0.0.0" : "224.0.0.251";
    const message = [pick(random, [0x11, 0x11, 0x16, 0x12]), random.below(120), 0, 0, ...packets.ipBytes(group)];
    message.splice(2, 2, ...packets.word(packets.internetChecksum(message)));
    return this.ip(pick(random, STATIONS), packets.IGMP, message);
  }

  /** An ARP reply of whoever was last asked for; null when nobody was. */
  answersArp(): Uint8Array | null {
    for (const frame of [...this.frames].reverse()) {
      const { arp } = packets.decode(frame);
      const who = [...STATIONS, { ...FAR_AWAY, ip: "192.0.2.254" }].find(({ ip }) => ip === arp?.targetIp);
      if (arp?.op !== packets.ARP_REQUEST || !who) continue;
      const fields = { senderMac: who.mac, senderIp: who.ip, targetMac: US.mac, targetIp: US.ip };
      const payload = packets.arp({ op: packets.ARP_REPLY, ...fields });
      return Uint8Array.from(packets.ethernet({ to: US.mac, from: who.mac, type: packets.TYPE_ARP, payload }));
    }
    return null;
  }

  private opens(): Uint8Array {
    const { random } = this;
    const fromPort = 3000 + random.below(6);
    return this.segment(pick(random, STATIONS), {
      fromPort,
      toPort: random.chance(0.8) ? TCP_PORT : 4000 + random.below(4),
      seq: random.word(),
      flags: random.chance(0.9) ? "S" : "SEW",
      options: this.synOptions(null),
      window: this.window(),
    });
  }

  private synOptions(stamp: number | null): packets.TcpOption[] {
    const { random } = this;
    const all: packets.TcpOption[] = [
      { kind: "mss", mss: pick(random, [64, 536, 1000, 1460, 9000]) },
      { kind: "sackOK" },
      { kind: "timestamp", value: this.clock++, echo: (stamp ?? 0) >>> 0 },
      { kind: "nop" },
      { kind: "wscale", shift: pick(random, [0, 2, 7, 15]) },
    ];
    return random.chance(0.6) ? all : all.filter(() => random.chance(0.6));
  }

  private answersSyn(talk: Conversation): Uint8Array {
    const { random } = this;
    const flags = random.chance(0.9) ? "S." : pick(random, ["S", "R.", "R", "S.E"]);
    const options = this.synOptions(talk.stamp);
    return this.segment(talk.who, { ...this.ends(talk), flags, options, window: this.window() });
  }

  private window(): number {
    return pick(this.random, [0, 1, 700, 4000, 20000, 65535, 65535]);
  }

  private ends({ theirPort, ourPort, seq, ack }: Conversation) {
    return { fromPort: theirPort, toPort: ourPort, seq: seq >>> 0, ack: ack >>> 0 };
  }

  private continues(talk: Conversation): Uint8Array {
    const { random } = this;
    const fields: Partial<packets.TcpFields> = {
      ...this.ends(talk),
      flags: random.chance(0.8) ? "." : pick(random, ["F.", "R", "P.", "P.U", ".E", ".W", "S", "S.", "R."]),
      window: this.window(),
      options: this.options(talk),
      urgent: random.chance(0.1) ? random.below(40) : 0,
    };
    const length = random.chance(0.5) ? 0 : random.chance(0.6) ? random.below(200) : random.below(1448);
    fields.payload = packets.pattern(length, random.below(256));
    const ahead = random.chance(0.25) ? pick(random, [1, 100, 700, 1448, 5000, -1, -50]) : 0;
    fields.seq = (fields.seq! + ahead) >>> 0;
    if (random.chance(0.2)) fields.ack = talk.before >>> 0;
    else if (random.chance(0.1)) fields.ack = (fields.ack! - random.below(800)) >>> 0;
    return this.segment(talk.who, fields);
  }

  private options({ stamp, before, ack }: Conversation): packets.TcpOption[] {
    const { random } = this;
    const options: packets.TcpOption[] = [];
    if (stamp !== null && random.chance(0.95)) {
      const value = random.chance(0.9) ? this.clock++ : random.word();
      options.push({ kind: "timestamp", value, echo: random.chance(0.9) ? stamp >>> 0 : random.word() });
    }
    if (random.chance(0.2)) {
      const from = (before + random.below(1500)) >>> 0;
      const end = random.chance(0.5) ? ack : (from + random.below(1500)) >>> 0;
      options.push({ kind: "sack", blocks: [[from, end >>> 0]] });
    }
    return options;
  }

  private segment(who: Station, fields: Partial<packets.TcpFields>): Uint8Array {
    const payload = packets.tcp({ from: who.ip, to: US.ip, fromPort: 1, toPort: 1, ...fields });
    return this.ip(who, packets.TCP, payload);
  }

  private ip(who: Station, protocol: number, payload: packets.Bytes): Uint8Array {
    const packet = packets.ipv4({ from: who.ip, to: US.ip, protocol, payload });
    return Uint8Array.from(packets.ethernet({ to: US.mac, from: who.mac, type: packets.TYPE_IP, payload: packet }));
  }

  /** An ICMP error about something that the host has said. */
  private complains(frame: Buffer): Uint8Array {
    const { random } = this;
    const type = pick(random, [packets.UNREACHABLE, packets.UNREACHABLE, packets.TIME_EXCEEDED, 4, 12]);
    const code = type === packets.UNREACHABLE ? random.below(14) : random.below(2);
    const rest = [0, 0, ...packets.word(pick(random, [0, 68, 576, 1000, 1492]))];
    const payload = [...frame.subarray(14, 14 + 28 + random.below(40))];
    return this.ip(pick(random, STATIONS), packets.ICMP, packets.icmp({ type, code, rest, payload }));
  }
}
