/**
 * The interpreter's network: what a driver in JavaScript (`require("NetworkJS").create(driver)`) is asked, and where the
 * interpreter keeps its sockets. Espruino: libs/network/network.c, js/network_js.c.
 */
import type { Realm } from "../realm";

/** Bytes that are moved at once unless a datagram socket has asked for more. */
const CHUNK = 536;

export class Network {
  /** What programs find at `global["\xff"]`: the driver (JSN), the last name looked up (DNS), the lists of sockets. */
  readonly root: Record<string, unknown>;
  chunkSize = CHUNK;

  constructor(private readonly realm: Realm) {
    this.root = realm.object({});
  }

  libraries(): Record<string, unknown> {
    const NetworkJS = this.realm.object({
      create: (driver: object) => {
        this.root.JSN = driver;
        return driver;
      },
    });
    const dgram = this.realm.object({
      createSocket: (options: { recvBufferSize?: number }) => {
        this.chunkSize = Math.max(this.chunkSize, Number(options.recvBufferSize) || 0);
        return this.realm.object({ close: () => {} });
      },
    });
    return { NetworkJS, dgram };
  }
}
