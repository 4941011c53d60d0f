/**
 * What a board is on the network at this moment: its address, however it came by it, and the ports at which somebody listens.
 * Asked of the interface object and of netstat, as a program could.
 */
import { HTTP } from "./espruino/network/driver";
import { addressNumber } from "./ipv4";
import type { Machine } from "./machine";

export interface Presence {
  /** "0.0.0.0": none */
  ip: string;
  /** Of the network's prefix. */
  length: number;
  /** Its router; "0.0.0.0": none. */
  gateway: string;
  /** Ports at which datagrams are awaited, and connections; those of the latter that Espruino's http serves. */
  udp: number[];
  tcp: number[];
  http: number[];
}

const NOWHERE = "0.0.0.0";
/** A line of netstat -a. */
const SOCKET = /^(tcp|udp) +\d+ +\d+ +\S+\.(\d+) +\*\.\* *(LISTEN)?/;

interface Info {
  ip: string;
  subnet: string;
  gateway: string;
}

/** To be called in a turn of the board's. */
export function presenceOf(machine: Machine): Presence {
  const { ip = NOWHERE, subnet = NOWHERE, gateway = NOWHERE } = (machine.eth?.getIP?.() ?? {}) as Partial<Info>;
  const mask = addressNumber(subnet) ?? 0;
  const listeners = socketsOf(machine).flatMap((line) => {
    const [, proto, port, state] = SOCKET.exec(line) ?? [];
    return proto && (proto === "udp" || state) ? [{ proto, port: Number(port) }] : [];
  });
  const ports = (proto: string) => [
    ...new Set(listeners.filter((each) => each.proto === proto).map(({ port }) => port)),
  ];
  return {
    ip: ip || NOWHERE,
    length: mask ? 32 - Math.log2(2 ** 32 - mask) : 0,
    gateway: gateway || NOWHERE,
    udp: ports("udp"),
    tcp: ports("tcp"),
    http: pageServers(machine).filter((port) => ports("tcp").includes(port)),
  };
}

/** What netstat prints of the sockets; nothing when the board has not that module. */
function socketsOf({ board, eth }: Machine): string[] {
  const lines: string[] = [];
  if (!eth?.stats || board.storage.read("netstat") === undefined) return lines;
  const { netstat } = board.modules.require("netstat") as {
    netstat(eth: object, options: string, print: (line: string) => void): void;
  };
  netstat(eth, "a", (line) => lines.push(line));
  return lines;
}

function pageServers({ board }: Machine): number[] {
  const servers = (board.network.root["HttpS"] ?? []) as { type?: number; port?: number }[];
  return servers.filter(({ type }) => type === HTTP).map(({ port = 0 }) => port);
}
