/**
 * What is shipped, in tokens: the bundle, and shells with machine code behind them, whole and with less in them
 * (tools/profile.js), on a simulated board that serves the small services over TCP: they open and close, carry data over a bad cable, and keep
 * nothing of a connection that is over.
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { bundleFor, CHIP, shellFor } from "../lib/chip";
import type { Net } from "../lib/kernel";
import { pattern } from "../lib/packets";

const services = readFileSync(join(__dirname, "../../host-sim/apps/services.js"), "utf8");
/** The streams of echo and chargen alone: machine code of the small profile has four descriptors for a program. */
const twoServices = services.replace(/^(serveDatagrams|servePages)\(.*\);$|^serveConnections\(9, .*\);$/gm, "");
const EAGAIN = -11;
const MSG_OOB = 1;

/** A board with a shipped bundle and a peer with the test bundle, on one cable. */
class Pair {
  readonly clock = new VirtualClock();
  readonly segment = new Segment(this.clock);
  readonly board: Machine;
  private readonly peer: Machine;

  constructor(bundle: string) {
    const shared = { clock: this.clock, segment: this.segment, chip: CHIP };
    const app = bundle.includes("-small") ? twoServices : services;
    this.board = createMachine({ ...shared, name: "board", bundle, ip: "10.0.0.1/24", app });
    this.peer = createMachine({
      ...shared,
      name: "peer",
      core: "javascript",
      bundle: bundleFor(CHIP, "test"),
      ip: "10.0.0.2/24",
    });
    this.clock.runFor(3 * SECOND);
  }

  get net(): Net {
    return this.peer.board.modules.require(CHIP) as Net;
  }

  /** Something that the peer does in a turn of its own. */
  turn<T>(work: () => T): T {
    let result: { value: T } | undefined;
    this.peer.call(() => {
      result = { value: work() };
    });
    for (let left = 1000; left && !result; left--) this.clock.runFor(MS); // it may be busy with a packet
    return result!.value;
  }

  open(port: number): number {
    const { net } = this;
    const fd = this.turn(() => net.net.socket(2, 1, 0));
    const addr = net.inet_addr("10.0.0.1");
    this.turn(() => net.net.connect(fd, { sin_family: 2, sin_addr: addr, sin_port: port }));
    return fd;
  }

  /** Sends `data` to the echo and answers what comes back within `seconds`. */
  echoed(fd: number, data: Buffer, seconds: number): Buffer {
    const { net } = this.net;
    const back: Buffer[] = [];
    let sent = 0;
    let length = 0;
    for (let left = seconds * 200; left && length < data.length; left--) {
      if (sent < data.length) {
        const bytes = this.peer.bytes(data.subarray(sent, sent + 1460));
        const n = this.turn(() => net.send(fd, bytes, 0)) as number;
        if (n > 0) sent += n;
      }
      const got = this.turn(() => net.recv(fd, 4096, 0)) as Uint8Array | number;
      if (typeof got === "number") expect(got).toBe(EAGAIN);
      else back.push(Buffer.from(got));
      length = back.reduce((sum, piece) => sum + piece.length, 0);
      this.clock.runFor(3 * MS);
    }
    return Buffer.concat(back);
  }

  /** Sends `data`, the last byte of it urgent. */
  sendUrgent(fd: number, data: Buffer): void {
    const bytes = this.peer.bytes(data);
    expect(this.turn(() => this.net.net.send(fd, bytes, MSG_OOB))).toBe(data.length);
    this.clock.runFor(SECOND);
  }

  close(fd: number): void {
    this.turn(() => this.net.net.close(fd));
  }

  stop(): void {
    this.board.stop();
    this.peer.stop();
  }
}

for (const bundle of [bundleFor(CHIP, "tok"), shellFor(CHIP, "full"), shellFor(CHIP, "small")])
  describe(`What is shipped as ${basename(bundle)}`, () => {
    let pair: Pair;

    beforeEach(() => {
      pair = new Pair(bundle);
    });

    afterEach(() => {
      expect(pair.board.errors).toEqual([]);
      pair.stop();
    });

    it("opens, echoes and closes 100 connections, more than it has room for at once", () => {
      const data = Buffer.from(pattern(1000, 7));
      for (let i = 0; i < 100; i++) {
        const fd = pair.open(7);
        expect(pair.echoed(fd, data, 5).equals(data))
          .withContext(`connection ${i}`)
          .toBe(true);
        pair.close(fd);
        pair.clock.runFor(50 * MS);
      }
    });

    it("carries data intact over a cable that loses, doubles and reorders", () => {
      Object.assign(pair.segment.faults, { loss: 0.05, dup: 0.02, reorder: 0.05, seed: 3 });
      const data = Buffer.from(pattern(60000, 11));
      const fd = pair.open(7);
      pair.clock.runFor(5 * SECOND);
      const back = pair.echoed(fd, data, 300);
      expect(back.length).toBe(data.length);
      expect(back.equals(data)).toBe(true);
      pair.close(fd);
    });

    if (bundle.includes("-small"))
      it("reads urgent data in its place", () => {
        const fd = pair.open(7);
        pair.clock.runFor(SECOND);
        pair.sendUrgent(fd, Buffer.from("abc"));
        const back = pair.turn(() => pair.net.net.recv(fd, 100, 0)) as Uint8Array;
        expect(Buffer.from(back).toString()).toBe("abc");
        pair.close(fd);
      });

    it("serves after its clients have reset their connections in the middle", () => {
      const { net } = pair.net;
      for (let i = 0; i < 60; i++) {
        const fd = pair.open(19);
        pair.clock.runFor(20 * MS);
        pair.turn(() => net.setsockopt(fd, 0xffff, 0x80, 0));
        pair.close(fd);
        pair.clock.runFor(20 * MS);
      }
      const fd = pair.open(7);
      const data = Buffer.from(pattern(500, 5));
      expect(pair.echoed(fd, data, 10).equals(data)).toBe(true);
      pair.close(fd);
    });
  });
