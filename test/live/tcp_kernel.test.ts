/**
 * The board's TCP against the Linux kernel's, and other people's clients, over a TAP device: on a good cable and on a bad
 * one.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHIP, CHIPS } from "../lib/chip";
import { endWell, type Live, liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const BOARD = "10.77.0.2";
const obstacle = whyNoNamespace();

type Tests = (live: Live, namespace: () => Namespace) => void;

function boardOn(cable: string, chip: string, options: string[], tests: Tests): void {
  describe(`the TCP of a board with ${chip} on ${cable}`, () => {
    let namespace: Namespace;
    let folder: string;

    beforeAll(async () => {
      if (obstacle) return;
      folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
      namespace = new Namespace();
      await namespace.simulate(
        chip,
        "--link",
        "tap:tap0",
        "--ip",
        `${BOARD}/24`,
        "--pcap",
        join(folder, "wire.pcap"),
        ...options,
      );
      await namespace.until(async () => (await namespace.run("ping", "-c", "1", "-W", "1", BOARD)).status === 0);
    }, 30000);

    afterAll(async () => {
      if (obstacle) return;
      await endWell(namespace, folder);
    }, 60000);

    tests(liveSpecs(obstacle), () => namespace);
  });
}

function goodCable(live: Live, namespace: () => Namespace): void {
  live("serves its page to curl", "curl", async () => {
    const { output } = await namespace().run("curl", "-s", "-m", "10", `http://${BOARD}/`);
    expect(output).toContain("Hello from Espruino");
  });

  live("serves 300 requests, eight at a time, to ab", "ab", async () => {
    const { output } = await namespace().run("ab", "-q", "-n", "300", "-c", "8", `http://${BOARD}/`);
    expect(output).toMatch(/Complete requests: +300/);
    expect(output).toMatch(/Failed requests: +0/);
  });

  live("echoes 2 MB to the kernel, byte for byte", "node", async () => {
    const { output } = await namespace().run("node", "test/live/tcp_client.js", "echo", "2000000");
    expect(output).toContain("2000000 bytes intact");
  });

  live("survives 50 clients that reset in the middle", "node", async () => {
    const { output } = await namespace().run("node", "test/live/tcp_client.js", "abort", "50");
    expect(output).toContain("50 aborted");
    expect((await namespace().run("curl", "-s", "-m", "10", `http://${BOARD}/`)).output).toContain("Hello");
  });

  live("is scanned by nmap and goes on serving", "nmap", async () => {
    const { output } = await namespace().run("nmap", "-n", "-sS", "-p", "1-100", BOARD);
    expect(output).toMatch(/^80\/tcp +open/m);
    expect(output).toMatch(/^7\/tcp +open/m);
    expect((await namespace().run("curl", "-s", "-m", "10", `http://${BOARD}/`)).output).toContain("Hello");
  });
}

for (const chip of CHIPS) boardOn("a good cable", chip, [], goodCable);

boardOn(
  "a cable with 5 % loss and reordering",
  CHIP,
  ["--loss", "0.05", "--reorder", "0.2", "--delay", "5", "--seed", "3"],
  (live, namespace) => {
    live(
      "echoes 200 KB to the kernel, byte for byte",
      "node",
      async () => {
        const { output } = await namespace().run("node", "test/live/tcp_client.js", "echo", "200000");
        expect(output).toContain("200000 bytes intact");
      },
      120000,
    );
  },
);
