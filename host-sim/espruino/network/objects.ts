/**
 * The objects of net, http and dgram: what the interpreter keeps in them, and their events. A program sees all of these
 * fields, as on a board. Espruino: the HTTP_NAME_ constants of libs/network/socketserver.c.
 */

export interface NetObject {
  /** NORMAL, HTTP or UDP */
  type?: number;
  /** what the program gave to make it */
  opt?: Record<string, unknown>;
  port?: number;
  /** the driver's number, plus 1 */
  sckt?: number;
  /** the response that belongs to a request, and the server that a request came to */
  res?: NetObject;
  svr?: NetObject;
  /** headers have come; the end was told */
  hdrs?: boolean;
  endd?: boolean;
  /** bytes of a body still to come */
  cRcv?: number;
  /** received and not handed on; to be sent */
  dRcv?: string;
  dSnd?: string;
  headers?: Record<string, unknown>;
  chunked?: boolean;
  /** connected; to be closed once all is sent; to be closed at once */
  conn?: boolean;
  cls?: boolean;
  clsNow?: boolean;
  [name: string]: unknown;
}

/** What a board gives to objects of a class of its own. */
export type MakeObject = (className: string) => NetObject;

/** What the sockets need of the board. */
export interface EventHost {
  /** Runs `work` as one of the events at the end of the round. */
  queue(work: () => void): void;
  /** Runs `work` now; what it throws is reported. */
  guarded(work: () => void): void;
}

type Listener = (this: NetObject, ...args: unknown[]) => void;

/** The listeners for an event, as they are now: later ones hear of later events. */
export function listenersOf(object: NetObject, event: string): Listener[] {
  const listeners = object[`#on${event}`] as Listener | Listener[] | undefined;
  return listeners === undefined ? [] : [listeners].flat();
}

/** Queues an event for those who listen now. */
export function queueEvent(host: EventHost, object: NetObject, event: string, ...args: unknown[]): void {
  for (const listener of listenersOf(object, event)) host.queue(() => listener.apply(object, args));
}

/** Makes `listener` the only one for an event, in the form that a board keeps it in: not a list. */
export function setListener(object: NetObject, event: string, listener: unknown): void {
  if (listener === undefined) return;
  Object.defineProperty(object, `#on${event}`, { value: listener, configurable: true, writable: true });
}
