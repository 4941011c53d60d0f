/**
 * The connections, served once a round of the idle loop: those of HTTP servers and bound datagram sockets first, then all
 * others. Espruino: libs/network/socketserver.c (socketServerConnectionsIdle, socketClientConnectionsIdle).
 *
 * The order of what is done to a connection is a board's, and so is what a board does wrong:
 *  - an HTTP server's connection does not end with its peer's, but when its response has ended (clsNow ends it);
 *  - unread data of a client is handed out again in each round once it did not fit;
 *  - a bound datagram socket is in both lists;
 *  - "no connection" is no error to a client that is not connected yet, and an HTTP client never is.
 */
import type { Realm } from "../realm";
import { CLOSED, type Driver, errorMessage, HTTP, NO_CONNECTION, NO_RESPONSE, UDP, UNSENT_DATA } from "./driver";
import { parseHead } from "./http";
import { type EventHost, type NetObject, queueEvent } from "./objects";
import type { Streams } from "./stream";

/** What a round makes of one connection. */
interface Outcome {
  close: boolean;
  error: number;
}

export class Connections {
  /** Has a driver had anything to tell in this round? */
  busy = false;

  constructor(
    private readonly realm: Realm,
    private readonly driver: Driver,
    private readonly streams: Streams,
    private readonly host: EventHost,
  ) {}

  /** Serves a connection of an HTTP server, or a bound datagram socket; true when it is over. */
  serveAccepted(connection: NetObject): boolean {
    const socket = connection.type === HTTP ? (connection.res as NetObject) : connection;
    const outcome = connection.clsNow ? { close: true, error: 0 } : this.exchangeAccepted(connection, socket);
    if (!outcome.close) return false;
    if (connection.hdrs) {
      this.streams.deliver(connection, connection.dRcv ?? "", connection.type === HTTP, true);
    }
    const failed = this.tellError(outcome.error, connection, socket);
    queueEvent(this.host, socket, "end");
    if (connection !== socket) queueEvent(this.host, connection, "close", failed);
    queueEvent(this.host, socket, "close", failed);
    this.kill(connection);
    return true;
  }

  private exchangeAccepted(connection: NetObject, socket: NetObject): Outcome {
    const outcome: Outcome = { close: false, error: 0 };
    const received = this.receive(connection, outcome);
    const count = typeof received === "string" ? received.length : -1;
    if (count > 0) {
      connection.dRcv = this.received(connection, socket, (connection.dRcv ?? "") + received, true);
    }
    if (socket.dSnd) {
      const sent = this.send(socket, connection);
      if (sent < 0) Object.assign(outcome, { close: true, error: sent });
    }
    if (!socket.dSnd && count <= 0) outcome.close = this.mayCloseAccepted(connection, socket);
    else if (count > 0) outcome.close = false;
    return outcome;
  }

  /** Only the program ends it; a request must have come whole. */
  private mayCloseAccepted(connection: NetObject, socket: NetObject): boolean {
    if (connection.type !== HTTP) return Boolean(socket.cls);
    if ((connection.cRcv ?? 0) > 0 || !connection.hdrs) return false;
    this.tellEnd(connection);
    return Boolean(socket.cls);
  }

  /** Serves any other connection; true when it is over. */
  serve(connection: NetObject): boolean {
    const isHttp = connection.type === HTTP;
    const socket = isHttp ? (connection.res as NetObject) : connection;
    const outcome: Outcome = { close: Boolean(connection.clsNow), error: 0 };
    let received = "";
    if (connection.sckt) {
      received = connection.dRcv ?? "";
      if (!isHttp || socket.hdrs) received = this.streams.deliver(socket, received, isHttp, false);
      if (!outcome.close) received = this.exchange(connection, socket, received, outcome);
    }
    if (!outcome.close) return false;
    if (this.streams.deliver(socket, received, isHttp, true)) return false; // somebody has to read it first
    if (connection.dSnd && outcome.error === CLOSED) outcome.error = UNSENT_DATA;
    this.kill(connection);
    const failed = this.tellError(outcome.error, connection);
    this.tellEnd(socket);
    queueEvent(this.host, socket, "close", failed);
    return true;
  }

  /** Sends and receives; gives what is not handed on of what was received. */
  private exchange(connection: NetObject, socket: NetObject, waiting: string, outcome: Outcome): string {
    const isHttp = connection.type === HTTP;
    const hadHeaders = !isHttp || Boolean(socket.hdrs);
    if (connection.dSnd) {
      const sent = this.send(connection, connection);
      if (sent > 0 && !connection.conn && !isHttp) this.connected(connection);
      if (sent < 0) Object.assign(outcome, { close: true, error: sent });
    } else this.mayClose(connection, socket, hadHeaders, outcome);
    const answer = this.receive(connection, { close: false, error: 0 });
    if (answer === NO_CONNECTION && !connection.conn) return waiting;
    if (typeof answer === "number") {
      this.closedByPeer(answer, socket, isHttp, hadHeaders, outcome);
      return waiting;
    }
    if (!connection.conn && !isHttp) {
      this.connected(connection);
      if (!connection.dSnd) queueEvent(this.host, connection, "drain", connection);
    }
    if (!answer) return waiting;
    const rest = this.received(connection, socket, waiting + answer, false);
    connection.dRcv = rest;
    return rest;
  }

  private mayClose(connection: NetObject, socket: NetObject, hadHeaders: boolean, outcome: Outcome): void {
    if (connection.cls) outcome.close = true;
    if (connection.type !== HTTP) return;
    if ((socket.cRcv ?? 0) > 0 || !hadHeaders) outcome.close = false;
    else this.tellEnd(socket);
  }

  /** An end is an error only while a response has not come whole. */
  private closedByPeer(code: number, socket: NetObject, isHttp: boolean, hadHeaders: boolean, outcome: Outcome): void {
    outcome.close = true;
    if (code !== CLOSED) outcome.error = code;
    else if (!hadHeaders) outcome.error = NO_RESPONSE;
    else if (!isHttp || (socket.cRcv ?? 0) > 0) outcome.error = code;
  }

  private connected(connection: NetObject): void {
    queueEvent(this.host, connection, "connect", connection);
    connection.conn = true;
  }

  private receive(connection: NetObject, outcome: Outcome): string | number {
    const answer = this.driver.receive((connection.sckt ?? 0) - 1, connection.type ?? 0);
    if (answer) this.busy = true;
    if (typeof answer === "number") Object.assign(outcome, { close: true, error: answer });
    return answer;
  }

  /** Sends a chunk of what waits in `object`, or all of it if those are datagrams; 0, or a negative number. */
  private send(object: NetObject, connection: NetObject): number {
    const data = object.dSnd as string;
    const isUdp = object.type === UDP;
    const piece = isUdp ? data : data.slice(0, this.driver.chunkSize);
    const sent = this.driver.send((connection.sckt ?? 0) - 1, piece, object.type ?? 0);
    if (sent < 0) return sent;
    if (sent > 0) this.busy = true;
    if (sent > 0 && sent === data.length && !object.cls) queueEvent(this.host, object, "drain", object);
    object.dSnd = data.slice(sent);
    return 0;
  }

  /** Makes of what has come a datagram, or the head and body of a message, or just data; what is left for later. */
  private received(connection: NetObject, socket: NetObject, data: string, isServer: boolean): string {
    if (connection.type === UDP) return this.datagram(connection, data);
    const reader = isServer ? connection : socket;
    const isHttp = connection.type === HTTP;
    let body: string | undefined = data;
    if (!reader.hdrs) {
      if (isHttp) body = parseHead(this.realm, data, reader, isServer);
      if (body === undefined) return data;
      reader.hdrs = true;
      if (isHttp && isServer) queueEvent(this.host, connection.svr as NetObject, "connect", connection, socket);
      else if (isHttp) queueEvent(this.host, connection, "connect", socket);
    }
    return this.streams.deliver(reader, body, isHttp, false);
  }

  /** One datagram: 4 bytes of address, port and length with their low bytes first, data. */
  private datagram(connection: NetObject, data: string): string {
    const [a, b, c, d, ...rest] = Buffer.from(data.slice(0, 8), "latin1");
    const [port, length] = [rest[0] | (rest[1] << 8), rest[2] | (rest[3] << 8)];
    if (data.length < 8 || 8 + length < data.length) return data;
    const info = this.realm.object({ address: [a, b, c, d].join("."), port, size: length });
    queueEvent(this.host, connection, "message", data.slice(8, 8 + length), info);
    return data.slice(8 + length);
  }

  private tellEnd(socket: NetObject): void {
    if (socket.endd) return;
    socket.endd = true;
    queueEvent(this.host, socket, "end");
  }

  private tellError(code: number, ...objects: NetObject[]): boolean {
    if (code >= 0 || code === CLOSED) return false;
    const error = this.realm.object({ code, message: errorMessage(code) });
    for (const object of objects) queueEvent(this.host, object, "error", error);
    return true;
  }

  /** Gives the socket back to the driver. */
  kill(connection: NetObject): void {
    if (!connection.sckt) return;
    this.driver.close(connection.sckt - 1);
    delete connection.sckt;
    connection.conn = false;
    connection.cls = true;
  }
}
