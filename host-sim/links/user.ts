/**
 * `user`: the default link, which needs no privileges and no other software. A second machine on the cable runs our own
 * stack as the gateway, and ports of this host are forwarded through it to the board.
 *
 * To the board the gateway is just a host on its network; each of the host's peers has a socket of its own there, so
 * that answers find their way back.
 */
import type { Forward, Gateway, OpenForward } from "./forward";
import type { Link, LinkContext } from "./link";
import { TcpForward } from "./tcp_forward";
import { UdpForward } from "./udp_forward";

/** What is forwarded unless told otherwise. */
export const FORWARDS: readonly Forward[] = [
  { proto: "udp", hostPort: 7007, boardPort: 7 },
  { proto: "tcp", hostPort: 7007, boardPort: 7 },
  { proto: "tcp", hostPort: 8080, boardPort: 80 },
];

export class UserLink implements Link {
  private readonly forwards: OpenForward[] = [];

  private constructor(
    private readonly gateway: Gateway,
    private readonly gatewayAddress: string,
  ) {}

  /**
   * Opens the forwards to the board at `board` ("10.0.2.15"), through `gateway` at `gatewayAddress`. Rejects with a
   * LinkError when a port of the host is taken; the gateway is stopped then.
   */
  static async open(
    context: LinkContext,
    gateway: Gateway,
    gatewayAddress: string,
    board: string,
    forwards: readonly Forward[] = FORWARDS,
  ): Promise<UserLink> {
    const link = new UserLink(gateway, gatewayAddress);
    try {
      for (const forward of forwards) link.forwards.push(await openForward(context, gateway, board, forward));
    } catch (error) {
      await link.close();
      throw error;
    }
    return link;
  }

  get description(): string {
    const list = this.forwards.map((forward) => forward.description).join(", ");
    return `a gateway at ${this.gatewayAddress}; ${list}`;
  }

  async close(): Promise<void> {
    for (const forward of this.forwards) await forward.close();
    this.gateway.stop();
  }
}

function openForward(context: LinkContext, gateway: Gateway, board: string, forward: Forward): Promise<OpenForward> {
  return (forward.proto === "udp" ? UdpForward : TcpForward).open(context, gateway, board, forward);
}
