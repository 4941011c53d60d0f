/**
 * The machine's network as the interpreter has it: how it is given a driver, and what of it lies open. With machdep.ts the only
 * file that names its globals.
 */

/* The globals, more precisely than @types/espruino has them. */
declare function require(name: "NetworkJS"): { create(driver: object): void };
declare function require(name: "dgram"): { createSocket(options: object): { close(): void } };
declare const global: { "\xff": NetRoot };

/** What the interpreter keeps of its network, out of programs' sight: its connections, and the last name looked up. */
interface NetRoot {
  HttpS?: NetObject[];
  HttpSC?: NetObject[];
  HttpCC?: NetObject[];
  DNS?: string;
}

/** One of its connections. The odd names are the interpreter's (libs/network/socketserver.c, src/jswrap_stream.h). */
export interface NetObject {
  /** the driver's number of it, plus 1 */
  sckt?: number;
  /** of an HTTP server's request, and of a client's response: have its headers come? */
  hdrs?: boolean;
  res?: NetObject;
  /** what has been received and nobody could be given; what waits to be sent */
  dRcv?: string;
  dSnd?: string;
  /** to be closed when all is sent: its program has ended it */
  cls?: boolean;
  /** to be closed in the next round */
  clsNow?: boolean;
  "#ondata"?: unknown;
  /** bytes that wait to be read where nobody listens for data */
  available(): number;
}

/**
 * Makes `driver` the interpreter's network, which is to move at most `chunk` bytes at once: the wish of any datagram
 * socket holds for all. False: it has no NetworkJS.
 */
export function network_create(driver: object, chunk: number): boolean {
  try {
    require("NetworkJS").create(driver);
    require("dgram").createSocket({ type: "udp4", recvBufferSize: chunk }).close();
    return true;
  } catch (_error) {
    return false;
  }
}

/** What the interpreter keeps of its network. */
export function net_root(): object {
  return global["\xff"];
}

/** The interpreter's object for the driver's socket `sckt`, in its list of HTTP servers' connections, or of all others. */
export function net_object(list: "HttpS" | "HttpSC" | "HttpCC", sckt: number): NetObject | null {
  let found: NetObject | null = null;
  (global["\xff"][list] || []).forEach((object) => {
    if (object.sckt === sckt + 1) found = object;
  });
  return found;
}

/** Does the interpreter know the driver's socket `sckt`? */
export function net_socket(sckt: number): boolean {
  const lists = ["HttpS", "HttpSC", "HttpCC"];
  for (let i = 0; i < lists.length; i++) if (net_object(lists[i] as "HttpS", sckt)) return true;
  return false;
}

/** The name that the interpreter was last given in place of an address, once. */
export function net_name(): string {
  const root = global["\xff"];
  const name = root.DNS || "";
  delete root.DNS;
  return name;
}
