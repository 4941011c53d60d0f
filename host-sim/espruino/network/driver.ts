/**
 * The network as its driver in JavaScript sees it (`require("NetworkJS").create(driver)`): five functions, asked from the
 * idle loop, whose answers the interpreter takes as loosely as it takes everything. Espruino: libs/network/network.c,
 * js/network_js.c.
 */
import type { Realm } from "../realm";

/** Bytes that are moved at once unless a datagram socket has asked for more. */
const CHUNK = 536;
/** The longest host name, with the byte that ends it. */
const LONGEST_NAME = 127;

/** Socket types; https and tls would have 4 added. */
export const NORMAL = 0;
export const HTTP = 1;
export const UDP = 2;

/** Errors that the interpreter itself makes or knows. */
export const CLOSED = -1;
export const UNSENT_DATA = -8;
export const NO_CONNECTION = -11;
export const NO_RESPONSE = -15;

const MESSAGES = [
  "connection closed",
  "out of memory",
  "timeout",
  "no route",
  "busy",
  "not found",
  "max sockets",
  "unsent data",
  "connection reset",
  "unknown error",
  "no connection",
  "bad argument",
  "SSL handshake failed",
  "invalid SSL data",
  "no response",
];

/** What the event "error" says of a number. */
export function errorMessage(code: number): string {
  return MESSAGES[-1 - code] ?? "unknown error";
}

/** What programs find at `global["\xff"]`: the driver, the last name looked up, the lists of sockets. */
export interface HiddenRoot {
  JSN?: Record<string, unknown>;
  DNS?: string;
  [list: string]: unknown;
}

export class Driver {
  chunkSize = CHUNK;

  /** `report` is told what a driver's function throws, which a board swallows: a mistake that should be seen. */
  constructor(
    private readonly realm: Realm,
    private readonly root: HiddenRoot,
    private readonly report: (error: unknown) => void,
  ) {}

  /** Throws unless there is a network. */
  demand(): void {
    if (!this.root.JSN) throw this.internalError("Not connected to the internet");
  }

  get present(): boolean {
    return this.root.JSN !== undefined;
  }

  internalError(message: string): Error {
    const error = this.realm.error(message);
    error.name = "InternalError";
    return error;
  }

  /** A socket's number, or a negative one. `address`: where to, 4 bytes as `lookUp` gives them; undefined for a server. */
  create(address: number[] | undefined, port: number, type: number, options: unknown): number {
    const everybody = address?.every((byte) => byte === 255);
    const host = everybody ? (this.root.DNS ?? address?.join(".")) : address?.join(".");
    return integer(this.call("create", host, port, type, options ?? null));
  }

  close(socket: number): void {
    this.call("close", socket);
  }

  accept(socket: number): number {
    return integer(this.call("accept", socket));
  }

  /** Data, at most a chunk of it, or a negative number. Whatever else is answered means that the socket has closed. */
  receive(socket: number, type: number): string | number {
    const answer = this.call("recv", socket, this.chunkSize, type);
    if (typeof answer === "string") return answer.slice(0, this.chunkSize);
    if (typeof answer !== "number" || !Number.isInteger(answer)) return CLOSED;
    if (answer < 0) return answer;
    this.report(this.realm.error("JSNetwork.recv returned >=0"));
    return CLOSED;
  }

  /** How many bytes were taken, or a negative number. */
  send(socket: number, data: string, type: number): number {
    return Math.min(integer(this.call("send", socket, data, type)), data.length);
  }

  /** The 4 bytes of an address; of a name 255.255.255.255, and the name is remembered for `create`. */
  lookUp(host: unknown): number[] {
    const name = String(host).slice(0, LONGEST_NAME);
    const address = parsed(name);
    if (address.some((byte) => byte)) return address;
    this.root.DNS = name;
    return [255, 255, 255, 255];
  }

  private call(name: string, ...args: unknown[]): unknown {
    const driver = this.root.JSN;
    const callback = driver?.[name];
    if (typeof callback !== "function") return undefined;
    try {
      return callback.apply(driver, args);
    } catch (error) {
      this.report(error);
      return undefined;
    }
  }
}

/** The board's own reading of addresses: four numbers or fewer, each taken modulo 256; zeroes for what has other letters. */
function parsed(name: string): number[] {
  if (name === "localhost") return [127, 0, 0, 1];
  if (!/^[0-9.]*$/.test(name)) return [0, 0, 0, 0];
  const numbers = name.split(".").map((digits) => Number(digits) & 255);
  return [0, 0, 0, ...numbers].slice(-4);
}

/** A value as the interpreter's integer. */
export function integer(value: unknown): number {
  return Math.trunc(Number(value)) || 0;
}
