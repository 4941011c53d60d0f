/**
 * The machine code for boards, on an emulated Cortex-M0+ in a simulated board: Thumb-1, which every Cortex-M runs, entered by the
 * shell that is shipped. What it costs is counted; what the interpreter owes it, or has broken off, is mended.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SECOND } from "../../host-sim/clock";
import { BOARD, PEER } from "../lib/bench";
import { CHIPS } from "../lib/chip";
import * as packets from "../lib/packets";
import { needsCore, ThumbBench } from "./lib/thumb";

/** With any chip, of Thumb-1 instructions, the interpreter's functions aside; what the interpreter does for them is counted in the last. */
const LIMITS = { arp: 6500, ping: 7500, long: 20000, calls: 30 };
const STACK = 800;

function arpRequest(): Uint8Array {
  const payload = packets.arp({
    op: packets.ARP_REQUEST,
    senderMac: PEER.mac,
    senderIp: PEER.ip,
    targetMac: packets.NOBODY,
    targetIp: BOARD.ip,
  });
  return Uint8Array.from(packets.ethernet({ to: packets.EVERYBODY, from: PEER.mac, type: packets.TYPE_ARP, payload }));
}

for (const chip of CHIPS)
  describe(`The machine code of a board with the ${chip}`, () => {
    let bench: ThumbBench;
    let locked: number;

    beforeEach(() => {
      needsCore();
      bench = new ThumbBench({ chip });
      locked = bench.processor.interpreter.locked.length;
    });

    /** Nothing is left of what was done. */
    afterEach(() => {
      if (!bench) return;
      bench.clock.runFor(SECOND);
      expect(bench.machine.errors).toEqual([]);
      expect(bench.processor.interpreter.locked.length).withContext("locks").toBe(locked);
      expect(bench.chip.violations).toEqual([]);
      const { m_mbufs, m_mfree, m_clusters, m_clfree } = bench.evaluate<Record<string, number>>("eth.stats().mbuf");
      expect([m_mfree, m_clfree]).withContext("mbufs and clusters").toEqual([m_mbufs, m_clusters]);
      bench.machine.stop();
    });

    it("answers ARP and pings for what that may cost, with little stack", () => {
      const { interpreter } = bench.processor;
      let calls = interpreter.calls;
      const arp = bench.instructions(() => {
        bench.sendFrame(arpRequest());
        bench.clock.runFor(SECOND / 10);
      });
      calls = interpreter.calls - calls;
      const ping = bench.instructions(() => {
        bench.ping(56);
        bench.clock.runFor(SECOND / 10);
      });
      const long = bench.instructions(() => {
        bench.ping(1472);
        bench.clock.runFor(SECOND / 10);
      });
      expect(bench.pongs.length).toBe(3);
      const { cortex } = interpreter;
      console.log(
        `${chip}: Thumb-1 instructions, the interpreter's functions aside: ARP ${arp} (and ${calls} such functions), ping 56 ` +
          `${ping}, ping 1472 ${long}; ${cortex.stack} bytes of stack, ${bench.processor.flatStrings[0].bytes.length} of memory`,
      );
      expect(arp).toBeLessThan(LIMITS.arp);
      expect(calls).toBeLessThan(LIMITS.calls);
      expect(ping).toBeLessThan(LIMITS.ping);
      expect(long).toBeLessThan(LIMITS.long);
      expect(cortex.stack).toBeLessThan(STACK);
      expect(bench.broken).toBe(0);
    });

    it("echoes a program's datagrams of all lengths", () => {
      expect(bench.echoed(60)).toBe(60);
    });
  });

describe("The shell and the machine code as they are shipped", () => {
  for (const profile of ["", "-small", "-udp"])
    it(`run as the module enc28j60${profile}, in tokens`, () => {
      needsCore();
      const bundle = join(__dirname, `../../dist/enc28j60${profile}.tok.js`);
      const bench = new ThumbBench({ chip: "enc28j60", bundle });
      expect(bench.echoed(10)).toBe(10);
      const { storage } = bench.machine.board;
      expect(storage.read("enc28j60")).toBe(
        readFileSync(join(__dirname, `../../dist/enc28j60${profile || "-full"}.shell.tok.js`), "latin1"),
      );
      expect(storage.mapped().at("enc28j60.core")).toBe(32); // first of all files
      expect(bench.machine.errors).toEqual([]);
      bench.machine.stop();
    });
});
