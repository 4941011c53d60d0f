/**
 * Two Linux namespaces that reach each other through the simulated board: with an ENC28J60 and a W5500 in one stack, or two chips of
 * one kind. The board's two cables are TAP devices, each in a namespace of its own.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "../../host-sim/clock";
import { TapLink } from "../../host-sim/links/tap";
import type { Machine } from "../../host-sim/machine";
import { RealTime } from "../../host-sim/realtime";
import { Segment } from "../../host-sim/segment";
import { routerBoard } from "../lib/router_board";
import { liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const obstacle = whyNoNamespace();
if (obstacle) console.log(`skipped: tests of a router between namespaces, because ${obstacle}`);

/** Bytes that curl fetches. */
const SIZE = 2_000_000;

for (const kinds of [
  ["enc28j60", "w5500-raw"],
  ["w5500-raw", "w5500-raw"],
] as [string, string][])
  describe(`Two namespaces and a board with ${kinds.join(" and ")} between them`, () => {
    const live = liveSpecs(obstacle);
    const printed: string[] = [];
    let left: Namespace;
    let right: Namespace;
    let links: TapLink[];
    let realTime: RealTime;
    let board: Machine;
    let folder: string;

    beforeAll(async () => {
      if (obstacle) return;
      folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
      const clock = new VirtualClock();
      const segments: [Segment, Segment] = [new Segment(clock), new Segment(clock)];
      realTime = new RealTime(clock);
      board = await routerBoard({ clock, segments, kinds, print: (line) => printed.push(line) });
      const report = (line: string) => printed.push(line);
      links = segments.map((segment, i) => {
        const host = { address: `10.0.${i + 1}.9`, length: 24, mask: "255.255.255.0" };
        return new TapLink(`eer${process.pid % 10000}${i}`, { segment, realTime, report }, host);
      });
      left = new Namespace("l");
      right = new Namespace("r");
      for (const [i, { name }] of [left, right].entries())
        spawnSync("ip", ["link", "set", `eer${process.pid % 10000}${i}`, "netns", name]);
      for (const [i, namespace] of [left, right].entries()) {
        const device = `eer${process.pid % 10000}${i}`;
        await namespace.run("ip", "link", "set", device, "up");
        await namespace.run("ip", "addr", "add", `10.0.${i + 1}.2/24`, "dev", device);
        await namespace.run("ip", "route", "add", "default", "via", `10.0.${i + 1}.1`);
      }
      realTime.start();
      await left.until(async () => (await left.run("ping", "-c", "1", "-W", "1", "10.0.2.2")).status === 0, 20);
    }, 60000);

    afterAll(async () => {
      if (obstacle) return;
      expect(board.errors).toEqual([]);
      realTime.stop();
      for (const link of links) await link.close();
      board.stop();
      await left.remove();
      await right.remove();
      rmSync(folder, { recursive: true, force: true });
    }, 30000);

    live("ping each other, one hop apart", "ping", async () => {
      const { output } = await left.run("ping", "-c", "20", "-i", "0.05", "10.0.2.2");
      expect(output).toContain(" 0% packet loss");
      expect(output).toContain("ttl=63");
      expect((await right.run("ping", "-q", "-c", "5", "-i", "0.05", "10.0.1.2")).output).toContain(" 0% packet loss");
    });

    live("ping each other with 4000 bytes, in fragments that the board passes on", "ping", async () => {
      const { output } = await left.run("ping", "-q", "-c", "10", "-i", "0.2", "-s", "4000", "10.0.2.2");
      expect(output).toContain(" 0% packet loss");
    });

    live("see the board on the way, by traceroute", "traceroute", async () => {
      const { output } = await left.run("traceroute", "-n", "-q", "1", "-w", "2", "10.0.2.2");
      expect(output).toMatch(/ 1 {2}10\.0\.1\.1 .*\n 2 {2}10\.0\.2\.2 /);
    });

    live("fetch two megabytes from one another, intact", "curl", async () => {
      const content = Buffer.alloc(SIZE);
      for (let i = 0; i < SIZE; i++) content[i] = (i * 7 + (i >> 8) * 13) & 255;
      writeFileSync(join(folder, "content"), content);
      right.serve("python3", "-m", "http.server", "8000", "--directory", folder);
      await right.until(async () => (await right.run("curl", "-sf", "http://127.0.0.1:8000/")).status === 0);
      const got = join(folder, "got");
      const { status } = await left.run("curl", "-sf", "-o", got, "http://10.0.2.2:8000/content");
      expect(status).toBe(0);
      const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
      expect(hash(readFileSync(got))).toBe(hash(content));
    });

    live("are told that there is no way beyond", "ping", async () => {
      const { output } = await left.run("ping", "-c", "1", "-W", "2", "203.0.113.1");
      expect(output).toMatch(/From 10\.0\.1\.1 .*Destination Net Unreachable/i);
    });

    live("do not hear of one another when the board is told not to forward", "ping", async () => {
      realTime.inject(() => board.run("en1.setForwarding(false)"));
      const { output } = await left.run("ping", "-c", "2", "-W", "1", "-i", "0.5", "10.0.2.2");
      expect(output).toMatch(/From 10\.0\.1\.1 .*(Packet filtered|Prohibited)/i);
      realTime.inject(() => board.run("en1.setForwarding(true)"));
      await left.until(async () => (await left.run("ping", "-c", "1", "-W", "1", "10.0.2.2")).status === 0);
    });
  });
