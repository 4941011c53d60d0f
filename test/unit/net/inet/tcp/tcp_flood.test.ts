import { GATEWAY, Host, NEIGHBOUR, US } from "../../../../lib/host";
import { javascriptOnly } from "../../../../lib/javascript_only";
import type { Config } from "../../../../lib/kernel";
import * as packets from "../../../../lib/packets";

const { PROFILES } = require("../../../../../tools/profile") as { PROFILES: { [name: string]: Config } };

/** SYNs whose senders never asked: a listener is there for others all the same, with cookies and without. */
describe("A listener under forged SYNs", () => {
  const BACKLOG = 4;
  let host: Host;
  let listener: number;
  let accepted: number[];

  afterEach(() => {
    for (const fd of accepted) host.net.net.close(fd);
    host.net.net.close(listener);
    host.wait(1200000);
    host.said();
    expect(host.net.tcp_npcb()).toBe(0);
    host.expectPoolsRestored();
  });

  function listen(profile: string): void {
    host = new Host({ config: PROFILES[profile], gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
    const { net } = host.net;
    accepted = [];
    listener = net.socket(2, 1, 0);
    net.bind(listener, { sin_family: 2, sin_addr: 0, sin_port: 80 } as never);
    net.listen(listener, BACKLOG);
  }

  function hears(from: string, fields: Partial<packets.TcpFields>): void {
    const ends = { from, to: US.ip, fromPort: 5000, toPort: 80 };
    const payload = packets.tcp({ ...ends, seq: 1000, ack: 0, ...fields });
    host.hearsIp({ from, protocol: packets.TCP, payload }, from === NEIGHBOUR.ip ? NEIGHBOUR : GATEWAY);
  }

  /** A SYN from somebody far away who does not exist. */
  function forged(n: number): void {
    hears(`198.51.100.${1 + (n % 200)}`, { fromPort: 7000 + n, flags: "S", options: [{ kind: "mss", mss: 1460 }] });
  }

  /** Somebody connects whose answers take `roundTrip` ms, while `perSecond` forged SYNs come. Is he accepted? */
  function connects(fromPort: number, roundTrip: number, perSecond: number): boolean {
    hears(NEIGHBOUR.ip, { fromPort, flags: "S", options: [{ kind: "mss", mss: 1460 }] });
    const answer = host.said().find(({ tcp }) => tcp?.toPort === fromPort)?.tcp;
    if (!answer) return false;
    for (let ms = 0, n = 0; ms < roundTrip; ms++) {
      if (n < (ms * perSecond) / 1000) forged(n++);
      host.wait(1);
    }
    hears(NEIGHBOUR.ip, { fromPort, seq: 1001, ack: answer.seq + 1, flags: "." });
    const fd = host.net.net.accept(listener, null);
    if (fd >= 0) accepted.push(fd);
    host.said();
    return fd >= 0;
  }

  it("lets one that is on its way come to its end while the interpreter has no memory for the next, and gives up who is silent", () => {
    listen("small");
    host.kernel.freeCells = host.net.CELLS_SPARE + 1;
    hears(NEIGHBOUR.ip, { fromPort: 5000, flags: "S", options: [{ kind: "mss", mss: 1460 }] });
    const answer = host.said().find(({ tcp }) => tcp?.toPort === 5000)?.tcp as packets.Tcp;
    forged(1);
    forged(2);
    host.wait(100);
    hears(NEIGHBOUR.ip, { fromPort: 5000, seq: 1001, ack: answer.seq + 1, flags: "." });
    accepted.push(host.net.net.accept(listener, null));
    expect(accepted[0]).toBeGreaterThan(0);
    forged(3);
    host.wait(3500); // it has been asked three times
    host.said();
    host.kernel.freeCells += host.net.CELLS_CONN; // for what the first has yet to say
    expect(connects(5001, 10, 0)).toBe(true);
  });

  it("has room for the next when what it has served waits only for the peer to close, and memory is short", () => {
    javascriptOnly("takes the interpreter's cells away; machine code has memory of its own");
    listen("full");
    const { freeCells } = host.kernel;
    expect(connects(5000, 10, 0)).toBe(true);
    host.kernel.freeCells = host.net.CELLS_SPARE - 1;
    expect(connects(5001, 10, 0)).toBe(false);
    expect(host.net.tcp_npcb()).toBe(2); // the first is in use
    host.kernel.freeCells = freeCells;
    host.net.net.close(accepted.pop() as number);
    const fin = host.said().find(({ tcp }) => tcp?.flags.includes("F"))?.tcp as packets.Tcp;
    hears(NEIGHBOUR.ip, { fromPort: 5000, seq: 1001, ack: fin.seq + 1, flags: "." });
    host.kernel.freeCells = host.net.CELLS_SPARE - 1;
    expect(connects(5002, 10, 0)).toBe(false);
    expect(host.net.tcp_npcb()).toBe(1);
    host.kernel.freeCells = freeCells;
    expect(connects(5003, 10, 0)).toBe(true);
  });

  for (const profile of ["full", "small"]) {
    it(`accepts a connection at once after 14 of them (${profile} profile)`, () => {
      listen(profile);
      for (let n = 0; n < 14; n++) forged(n);
      host.said();
      expect(connects(5000, 10, 0)).toBe(true);
    });

    it(`accepts one after another while a hundred a second come (${profile} profile)`, () => {
      listen(profile);
      for (let n = 0; n < 14; n++) forged(n);
      host.said();
      for (let i = 0; i < 4; i++)
        expect(connects(5000 + i, 50, 100))
          .withContext(`connection ${i}`)
          .toBe(true);
    });
  }
});
