/**
 * One connection, of which this host has one end and the gateway the other: the host's socket and the gateway's descriptor,
 * pumped whenever something has happened to either. What one side cannot take yet is not read from the other.
 */
import type { Socket } from "node:net";
import { SECOND } from "../clock";
import { AF_INET, EAGAIN, EINPROGRESS, ENOBUFS, type NetCalls, SHUT_WR, SOCK_STREAM } from "../net_calls";
import type { Gateway } from "./forward";
import type { LinkContext } from "./link";

/** Bytes taken from the board at a time, and the most that wait for either side. */
const PIECE = 4096;
/** When the gateway is out of memory it is tried again after so long, ns. */
const NOBUFS_DELAY = 0.02 * SECOND;

export class Splice {
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

  /** Connects to a port of the board. */
  connect(board: string, port: number): void {
    if (this.over) return;
    const { net } = this;
    this.fd = net.socket(AF_INET, SOCK_STREAM, 0);
    const name = { sin_family: AF_INET, sin_addr: net.inet_addr(board), sin_port: port };
    const error = this.fd < 0 ? this.fd : net.connect(this.fd, name);
    if (error < 0 && error !== -EINPROGRESS) this.abort();
    else net.setupcall(this.fd, () => this.pump());
  }

  /** Goes on with a connection that the gateway has accepted. */
  join(fd: number): void {
    this.fd = fd;
    this.net.setupcall(fd, () => this.pump());
    this.pump();
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
