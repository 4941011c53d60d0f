/**
 * The lab's server: the page, and a WebSocket by which it is told what happens and says what is to be done. It listens at 127.0.0.1
 * and nowhere else. Who wants to be told has to know the token, which is in the address that is printed, and to come from the page
 * itself: another site that is open in the same browser has neither.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Command, Message } from "./messages";

const HOST = "127.0.0.1";
/** The longest message that a page may send, bytes: what is typed at the console. */
const MAX_COMMAND = 256 * 1024;
const TYPES: { [extension: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
/** The page asks nobody else for anything. */
const HEADERS = {
  "Content-Security-Policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

/** One page that is open. */
export interface Visitor {
  send(message: Message): void;
  /** bytes that are on their way to it */
  readonly waiting: number;
}

export interface Host {
  joined(visitor: Visitor): void;
  left(visitor: Visitor): void;
  command(visitor: Visitor, command: Command): void;
}

export class LabServer {
  private readonly token = randomBytes(18).toString("base64url");
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_COMMAND, perMessageDeflate: false });

  private constructor(
    private readonly http: Server,
    private readonly folder: string,
    private readonly host: Host,
  ) {
    http.on("request", (request, response) => this.serve(request, response));
    http.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** `folder`: the built page. Rejects with the error of the system when the port is taken. */
  static async open(folder: string, port: number, host: Host): Promise<LabServer> {
    const http = createServer();
    const server = new LabServer(http, folder, host);
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(port, HOST, () => resolve());
    });
    return server;
  }

  private get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  /** What the user opens. */
  get address(): string {
    return `http://${HOST}:${this.port}/?token=${this.token}`;
  }

  close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.http.closeAllConnections();
    return new Promise((resolve) => this.http.close(() => resolve()));
  }

  /** Names of this server: a name of somebody else's that leads to 127.0.0.1 is none. */
  private isOurs(host: string | undefined): boolean {
    return host === `${HOST}:${this.port}` || host === `localhost:${this.port}`;
  }

  private knows(url: URL): boolean {
    const given = Buffer.from(url.searchParams.get("token") ?? "");
    const token = Buffer.from(this.token);
    return given.length === token.length && timingSafeEqual(given, token);
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", `http://${HOST}`);
    const refusal = this.refusal(request, url);
    if (refusal) {
      const [status, why] = refusal;
      response.writeHead(status, { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" }).end(`${why}\n`);
      return;
    }
    const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
    response.writeHead(200, { ...HEADERS, "Content-Type": TYPES[extname(name)] ?? "application/octet-stream" });
    response.end(request.method === "HEAD" ? undefined : readFileSync(join(this.folder, name)));
  }

  /** Why there is no answer: a status, and words. */
  private refusal({ headers, method }: IncomingMessage, url: URL): [number, string] | undefined {
    if (!this.isOurs(headers.host)) return [421, "this is not the host that you asked for"];
    if (method !== "GET" && method !== "HEAD") return [405, "GET is all there is"];
    if (url.pathname === "/")
      return this.knows(url) ? undefined : [403, "the address that the simulator has printed has a token in it"];
    const isThere = /^\/assets\/[\w.-]+$/.test(url.pathname) && existsSync(join(this.folder, url.pathname));
    return isThere ? undefined : [404, "there is no such page"];
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? "/", `http://${HOST}`);
    const origin = request.headers.origin?.replace(/^http:\/\//, "");
    if (!this.isOurs(request.headers.host) || !this.isOurs(origin) || url.pathname !== "/lab" || !this.knows(url)) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (client) => this.welcome(client));
  }

  private welcome(client: WebSocket): void {
    const visitor: Visitor = {
      send: (message) => client.send(JSON.stringify(message)),
      get waiting() {
        return client.bufferedAmount;
      },
    };
    client.on("error", () => client.terminate());
    client.on("close", () => this.host.left(visitor));
    client.on("message", (data) => this.heard(visitor, String(data)));
    this.host.joined(visitor);
  }

  private heard(visitor: Visitor, text: string): void {
    try {
      const command = JSON.parse(text) as Command;
      if (typeof command?.do !== "string") throw new Error("a command says what to do");
      this.host.command(visitor, command);
    } catch (error) {
      visitor.send({ say: "sorry", why: (error as Error).message });
    }
  }
}
