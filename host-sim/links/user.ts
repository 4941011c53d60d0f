/**
 * `user`: the default link, which needs no privileges and no other software. A second machine on a cable of its own runs our
 * own stack as the gateway; ports of this host are forwarded through it to the board, and what the board sends out leaves by
 * sockets of this host (nat.ts).
 *
 * To the board the gateway is just a host on its network; each of the host's peers has a socket of its own there, so
 * that answers find their way back.
 */
import { addressNumber, firstOther, maskText, sameNetwork } from "../ipv4";
import type { BoardAddress, Forward, Gateway, OpenForward } from "./forward";
import { type Link, type LinkContext, LinkError } from "./link";
import type { Nat } from "./nat";
import { TcpForward } from "./tcp_forward";
import { UdpForward } from "./udp_forward";

/** What is forwarded unless told otherwise; where a port of the host is taken, one of the next ones. */
export const FORWARDS: readonly Forward[] = [
  { proto: "tcp", hostPort: 8080, boardPort: 80 },
  { proto: "tcp", hostPort: 7007, boardPort: 7 },
  { proto: "udp", hostPort: 7007, boardPort: 7 },
];
const MORE_PORTS = 20;

/** How the board has its address. */
export interface BoardNetwork {
  ip: string;
  length: number;
  /** "0.0.0.0": none */
  gateway: string;
}

export class UserLink implements Link {
  private readonly open: OpenForward[] = [];

  private constructor(
    private readonly gateway: Gateway,
    private readonly nat: Pick<Nat, "address" | "close"> | undefined,
    private gatewayAddress: string,
  ) {}

  /**
   * Opens the forwards to the board, through `gateway` at `gatewayAddress`. Rejects with a LinkError when a port of the host
   * is taken; the gateway is stopped then. Without `forwards` they are the usual ones.
   */
  static async open(
    context: LinkContext,
    gateway: Gateway,
    nat: Pick<Nat, "address" | "close"> | undefined,
    gatewayAddress: string,
    board: BoardAddress,
    forwards?: readonly Forward[],
  ): Promise<UserLink> {
    const link = new UserLink(gateway, nat, gatewayAddress);
    try {
      for (const forward of forwards ?? FORWARDS)
        link.open.push(await openForward(context, gateway, board, forward, forwards ? 0 : MORE_PORTS));
    } catch (error) {
      await link.close();
      throw error;
    }
    return link;
  }

  get description(): string {
    return `a gateway at ${this.gatewayAddress}, which is this host's 127.0.0.1; beyond it is what this host reaches`;
  }

  get forwards(): Forward[] {
    return this.open.map(({ forward }) => forward);
  }

  /** The board has set itself an address of another network: the gateway moves there, to where the board looks for it. */
  follow({ ip, length, gateway }: BoardNetwork): boolean {
    const network = { address: ip, length };
    if (sameNetwork(network, this.gatewayAddress) || length > 30) return false;
    this.gatewayAddress = sameNetwork(network, gateway) && gateway !== ip ? gateway : firstOther(network);
    if (this.nat) this.nat.address = addressNumber(this.gatewayAddress) ?? 0;
    this.gateway.run(`eth.setIP({ ip: "${this.gatewayAddress}", subnet: "${maskText(length)}" });`);
    return true;
  }

  async close(): Promise<void> {
    for (const forward of this.open) await forward.close();
    this.nat?.close();
    this.gateway.stop();
  }
}

async function openForward(
  context: LinkContext,
  gateway: Gateway,
  board: BoardAddress,
  forward: Forward,
  more: number,
): Promise<OpenForward> {
  const { open } = forward.proto === "udp" ? UdpForward : TcpForward;
  for (let hostPort = forward.hostPort; ; hostPort++)
    try {
      return await open(context, gateway, board, { ...forward, hostPort });
    } catch (error) {
      if (!(error instanceof LinkError) || !error.isTaken || hostPort >= forward.hostPort + more) throw error;
    }
}
