/**
 * A TCP port of the host that leads to the board. Each connection of the host's is one of the gateway's to the board
 * (splice.ts).
 */
import { createServer, type Server, type Socket } from "node:net";
import { type BoardAddress, describe, type Forward, type Gateway, HOST, type OpenForward, refusal } from "./forward";
import type { LinkContext } from "./link";
import { Splice } from "./splice";

/** Connections at a time, and further ones that wait until one of them has ended; more are closed. */
const MAX_CONNECTIONS = 8;
const MAX_WAITING = 64;

export class TcpForward implements OpenForward {
  readonly description: string;
  private readonly server: Server;
  private readonly connections = new Set<Splice>();
  private waiting: Socket[] = [];

  private constructor(
    private readonly context: LinkContext,
    private readonly gateway: Gateway,
    private readonly board: BoardAddress,
    readonly forward: Forward,
  ) {
    this.description = describe(forward);
    this.server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => this.accept(socket));
  }

  static open(context: LinkContext, gateway: Gateway, board: BoardAddress, forward: Forward): Promise<TcpForward> {
    const opened = new TcpForward(context, gateway, board, forward);
    const { server } = opened;
    return new Promise((resolve, reject) => {
      server.once("error", (error) => reject(refusal(forward, error)));
      server.listen({ host: HOST, port: forward.hostPort, exclusive: true }, () => {
        server.removeAllListeners("error");
        server.on("error", (error) => context.report(`${opened.description}: ${error.message}`));
        resolve(opened);
      });
    });
  }

  close(): Promise<void> {
    for (const socket of this.waiting.splice(0)) socket.destroy();
    for (const connection of this.connections) connection.abort();
    return new Promise((resolve) => {
      if (this.server.listening) this.server.close(() => resolve());
      else resolve();
    });
  }

  private accept(socket: Socket): void {
    socket.on("error", () => {}); // while it waits nobody else listens
    if (this.waiting.length < MAX_WAITING) this.waiting.push(socket);
    else socket.destroy();
    this.serve();
  }

  /** Connects those who wait to the board, as many as may be. */
  private serve(): void {
    while (this.connections.size < MAX_CONNECTIONS) {
      const socket = this.waiting.shift();
      if (!socket) return;
      if (socket.destroyed) continue;
      const connection = new Splice(socket, this.context, this.gateway, () => this.closed(connection));
      this.connections.add(connection);
      this.context.realTime.inject(() =>
        this.gateway.call(() => connection.connect(this.board(), this.forward.boardPort)),
      );
    }
  }

  private closed(connection: Splice): void {
    this.connections.delete(connection);
    this.serve();
  }
}
