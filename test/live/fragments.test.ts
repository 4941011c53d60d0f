/**
 * Datagrams longer than a frame, between the board and the Linux kernel over a TAP device: in pieces, some of which come late or
 * twice. The board has what a router has (the profile of that name).
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHIPS } from "../lib/chip";
import { endWell, liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const { quickBundles } = require("../../tools/quick_bundle") as { quickBundles(names: string[]): Promise<string[]> };

const BOARD = "10.77.0.2";
const obstacle = whyNoNamespace();
if (obstacle) console.log(`skipped: tests of fragments against the Linux kernel, because ${obstacle}`);

/** The chips have no part in fragments: one of them in each run. CHIP=w5500-raw is the other one. */
for (const chip of CHIPS.slice(0, 1))
  describe(`the board with ${chip} and what is longer than a frame`, () => takesFragments(chip));

function takesFragments(chip: string): void {
  const live = liveSpecs(obstacle);
  let namespace: Namespace;
  let folder: string;

  beforeAll(async () => {
    if (obstacle) return;
    const [bundle] = await quickBundles([`${chip}-router`]);
    folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
    const app = join(__dirname, "fragments_app.js");
    namespace = new Namespace();
    const firmware = ["--bundle", bundle, "--app", app];
    const cable = ["--link", "tap:tap0", "--reorder", "0.1", "--dup", "0.1", "--pcap", join(folder, "wire.pcap")];
    await namespace.simulate(chip, "--ip", `${BOARD}/24`, ...firmware, ...cable);
    await namespace.run("ip", "addr", "add", "10.77.0.1/24", "dev", "tap0");
    await namespace.until(async () => (await namespace.run("ping", "-c", "1", "-W", "1", BOARD)).status === 0);
  }, 60000);

  afterAll(async () => {
    if (obstacle) return;
    await endWell(namespace, folder);
  }, 60000);

  for (const size of [1473, 4000, 8000])
    live(`answers pings of ${size} bytes`, "ping", async () => {
      const { output } = await namespace.run("ping", "-q", "-c", "25", "-i", "0.2", "-s", String(size), BOARD);
      expect(output).toMatch(/25 received,.* 0% packet loss/);
    });

  for (const [port, what] of [
    ["7", "the sockets API"],
    ["8", "Espruino's dgram"],
  ])
    live(`echoes datagrams of 0 to 8000 bytes by ${what}`, "node", async () => {
      const { output } = await namespace.run("node", "test/live/udp_client.js", "echo", "200", "8000", port);
      expect(output).toContain("200 intact");
    });

  live("sends datagrams of every length from 1 to 8000 bytes, in steps of 37", "node", async () => {
    const { output } = await namespace.run("node", "test/live/udp_client.js", "lengths", "37", "8000", "9");
    expect(output).toContain("217 intact");
  });
}
