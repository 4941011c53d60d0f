/**
 * A host whose stack is the network of an interpreter that is not there: the five functions of its NetworkJS driver, to be
 * asked by a test in the interpreter's place.
 */
import { Host, type HostOptions } from "./host";
import type { Net } from "./kernel";

/** An object of the interpreter's own for a connection. */
export interface InterpretersObject {
  sckt: number;
  hdrs?: boolean;
  dRcv?: string;
  dSnd?: string;
  clsNow?: boolean;
  "#ondata"?: unknown;
  available(): number;
}

export interface Driver {
  create(host: string | undefined, port: number, type: number, options?: unknown): number;
  close(socket: number): void;
  accept(socket: number): number;
  recv(socket: number, length: number, type?: number): string | number;
  send(socket: number, data: string, type?: number): number;
}

export const CHUNK = 1480;

export class DriverBench {
  readonly host: Host;
  driver!: Driver;
  /** what the interpreter keeps: connections and the last name looked up */
  readonly root: {
    HttpS: InterpretersObject[];
    HttpSC: InterpretersObject[];
    HttpCC: InterpretersObject[];
    DNS?: string;
  } = {
    HttpS: [],
    HttpSC: [],
    HttpCC: [],
  };
  /** what the binding has asked of dgram */
  readonly bufferSizes: number[] = [];

  constructor(options: HostOptions = {}) {
    this.host = new Host(options);
    const libraries: Record<string, object> = {
      NetworkJS: { create: (driver: Driver) => (this.driver = this.noting(driver)) },
      dgram: {
        createSocket: (given: { recvBufferSize: number }) => {
          this.bufferSizes.push(given.recvBufferSize);
          return { close: () => {} };
        },
      },
    };
    const evaluate = this.net.netinit.constructor as (...code: string[]) => (...args: unknown[]) => void;
    evaluate(
      "require",
      "root",
      "this.require = require; this.global = { '\\xff': root };",
    )((name: string) => libraries[name], this.root);
    this.net.networkjs_attach();
  }

  get net(): Net {
    return this.host.net;
  }

  /** The driver, whose sockets the interpreter knows until it has closed them. */
  private noting(driver: Driver): Driver {
    const { root } = this;
    const note = (socket: number) => {
      root.HttpS.push({ sckt: socket + 1, available: () => 0 });
      return socket;
    };
    return {
      ...driver,
      create: (...args) => note(driver.create(...args)),
      accept: (listener) => note(driver.accept(listener)),
      close: (socket) => {
        this.forgets(socket);
        driver.close(socket);
      },
    };
  }

  /** The interpreter has lost the socket, without a word. */
  forgets(socket: number): void {
    for (const list of [this.root.HttpS, this.root.HttpSC, this.root.HttpCC])
      for (let i = list.length; i--; ) if (list[i].sckt === socket + 1) list.splice(i, 1);
  }

  /** The object of a connection, as the interpreter makes it; `heard`: somebody listens for its data. */
  object(list: "HttpSC" | "HttpCC", socket: number, heard = true): InterpretersObject {
    const object: InterpretersObject = { sckt: socket + 1, available: () => 0 };
    if (heard) object["#ondata"] = () => {};
    this.root[list].push(object);
    return object;
  }

  /** A connection of our own with a server of our own: [listener, client, server]. */
  connected(type = 0, options: unknown = null, served: unknown = null): [number, number, number] {
    const { driver, host } = this;
    const listener = driver.create(undefined, 80, type, served);
    const client = driver.create("127.0.0.1", 80, type, options);
    this.object("HttpCC", client);
    host.wait(10);
    const server = driver.accept(listener);
    if (driver.recv(client, CHUNK) !== "" || server < 0) throw new Error("no connection");
    this.object(type === 1 ? "HttpSC" : "HttpCC", server);
    return [listener, client, server];
  }

  /** The same, whose server has had data. */
  talking(): [number, number, number] {
    const sockets = this.connected();
    this.talk(sockets[1], sockets[2]);
    return sockets;
  }

  /** One sends, the other is given it: from now on is looked at what his program does with it. */
  talk(from: number, to: number, words = "?"): void {
    this.driver.send(from, words);
    this.host.wait(10);
    if (this.driver.recv(to, CHUNK) !== words) throw new Error("no data");
    this.host.wait(300); // it is acknowledged
  }

  /** All that comes until there is nothing, and what was answered then. */
  received(socket: number, length = CHUNK): [string, string | number] {
    let all = "";
    for (let i = 0; i < 200; i++) {
      const data = this.driver.recv(socket, length);
      if (typeof data === "number") return [all, data];
      all += data;
      if (!data) this.host.wait(10);
      if (!data && i > 100) break;
    }
    return [all, ""];
  }

  /** Closes these, lets everything end, and asserts that nothing is left. */
  expectNothingLeft(...sockets: number[]): void {
    for (const socket of sockets) this.driver.close(socket);
    this.host.wait(200000);
    this.host.expectPoolsRestored();
  }
}
