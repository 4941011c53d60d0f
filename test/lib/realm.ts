/**
 * What a board's interpreter has and a kernel in a context has not, for those who need it: events on objects, and a
 * serial number.
 */
import type { Net } from "./kernel";

export interface Realm {
  /** what was emitted, as "event argument" */
  events: string[];
}

export function equipRealm(net: Net, serial = "00000000-11111111-22222222"): Realm {
  const events: string[] = [];
  const evaluate = net.netinit.constructor as (...code: string[]) => (...args: unknown[]) => void;
  const emit = (event: string, arg?: unknown) => void events.push(arg === undefined ? event : `${event} ${arg}`);
  evaluate("emit", "Object.defineProperty(Object.prototype, 'emit', { value: emit, configurable: true })")(emit);
  evaluate("serial", "this.getSerial = function () { return serial; }")(serial);
  return { events };
}
