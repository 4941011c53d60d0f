/**
 * What the fuzzer starts from: frames that are right, one for each thing that the receive path knows how to do. They are
 * made anew each time, since TCP's must fit what the stack has said last.
 */
import { BROADCAST, FAR_AWAY, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET_BROADCAST, US } from "../lib/host";
import * as packets from "../lib/packets";

/** Where the stack stands in its TCP conversation with us: what it expects of us next, and has sent last. */
export interface Conversation {
  seq: number;
  ack: number;
  fromPort: number;
}

export const ECHO_PORT = 7;
export const SELDOM_READ_PORT = 9;
export const CONNECTED_PORT = 700;
export const PEER_PORT = 2000;
export const TCP_PORT = 80;

type Seed = (talk: Conversation) => Uint8Array;

function ip(fields: Partial<packets.Ipv4Fields>, sender = NEIGHBOUR, mac = US.mac): Uint8Array {
  const payload = packets.ipv4({ from: sender.ip, to: US.ip, protocol: 253, ...fields });
  return packets.ethernet({ to: mac, from: sender.mac, type: packets.TYPE_IP, payload });
}

function arp(fields: Partial<Parameters<typeof packets.arp>[0]>): Uint8Array {
  const payload = packets.arp({
    op: packets.ARP_REQUEST,
    senderMac: NEIGHBOUR.mac,
    senderIp: NEIGHBOUR.ip,
    targetMac: packets.NOBODY,
    targetIp: US.ip,
    ...fields,
  });
  return packets.ethernet({ to: packets.EVERYBODY, from: NEIGHBOUR.mac, type: packets.TYPE_ARP, payload });
}

function udp(toPort: number, length: number, to = US.ip, options: number[] = []): Uint8Array {
  const payload = packets.udp({
    from: NEIGHBOUR.ip,
    to,
    fromPort: PEER_PORT,
    toPort,
    payload: packets.pattern(length),
  });
  return ip({ to, protocol: packets.UDP, payload, options }, NEIGHBOUR, to === US.ip ? US.mac : packets.EVERYBODY);
}

function icmp(type: number, code: number, payload: packets.Bytes, options: number[] = []): Uint8Array {
  return ip({ protocol: packets.ICMP, payload: packets.icmp({ type, code, rest: [0, 1, 0, 2], payload }), options });
}

/** An ICMP error about a datagram, or a segment, that we may have sent. */
function error(type: number, code: number, protocol = packets.UDP, options: number[] = []): Uint8Array {
  const ports = { from: US.ip, to: NEIGHBOUR.ip, fromPort: CONNECTED_PORT, toPort: PEER_PORT };
  const payload = protocol === packets.UDP ? packets.udp({ ...ports, payload: [1, 2] }) : packets.tcp(ports);
  return icmp(type, code, packets.ipv4({ from: US.ip, to: NEIGHBOUR.ip, protocol, payload, options }));
}

function tcp(fields: Partial<packets.TcpFields>, talk?: Conversation): Uint8Array {
  const ports = { from: NEIGHBOUR.ip, to: US.ip, fromPort: talk?.fromPort ?? PEER_PORT, toPort: TCP_PORT };
  const numbers = talk ? { seq: talk.ack, ack: talk.seq } : { seq: 1000, ack: 0 };
  return ip({ protocol: packets.TCP, payload: packets.tcp({ ...ports, ...numbers, ...fields }) });
}

const SYN_OPTIONS: packets.TcpOption[] = [
  { kind: "mss", mss: 1460 },
  { kind: "sackOK" },
  { kind: "timestamp", value: 1, echo: 0 },
  { kind: "nop" },
  { kind: "wscale", shift: 7 },
];

export const SEEDS: readonly Seed[] = [
  () => arp({}),
  () => arp({ senderIp: "0.0.0.0" }),
  () => arp({ targetIp: OTHER_NEIGHBOUR.ip }),
  () => arp({ op: packets.ARP_REPLY, targetMac: US.mac }),
  () => arp({ senderIp: US.ip }),
  () => arp({ senderMac: OTHER_NEIGHBOUR.mac, senderIp: OTHER_NEIGHBOUR.ip }),
  () => icmp(packets.ECHO_REQUEST, 0, packets.pattern(56)),
  () => icmp(packets.ECHO_REQUEST, 0, packets.pattern(1472)),
  () => icmp(packets.ECHO_REQUEST, 0, packets.pattern(101), [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0]),
  () => icmp(packets.TIMESTAMP, 0, packets.pattern(12)),
  () => icmp(packets.MASK_REQUEST, 0, packets.pattern(4)),
  () => error(packets.UNREACHABLE, packets.PORT_UNREACHABLE),
  () => error(packets.UNREACHABLE, packets.NEEDS_FRAGMENTATION, packets.TCP),
  () => error(packets.UNREACHABLE, packets.HOST_UNREACHABLE, packets.UDP, packets.pattern(40).fill(1)),
  () => error(packets.PARAMETER_PROBLEM, 0),
  () => error(packets.TIME_EXCEEDED, 1, packets.TCP),
  () => udp(ECHO_PORT, 0),
  () => udp(ECHO_PORT, 33),
  () => udp(ECHO_PORT, 1472),
  () => udp(ECHO_PORT, 200, US.ip, [1, 1, 1, 1, 131, 7, 8, 192, 0, 2, 1]),
  () => udp(SELDOM_READ_PORT, 300),
  () => udp(CONNECTED_PORT, 64),
  () => udp(5000, 20),
  () => udp(ECHO_PORT, 40, BROADCAST),
  () => udp(ECHO_PORT, 900, SUBNET_BROADCAST),
  () => ip({ protocol: packets.UDP, moreFragments: true, payload: packets.pattern(1480) }),
  () => ip({ protocol: packets.UDP, offset: 185, payload: packets.pattern(100) }),
  () => ip({ protocol: 2, to: "224.0.0.1", payload: packets.pattern(8) }, NEIGHBOUR, "01:00:5e:00:00:01"),
  () => ip({ protocol: 253, payload: packets.pattern(40) }, FAR_AWAY),
  () => tcp({ flags: "S", options: SYN_OPTIONS }),
  () => tcp({ flags: "S" }),
  (talk) => tcp({ flags: "." }, talk),
  (talk) => tcp({ flags: "P.", payload: packets.pattern(50) }, talk),
  (talk) => tcp({ flags: ".", payload: packets.pattern(1400), options: SYN_OPTIONS.slice(2, 4) }, talk),
  (talk) => tcp({ flags: "P.U", urgent: 10, payload: packets.pattern(20) }, talk),
  (talk) => tcp({ flags: ".", options: [{ kind: "sack", blocks: [[talk.seq + 10, talk.seq + 20]] }] }, talk),
  (talk) => tcp({ flags: "F." }, talk),
  (talk) => tcp({ flags: "R" }, talk),
];
