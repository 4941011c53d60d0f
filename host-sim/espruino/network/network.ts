/**
 * `require("net")`, `require("http")` and `require("dgram")`: the interpreter's own network libraries over whatever driver a
 * program has given to NetworkJS. Espruino: libs/network/socketserver.c, jswrap_net.c, http/jswrap_http.c.
 *
 * Sockets are asked once a round of the idle loop. A board with a socket spins in its loop; here a round that had something
 * to do is followed by another in 1 ms, about what a board takes, and else by one in 10 ms: a driver on a stack of ours
 * wakes the loop itself, by the timer of an upcall, when there is news.
 *
 * Differs: there is no TLS.
 */
import { MS, type VirtualClock } from "../../clock";
import type { IdleLoop } from "../idle_loop";
import type { Realm } from "../realm";
import { Connections } from "./connections";
import { Driver, type HiddenRoot, HTTP, integer, NORMAL, UDP } from "./driver";
import { bodyPart, requestHead, responseHead } from "./http";
import { type NetObject, queueEvent, setListener } from "./objects";
import type { Streams } from "./stream";
import { parseUrl, urlClass } from "./url";

const BUSY_ROUND = MS;
const IDLE_ROUND = 10 * MS;
const DEFAULT_PORT = 80;

const READING = "available read pipe";
/** The classes of the board's objects, and their methods (realm/classes.js). */
const CLASSES = {
  Server: "listen close=closeServer",
  httpSrv: "listen close=closeServer",
  Socket: `write end ${READING}`,
  httpSRq: READING,
  httpSRs: "write=respond end=endResponse writeHead setHeader",
  httpCRq: "write end",
  httpCRs: READING,
  dgramSocket: "send bind close=closeDatagrams addMembership",
};

export class Network {
  /** What programs find at `global["\xff"]`. */
  readonly root: HiddenRoot;
  private readonly driver: Driver;
  private readonly connections: Connections;
  private readonly classes: Record<string, new () => NetObject>;
  private waking = false;

  constructor(
    private readonly realm: Realm,
    private readonly loop: IdleLoop,
    private readonly clock: VirtualClock,
    private readonly report: (error: unknown) => void,
    private readonly streams: Streams,
    private readonly pipe: (source: unknown, destination: unknown, options: unknown) => void,
  ) {
    this.root = realm.object({});
    this.driver = new Driver(realm, this.root, report);
    this.connections = new Connections(realm, this.driver, this.streams, loop);
    this.classes = realm.classes<NetObject>(CLASSES, this.methods());
    loop.runNetwork = () => this.round();
  }

  /** The libraries, by name. */
  libraries(): Record<string, unknown> {
    const { realm } = this;
    const connect = (type: number) => (options: unknown, callback: unknown) => this.connect(options, callback, type);
    const listening = (type: number) => (callback: unknown) => this.createServer(callback, type);
    return {
      NetworkJS: realm.object({ create: (driver: HiddenRoot["JSN"]) => this.attach(driver) }),
      net: realm.object({ createServer: listening(NORMAL), connect: connect(NORMAL) }),
      http: realm.object({
        createServer: listening(HTTP),
        request: connect(HTTP),
        get: (options: unknown, callback: unknown) => this.get(options, callback),
      }),
      dgram: realm.object({
        createSocket: (type: unknown, callback: unknown) =>
          this.connect(typeof type === "object" && type ? type : realm.object({}), callback, UDP),
      }),
      tls: realm.object({ connect: () => this.refuseTls() }),
    };
  }

  /** Global names. */
  globals(): Record<string, unknown> {
    return { url: urlClass(this.realm), "\xff": this.root };
  }

  /** The methods of the classes; the first argument is the object itself. */
  private methods(): Record<string, (self: NetObject, ...args: unknown[]) => unknown> {
    return {
      listen: (server, port) => this.listen(server, integer(port) & 65535, server.type ?? NORMAL),
      closeServer: (server) => this.closeServer(server),
      available: (stream) => this.streams.available(stream),
      read: (stream, count) => this.streams.read(stream, integer(count)),
      replay: (stream) => this.streams.replay(stream),
      pipe: (stream, destination, options) => this.pipe(stream, destination, options),
      write: (client, data) => this.write(client, data),
      end: (client, data) => this.end(client, data),
      writeHead: (response, status, headers) => this.writeHead(response, integer(status), headers),
      setHeader: (response, name, value) => this.setHeader(response, name, value),
      respond: (response, data) => this.respond(response, data),
      endResponse: (response, data) => this.endResponse(response, data),
      send: (socket, ...args) => this.sendDatagram(socket, args),
      bind: (socket, port, callback) => this.bind(socket, integer(port) & 65535, callback),
      closeDatagrams: (socket) => {
        this.driver.demand();
        this.requestEnd(socket);
      },
      addMembership: (socket, group, ip) => {
        this.driver.demand();
        if (socket.opt) Object.assign(socket.opt, { multicastGroup: group, multicastIp: ip });
      },
    };
  }

  private attach(driver: HiddenRoot["JSN"]): unknown {
    this.root.JSN = driver;
    return driver;
  }

  private refuseTls(): never {
    throw this.driver.internalError("The simulated board has no TLS");
  }

  /* --- the idle loop --- */

  private round(): void {
    if (!this.driver.present) return;
    this.connections.busy = false;
    const servers = this.each("HttpS", (server) => this.accept(server));
    const accepted = this.each("HttpSC", (connection) => this.connections.serveAccepted(connection));
    const others = this.each("HttpCC", (connection) => this.connections.serve(connection));
    if (servers || accepted || others) this.wake(this.connections.busy ? BUSY_ROUND : IDLE_ROUND);
  }

  /** Serves every object of a list, and takes out those that are over; false when there was none. */
  private each(name: string, isOver: (object: NetObject) => boolean): boolean {
    const list = this.list(name);
    const had = list.length > 0;
    for (let i = 0; i < list.length; ) {
      if (isOver(list[i])) list.splice(i, 1);
      else i++;
    }
    return had;
  }

  private list(name: string): NetObject[] {
    const list = (this.root[name] as NetObject[] | undefined) ?? this.realm.array<NetObject>([]);
    this.root[name] = list;
    return list;
  }

  /** Takes one connection of a server, which stays. */
  private accept(server: NetObject): boolean {
    const socket = this.driver.accept((server.sckt ?? 0) - 1);
    if (socket < 0) return false;
    this.connections.busy = true;
    if (server.type === HTTP) this.acceptRequest(server, socket + 1);
    else {
      const connection = this.make("Socket", { type: server.type, sckt: socket + 1 });
      this.list("HttpCC").push(connection);
      queueEvent(this.loop, server, "connect", connection);
    }
    return false;
  }

  private acceptRequest(server: NetObject, sckt: number): void {
    const res = this.make("httpSRs", { sckt });
    const request = this.make("httpSRq", { type: HTTP, res, svr: server, sckt });
    this.list("HttpSC").push(request);
    this.setHeader(res, "Connection", "close");
  }

  /** Sees to it that the next round comes in `ns` at the latest. */
  private wake(ns: number): void {
    if (this.waking) return;
    this.waking = true;
    this.clock.after(ns, () => {
      this.waking = false;
      this.loop.wake();
    });
  }

  private make(className: string, fields: NetObject): NetObject {
    return Object.assign(new this.classes[className](), fields);
  }

  /* --- servers --- */

  private createServer(callback: unknown, type: number): NetObject | undefined {
    if (!this.isCallback(callback)) return undefined;
    const server = this.make(type === HTTP ? "httpSrv" : "Server", { type });
    setListener(server, "connect", callback);
    return server;
  }

  private listen(server: NetObject, port: number, type: number): NetObject {
    this.driver.demand();
    server.port = port;
    const socket = this.driver.create(undefined, port, type, server.opt);
    if (socket < 0) {
      server.clsNow = true;
      throw this.driver.internalError("Unable to create socket");
    }
    server.sckt = socket + 1;
    this.list(type === UDP ? "HttpSC" : "HttpS").push(server);
    this.loop.wake();
    return server;
  }

  private closeServer(server: NetObject): void {
    this.driver.demand();
    const servers = this.list("HttpS");
    this.connections.kill(server);
    const place = servers.indexOf(server);
    if (place >= 0) servers.splice(place, 1);
  }

  private setHeader(response: NetObject, name: unknown, value: unknown): void {
    response.headers ??= this.realm.object({});
    response.headers[String(name)] = String(value);
  }

  private writeHead(response: NetObject, status: number, headers: unknown): void {
    if (headers !== undefined && (typeof headers !== "object" || !headers)) {
      this.complain("Headers sent to writeHead should be an object");
    } else if (response.dSnd !== undefined) this.complain("Headers have already been sent");
    else response.dSnd = responseHead(response, status, headers);
    this.loop.wake();
  }

  private respond(response: NetObject, data: unknown): boolean {
    this.demandOpen(response);
    if (response.dSnd === undefined) this.writeHead(response, 200, undefined);
    if (data !== undefined) response.dSnd += bodyPart(response, String(data));
    return false;
  }

  private endResponse(response: NetObject, data: unknown): void {
    if (data !== undefined) this.respond(response, data);
    this.respond(response, response.chunked ? "" : undefined);
    response.cls = true;
    this.loop.wake();
  }

  /* --- clients, connections that were accepted, datagrams --- */

  private connect(given: unknown, callback: unknown, type: number): NetObject | undefined {
    const options = typeof given === "string" ? parseUrl(this.realm, given, false) : given;
    if (typeof options !== "object" || !options) return this.complain("Expecting Options to be an Object");
    if (callback !== undefined && !this.isCallback(callback)) return undefined;
    const { protocol, recvBufferSize } = options as { protocol?: unknown; recvBufferSize?: unknown };
    if (type === HTTP && protocol === "https:") this.refuseTls();
    if (type === UDP) this.driver.chunkSize = Math.max(this.driver.chunkSize, integer(recvBufferSize));
    const client = this.make({ [NORMAL]: "Socket", [HTTP]: "httpCRq", [UDP]: "dgramSocket" }[type] as string, { type });
    setListener(client, "connect", callback);
    this.list("HttpCC").push(client);
    if (type === HTTP) client.res = this.make("httpCRs", {});
    client.opt = options as Record<string, unknown>;
    this.loop.wake();
    if (type === NORMAL) this.open(client);
    return client;
  }

  private get(options: unknown, callback: unknown): NetObject | undefined {
    this.driver.demand();
    if (typeof options === "object" && options) Object.assign(options, { method: "GET" });
    const request = this.connect(options, callback, HTTP);
    if (request) this.requestEnd(request);
    return request;
  }

  /** Has the driver make the socket, if that has not been done. */
  private open(client: NetObject): void {
    this.driver.demand();
    if (client.sckt) return;
    const { host, port } = (client.opt ?? {}) as { host?: unknown; port?: unknown };
    const address = host === undefined ? [127, 0, 0, 1] : this.driver.lookUp(host);
    const number = integer(port) & 65535 || (client.type === HTTP ? DEFAULT_PORT : 0);
    const socket = this.driver.create(address, number, client.type ?? NORMAL, client.opt);
    if (socket < 0) {
      client.clsNow = true;
      throw this.driver.internalError("Unable to create socket");
    }
    client.sckt = socket + 1;
  }

  private write(client: NetObject, data: unknown): boolean {
    this.driver.demand();
    this.demandOpen(client);
    if (client.dSnd === undefined) client.dSnd = client.type === HTTP && !client.sckt ? requestHead(client) : "";
    if (data !== undefined) client.dSnd += bodyPart(client, String(data));
    this.loop.wake();
    if (client.type !== NORMAL) this.open(client);
    return false;
  }

  private end(client: NetObject, data: unknown): void {
    this.driver.demand();
    if (data !== undefined) this.write(client, data);
    this.requestEnd(client);
  }

  private requestEnd(client: NetObject): void {
    if (client.type === HTTP) this.write(client, client.chunked ? "" : undefined);
    else if (!client.dSnd) client.clsNow = true;
    client.cls = true;
    this.loop.wake();
  }

  private bind(socket: NetObject, port: number, callback: unknown): NetObject {
    setListener(socket, "bind", callback);
    this.listen(socket, port, UDP);
    queueEvent(this.loop, socket, "bind", socket);
    return socket;
  }

  /** (message, offset, length, port, address) or (message, port, address) */
  private sendDatagram(socket: NetObject, args: unknown[]): void {
    this.driver.demand();
    this.demandOpen(socket);
    const whole = typeof args[3] !== "number";
    const text = String(args[0]);
    const message = whole ? text : text.slice(integer(args[1]), integer(args[1]) + integer(args[2]));
    const [port, address] = whole ? [args[1], args[2]] : [args[3], args[4]];
    const number = integer(port) & 65535;
    const header = [
      ...this.driver.lookUp(address),
      number & 255,
      number >> 8,
      message.length & 255,
      message.length >> 8,
    ];
    socket.dSnd = (socket.dSnd ?? "") + String.fromCharCode(...header) + message;
    this.loop.wake();
    this.open(socket);
  }

  private demandOpen(object: NetObject): void {
    if (object.cls || object.clsNow) throw this.realm.error("This socket is closed");
  }

  private isCallback(callback: unknown): boolean {
    if (typeof callback !== "function") this.complain(`Expecting Callback Function but got ${typeof callback}`);
    return typeof callback === "function";
  }

  /** A mistake that a board reports, and goes on as if the call had not been made. */
  private complain(message: string): undefined {
    this.report(this.realm.error(message));
  }
}
