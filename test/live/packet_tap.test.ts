/**
 * The board's own capture of what it says with the Linux kernel, fetched over a TAP device while it grows: tshark reads it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHIPS } from "../lib/chip";
import { tcpdumpCode } from "../lib/libpcap";
import { endWell, liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const { quickBundles } = require("../../tools/quick_bundle") as { quickBundles(names: string[]): Promise<string[]> };

const BOARD = "10.77.0.2";
const obstacle = whyNoNamespace() || (tcpdumpCode("ip") === undefined ? "tcpdump is not installed" : "");
if (obstacle) console.log(`skipped: tests of the packet tap with the Linux kernel, because ${obstacle}`);

describe("The packet tap of a board beside the Linux kernel", () => {
  const live = liveSpecs(obstacle);
  let namespace: Namespace;
  let folder: string;

  beforeAll(async () => {
    if (obstacle) return;
    const [chip] = CHIPS;
    const [bundle] = await quickBundles([`${chip}-router`]);
    folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
    const app = join(folder, "app.js");
    const filter = JSON.stringify(tcpdumpCode("icmp and icmp[icmptype] == icmp-echoreply"));
    writeFileSync(
      app,
      `require("pcap").start(eth);\nrequire("tcpdump").start(eth, { filter: ${filter}, print: function (line) { print("LINE " + line); } });\n`,
    );
    namespace = new Namespace();
    const options = ["--bundle", bundle, "--app", app, "--link", "tap:tap0", "--pcap", join(folder, "wire.pcap")];
    await namespace.simulate(chip, "--ip", `${BOARD}/24`, ...options);
    await namespace.run("ip", "addr", "add", "10.77.0.1/24", "dev", "tap0");
    await namespace.until(async () => (await namespace.run("ping", "-c", "1", "-W", "1", BOARD)).status === 0);
  }, 60000);

  afterAll(async () => {
    if (!obstacle) await endWell(namespace, folder);
  }, 60000);

  live("streams what it says with it, and prints what a filter wants", "tshark", async () => {
    const capture = join(folder, "board.pcap");
    const fetched = namespace.run("bash", "-c", `exec 3<>/dev/tcp/${BOARD}/2002; timeout 2 cat <&3 >${capture}`);
    await namespace.until(async () => spawnSync("test", ["-s", capture]).status === 0);
    const before = namespace.printed.split("LINE").length;
    const { output } = await namespace.run("ping", "-q", "-c", "10", "-i", "0.1", "-s", "1000", BOARD);
    expect(output).toContain("10 received");
    await fetched;
    const found = (display: string) =>
      spawnSync("tshark", ["-r", capture, "-Y", display], { encoding: "utf8" }).stdout.split("\n").length - 1;
    expect([found("icmp.type == 8"), found("icmp.type == 0")]).toEqual([10, 10]);
    expect(found("_ws.malformed || tcp.port == 2002")).toBe(0);
    const lines = namespace.printed.split("LINE").slice(before);
    expect(lines.length).toBe(10);
    for (const line of lines)
      expect(line).toMatch(/IP 10\.77\.0\.2 > 10\.77\.0\.1: ICMP echo reply, id \d+, seq \d+, length 1008/);
  });
});
