/**
 * A DHCP server (RFC 2131 4.3), on the gateway of the `user` link: whoever asks is given the address that
 * the forwards lead to, or another one where there are several boards; the gateway as its router, and as its name server, which the way out (nat.ts) makes of it.
 */
import {
  BOOTREPLY,
  BOOTREQUEST,
  BP_CHADDR,
  BP_MAGIC,
  BP_OPTIONS,
  BP_XID,
  BP_YIADDR,
  DHCPACK,
  DHCPDISCOVER,
  DHCPNAK,
  DHCPOFFER,
  DHCPREQUEST,
  DHO_DNS,
  DHO_END,
  DHO_LEASE,
  DHO_PAD,
  DHO_REQUESTED,
  DHO_ROUTER,
  DHO_SERVER,
  DHO_SUBNETMASK,
  DHO_TYPE,
  IPPORT_BOOTPC,
  IPPORT_BOOTPS,
} from "../../firmware/net/wire/bootp";
import { addressNumber, maskText, type NetworkAddress } from "../ipv4";
import { AF_INET, SO_BROADCAST, SOCK_DGRAM, SOL_SOCKET, type SockaddrIn } from "../net_calls";
import type { Gateway } from "./forward";

const LEASE = 3600;
const EVERYBODY = -1;
const CIADDR = 12;
const MAX_MESSAGE = 1472;

/** Options by code. */
type Options = Map<number, Buffer>;

/**
 * Serves from now on, until the gateway stops: `board` to whoever asks, with the gateway's own address as the router. `addressOf`:
 * what the one with a hardware address ("02:...") is given in its place.
 */
export function serveDhcp(
  gateway: Gateway,
  board: NetworkAddress,
  gatewayAddress: string,
  addressOf: (mac: string) => NetworkAddress | undefined = () => undefined,
): void {
  const { net } = gateway;
  const fd = net.socket(AF_INET, SOCK_DGRAM, 0);
  net.setsockopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
  net.bind(fd, { sin_family: AF_INET, sin_addr: 0, sin_port: IPPORT_BOOTPS });
  net.setupcall(fd, () => {
    const from: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
    for (;;) {
      const data = net.recvfrom(fd, MAX_MESSAGE, 0, from);
      if (typeof data === "number") return;
      const message = Buffer.from(data as Uint8Array);
      const answer = answerTo(message, addressOf(macOf(message)) ?? board, gatewayAddress);
      const everybody = { sin_family: AF_INET, sin_addr: EVERYBODY, sin_port: IPPORT_BOOTPC };
      if (answer) net.sendto(fd, gateway.bytes(answer), 0, everybody);
    }
  });
}

function macOf(message: Buffer): string {
  return Array.from(message.subarray(BP_CHADDR, BP_CHADDR + 6), (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** The answer to a message; undefined when it needs none or is garbled. */
function answerTo(message: Buffer, board: NetworkAddress, server: string): Buffer | undefined {
  if (message.length < BP_OPTIONS || message[0] !== BOOTREQUEST) return undefined;
  const options = optionsOf(message);
  const type = options.get(DHO_TYPE)?.[0];
  const chosen = options.get(DHO_SERVER);
  if (chosen && !chosen.equals(quad(server))) return undefined;
  if (type === DHCPDISCOVER) return reply(message, DHCPOFFER, board, server);
  if (type !== DHCPREQUEST) return undefined;
  const wanted = options.get(DHO_REQUESTED) ?? message.subarray(CIADDR, CIADDR + 4);
  return reply(message, wanted.equals(quad(board.address)) ? DHCPACK : DHCPNAK, board, server);
}

function reply(message: Buffer, type: number, board: NetworkAddress, server: string): Buffer {
  const head = Buffer.alloc(BP_OPTIONS);
  head.set([BOOTREPLY, 1, 6, 0]);
  message.copy(head, BP_XID, BP_XID, BP_XID + 4);
  message.copy(head, BP_CHADDR, BP_CHADDR, BP_CHADDR + 16);
  message.copy(head, BP_MAGIC, BP_MAGIC, BP_OPTIONS);
  const options = [option(DHO_TYPE, Buffer.from([type])), option(DHO_SERVER, quad(server))];
  if (type !== DHCPNAK) {
    const lease = Buffer.alloc(4);
    lease.writeUInt32BE(LEASE);
    head.set(quad(board.address), BP_YIADDR);
    options.push(option(DHO_LEASE, lease), option(DHO_SUBNETMASK, quad(maskText(board.length))));
    options.push(option(DHO_ROUTER, quad(server)), option(DHO_DNS, quad(server)));
  }
  return Buffer.concat([head, ...options, Buffer.from([DHO_END])]);
}

function option(code: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([code, value.length]), value]);
}

function optionsOf(message: Buffer): Options {
  const options: Options = new Map();
  for (let at = BP_OPTIONS; at < message.length && message[at] !== DHO_END; ) {
    const end = message[at] === DHO_PAD ? at + 1 : at + 2 + message[at + 1];
    if (message[at] !== DHO_PAD) options.set(message[at], message.subarray(at + 2, end));
    at = end;
  }
  return options;
}

function quad(text: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((addressNumber(text) ?? 0) >>> 0);
  return bytes;
}
