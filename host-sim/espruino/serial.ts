/**
 * Serial ports with nothing at the other end: what is written goes nowhere, and nothing comes but what a program injects
 * itself. Serial1..Serial6, USB, `new Serial()`. Espruino: src/jswrap_serial.c.
 */
import { byteString, bytesOf } from "./bytes";
import type { IdleLoop } from "./idle_loop";
import type { NetObject } from "./network/objects";
import type { Streams } from "./network/stream";
import type { Realm } from "./realm";

/** USARTs of the board. */
const PORTS = 6;
const CLASSES = { Serial: "setConsole setup unsetup print println write inject available read pipe flush isConnected" };

/** What ports need of the board. */
export interface SerialHost {
  pipe(source: unknown, destination: unknown, options: unknown): void;
  setConsole(device: unknown): void;
}

/** The globals of programs. */
export function serialGlobals(
  realm: Realm,
  loop: IdleLoop,
  streams: Streams,
  host: SerialHost,
): Record<string, unknown> {
  const names = new Map<object, string>();
  const ready = new Set<object>();
  const nothing = () => {};
  const { Serial } = realm.classes<NetObject>(CLASSES, {
    setup: (port: object) => void ready.add(port),
    unsetup: (port: object) => void ready.delete(port),
    isConnected: (port: object) => ready.has(port) || names.get(port) === "USB",
    setConsole: (port: object) => {
      if (!names.has(port)) throw realm.error("setConsole can't be used on 'soft' devices");
      host.setConsole(names.get(port));
    },
    print: nothing,
    println: nothing,
    write: (_port: object, ...data: unknown[]) => void bytesOf(...data),
    inject: (port: NetObject, ...data: unknown[]) =>
      loop.pinEvent(() => void streams.push(port, byteString(bytesOf(...data)), true)),
    flush: nothing,
    available: (port: NetObject) => streams.available(port),
    read: (port: NetObject, count: unknown) => streams.read(port, Math.trunc(Number(count)) || 0),
    replay: (port: NetObject) => streams.replay(port),
    pipe: (port: NetObject, destination: unknown, options: unknown) => host.pipe(port, destination, options),
  });
  Object.defineProperty(Serial, "find", { value: nothing });
  const ports = ["USB", ...Array.from({ length: PORTS }, (_, i) => `Serial${i + 1}`)];
  const globals = Object.fromEntries(ports.map((name) => [name, new Serial()]));
  for (const name of ports) names.set(globals[name], name);
  return { Serial, ...globals };
}
