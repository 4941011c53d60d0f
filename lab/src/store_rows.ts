/**
 * Packets and SPI transactions as the store has them: decoded when somebody looks at them, since in a flood most are never in sight.
 */
import type { PacketDecoder } from "../../host-sim/decode/packet";
import type { SpiReader } from "../../host-sim/decode/spi";
import type { FateRecord, PacketRecord, SpiRecord } from "../../host-sim/lab/records";

/** A record, and its number among all. */
export interface At<R> {
  at: number;
  record: R;
}

export function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const PROTOS: [RegExp, string][] = [
  [/^ARP/, "ARP"],
  [/ ICMP /, "ICMP"],
  [/: Flags \[/, "TCP"],
  [/BOOTP/, "DHCP"],
  [/^IP \S+\.(53|5353) >|^IP \S+ > \S+\.(53|5353):/, "DNS"],
  [/NTPv/, "NTP"],
  [/ UDP,/, "UDP"],
  [/fragment at/, "FRAG"],
  [/igmp/, "IGMP"],
];
/** Characters of base64 that tell the protocol of IP: 24 bytes. */
const HEAD = 32;
const IPPROTO_TCP = 6;

function isTcp(base64: string): boolean {
  const head = atob(base64.slice(0, HEAD));
  return head.charCodeAt(12) === 8 && head.charCodeAt(13) === 0 && head.charCodeAt(23) === IPPROTO_TCP;
}

export class PacketRow implements At<PacketRecord> {
  readonly fates: At<FateRecord>[] = [];
  readonly isTcp: boolean;
  private text: string | undefined;
  private name: string | undefined;

  constructor(
    readonly at: number,
    readonly record: PacketRecord,
    private readonly decoder: PacketDecoder,
  ) {
    this.isTcp = isTcp(record.frame);
    if (this.isTcp) void this.line; // its numbers count from the SYN before it
  }

  get bytes(): Uint8Array {
    return bytesOf(this.record.frame);
  }

  get line(): string {
    this.text ??= this.decoder.line(this.bytes);
    return this.text;
  }

  get proto(): string {
    this.name ??= PROTOS.find(([pattern]) => pattern.test(this.line))?.[1] ?? "ETH";
    return this.name;
  }
}

export class SpiRow implements At<SpiRecord> {
  private words: string | undefined;

  /** `state`: what the transactions before it have set. */
  constructor(
    readonly at: number,
    readonly record: SpiRecord,
    private readonly reader: SpiReader,
    private readonly state: number,
  ) {}

  get text(): string {
    const { mosi, miso } = this.record;
    this.words ??= this.reader.text({ mosi: bytesOf(mosi), miso: bytesOf(miso) }, this.state);
    return this.words;
  }
}
