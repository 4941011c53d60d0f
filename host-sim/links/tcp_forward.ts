/**
 * A TCP port of the host that leads to the board. Each connection of the host's is one of the gateway's to the board; what
 * one side cannot take yet is not read from the other.
 */
import { createServer, type Server, type Socket } from "node:net";
import { SECOND } from "../clock";
import { AF_INET, EAGAIN, EINPROGRESS, ENOBUFS, type NetCalls, SHUT_WR, SOCK_STREAM } from "../net_calls";
import { describe, type Forward, type Gateway, HOST, type OpenForward, refusal } from "./forward";
import type { LinkContext } from "./link";

/** Connections at a time, and further ones that wait until one of them has ended; more are closed. */
const MAX_CONNECTIONS = 8;
const MAX_WAITING = 64;
/** Bytes taken from the board at a time, and the most that wait for either side. */
const PIECE = 4096;
/** When the gateway is out of memory it is tried again after so long, ns. */
const NOBUFS_DELAY = 0.02 * SECOND;

export class TcpForward implements OpenForward {
  readonly description: string;
  private readonly server: Server;
  private readonly connections = new Set<Connection>();
  private waiting: Socket[] = [];

  private constructor(
    private readonly context: LinkContext,
    private readonly gateway: Gateway,
    private readonly board: string,
    private readonly forward: Forward,
  ) {
    this.description = describe(forward);
    this.server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => this.accept(socket));
  }

  static open(context: LinkContext, gateway: Gateway, board: string, forward: Forward): Promise<TcpForward> {
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
      const connection = new Connection(socket, this.context, this.gateway, () => this.closed(connection));
      this.connections.add(connection);
      this.context.realTime.inject(() =>
        this.gateway.call(() => connection.connect(this.board, this.forward.boardPort)),
      );
    }
  }

  private closed(connection: Connection): void {
    this.connections.delete(connection);
    this.serve();
  }
}

/** One connection: the host's socket and the gateway's descriptor, pumped whenever something has happened to either. */
class Connection {
  private fd = -1;
  private connected = false;
  /** of the host, not yet taken by the gateway */
  private toBoard: Uint8Array = new Uint8Array(0);
  private hostEnded = false;
  private shut = false;
  private boardEnded = false;
  private over = false;

  constructor(
    private readonly socket: Socket,
    private readonly context: LinkContext,
    private readonly gateway: Gateway,
    private readonly onClose: () => void,
  ) {
    socket.on("data", (data) => this.fromHost(data));
    socket.on("end", () => {
      this.hostEnded = true;
      this.pumpSoon();
    });
    socket.on("drain", () => this.pumpSoon());
    socket.on("error", () => this.abort());
    socket.on("close", () => this.abort());
  }

  private get net(): NetCalls {
    return this.gateway.net;
  }

  connect(board: string, port: number): void {
    if (this.over) return;
    const { net } = this;
    this.fd = net.socket(AF_INET, SOCK_STREAM, 0);
    const name = { sin_family: AF_INET, sin_addr: net.inet_addr(board), sin_port: port };
    const error = this.fd < 0 ? this.fd : net.connect(this.fd, name);
    if (error < 0 && error !== -EINPROGRESS) this.abort();
    else net.setupcall(this.fd, () => this.pump());
  }

  /** Lets go of both sides at once. */
  abort(): void {
    if (this.over) return;
    this.over = true;
    this.socket.destroy();
    this.onClose();
    if (this.fd >= 0) this.context.realTime.inject(() => this.gateway.call(() => this.net.close(this.fd)));
  }

  private fromHost(data: Uint8Array): void {
    this.socket.pause();
    this.toBoard = data;
    this.pumpSoon();
  }

  private pumpSoon(): void {
    this.context.realTime.inject(() => this.gateway.call(() => this.pump()));
  }

  private pump(): void {
    if (this.over || this.fd < 0) return;
    if (!this.connected) this.started();
    this.sendToBoard();
    this.receiveFromBoard();
    if (this.boardEnded && this.shut) this.finish();
  }

  /** The handshake is over, one way or the other: an error shows when sending or receiving. */
  private started(): void {
    this.connected = true;
    this.socket.resume();
  }

  private sendToBoard(): void {
    while (this.toBoard.length) {
      const sent = this.net.send(this.fd, this.gateway.bytes(this.toBoard), 0);
      if (sent === -ENOBUFS) this.context.segment.clock.after(NOBUFS_DELAY, () => this.gateway.call(() => this.pump()));
      if (sent === -EAGAIN || sent === -ENOBUFS) return;
      if (sent < 0) {
        this.abort();
        return;
      }
      this.toBoard = this.toBoard.subarray(sent);
    }
    if (this.hostEnded && !this.shut) {
      this.shut = true;
      this.net.shutdown(this.fd, SHUT_WR);
    } else if (!this.hostEnded) this.socket.resume();
  }

  private receiveFromBoard(): void {
    while (!this.boardEnded && !this.over && !this.socket.writableNeedDrain) {
      const data = this.net.recv(this.fd, PIECE, 0);
      if (data === -EAGAIN) return;
      if (typeof data === "number") this.abort();
      else if (data.length) this.socket.write(Buffer.from(data));
      else {
        this.boardEnded = true;
        this.socket.end();
      }
    }
  }

  private finish(): void {
    this.over = true;
    this.net.close(this.fd);
    this.onClose();
  }
}
