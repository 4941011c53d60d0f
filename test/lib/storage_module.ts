/**
 * Modules for a board's Storage besides the stack (dist/NAME.min.js, as they are shipped), loaded into the realm of a
 * kernel under test as `require` loads them; and the interface that a program hands to them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "./host";
import type { Net } from "./kernel";

/** The exports of a module, loaded anew. */
export function loadModule<T>(net: Net, name: string): T {
  const text = readFileSync(join(__dirname, "../../dist", `${name}.min.js`), "utf8");
  const evaluate = net.netinit.constructor as (...code: string[]) => (exports: object) => void;
  const exported = {} as T & object;
  evaluate("exports", text)(exported);
  return exported;
}

type Listener = (argument?: unknown) => void;

/** The interface en0 of a host as a program has it: addresses, events, sockets. */
export class ProgramInterface {
  readonly net: Net["net"];
  ip: string;
  subnet: string;
  private listeners: [event: string, listener: Listener][] = [];

  constructor(
    private readonly host: Host,
    ip = "192.0.2.1",
  ) {
    this.net = host.net.net;
    this.ip = ip;
    this.subnet = "255.255.255.0";
  }

  getIP(): { ip: string; subnet: string } {
    return { ip: this.ip, subnet: this.subnet };
  }

  on(event: string, listener: Listener): void {
    this.listeners.push([event, listener]);
  }

  removeListener(event: string, listener: Listener): void {
    this.listeners = this.listeners.filter((each) => each[0] !== event || each[1] !== listener);
  }

  /** Something happens; whoever listens hears of it from a turn of its own. */
  emit(event: string, argument?: unknown): void {
    for (const [name, listener] of this.listeners)
      if (name === event) this.host.kernel.clock.defer(() => listener(argument));
    this.host.wait(0);
  }

  ping(host: string, options: object, callback: (error: string | null) => void): void {
    this.host.net.ping(host, options, callback);
  }

  /** How many listen. */
  get listening(): number {
    return this.listeners.length;
  }
}
