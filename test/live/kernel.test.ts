/**
 * The shipped bundle on the simulated board, started by the command line, against the Linux kernel and other people's
 * programs over a TAP device.
 */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHIPS } from "../lib/chip";
import { expertFaults, liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const BOARD = "10.77.0.2";
const obstacle = whyNoNamespace();
if (obstacle) console.log(`skipped: tests against the Linux kernel, because ${obstacle}`);

for (const chip of CHIPS) describe(`the board with ${chip} on a TAP device`, () => isOnTheNetwork(chip));

function isOnTheNetwork(chip: string): void {
  let namespace: Namespace;
  let folder: string;
  let capture: string;

  beforeAll(async () => {
    if (obstacle) return;
    folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
    capture = join(folder, "wire.pcap");
    namespace = new Namespace();
    await namespace.simulate(chip, "--link", "tap:tap0", "--ip", `${BOARD}/24`, "--pcap", capture);
    await namespace.run("ip", "addr", "add", "10.77.0.1/24", "dev", "tap0");
    await namespace.until(async () => (await namespace.run("ping", "-c", "1", "-W", "1", BOARD)).status === 0);
  }, 30000);

  afterAll(async () => {
    if (obstacle) return;
    await namespace.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 30000);

  const live = liveSpecs(obstacle);

  live("answers 200 pings, ten milliseconds apart", "ping", async () => {
    const { output } = await namespace.run("ping", "-q", "-c", "200", "-i", "0.01", BOARD);
    expect(output).toContain("200 packets transmitted, 200 received, 0% packet loss");
  });

  live("answers pings as long as a frame can be", "ping", async () => {
    const { output } = await namespace.run("ping", "-q", "-c", "20", "-i", "0.05", "-s", "1472", BOARD);
    expect(output).toContain("20 received, 0% packet loss");
  });

  live("answers a flood of 2000 pings", "ping", async () => {
    const { output } = await namespace.run("ping", "-q", "-f", "-c", "2000", BOARD);
    expect(output).toContain("2000 received, 0% packet loss");
  });

  live("answers arping", "arping", async () => {
    const { output } = await namespace.run("arping", "-c", "3", "-I", "tap0", BOARD);
    expect(output).toMatch(/Received 3 response|3 packets received/);
  });

  live("is found by traceroute, one hop away", "traceroute", async () => {
    const { output } = await namespace.run("traceroute", "-n", "-w", "2", "-q", "1", BOARD);
    expect(output).toMatch(/ 1 {2}10\.77\.0\.2 /);
  });

  live("echoes datagrams of 0 to 1472 bytes to a client of the kernel's", "node", async () => {
    const { output } = await namespace.run("node", "test/live/udp_client.js", "echo", "1000");
    expect(output).toContain("1000 intact");
  });

  live("refuses a datagram to a closed port", "node", async () => {
    const { output } = await namespace.run("node", "test/live/udp_client.js", "refused");
    expect(output).toContain("ECONNREFUSED");
  });

  live("lets go of everything when it is interrupted, and its capture has no fault in it", "tshark", async () => {
    expect(await namespace.interrupt()).toBe(0);
    expect((await namespace.run("ip", "link", "show", "tap0")).status).not.toBe(0);
    expect(existsSync(capture)).toBeTrue();
    expect(expertFaults(capture)).toBe("");
  });
}
