/**
 * Fragments that are attacks, made by scapy (Debian: python3-scapy), at the simulated board: `npm run fragment-attacks`. Behind each kind
 * of them the board answers pings and serves its page, and in the end all its memory is back. Takes minutes; without scapy it says so.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { IPFRAGTTL } from "../../firmware/config";
import { CHIPS } from "../lib/chip";
import { liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const { quickBundles } = require("../../tools/quick_bundle") as { quickBundles(names: string[]): Promise<string[]> };

const BOARD = "10.77.0.2";
/** Debian's own, which has scapy. */
const PYTHON = "/usr/bin/python3";
const noScapy = spawnSync(PYTHON, ["-c", "import scapy"]).status === 0 ? "" : "scapy is not installed (python3-scapy)";
const obstacle = whyNoNamespace() || noScapy;
if (obstacle) console.log(`skipped: fragments that are attacks, because ${obstacle}`);

const cores = process.env.CORE ? [process.env.CORE] : ["javascript", "native"];

for (const chip of CHIPS)
  for (const core of cores)
    describe(`A board with ${chip}, its stack ${core}`, () => {
      const live = liveSpecs(obstacle);
      let namespace: Namespace;
      const before = process.env.CORE;

      beforeAll(async () => {
        if (obstacle) return;
        const [bundle] = await quickBundles([`${chip}-router`]);
        namespace = new Namespace();
        process.env.CORE = core;
        const app = ["--bundle", bundle, "--app", join(__dirname, "fragment_attacks_app.js")];
        await namespace.simulate(chip, "--ip", `${BOARD}/24`, ...app, "--link", "tap:tap0");
        await namespace.run("ip", "addr", "add", "10.77.0.1/24", "dev", "tap0");
        await namespace.until(async () => (await namespace.run("ping", "-c", "1", "-W", "1", BOARD)).status === 0, 60);
      }, 180000);

      afterAll(async () => {
        if (before === undefined) delete process.env.CORE;
        else process.env.CORE = before;
        if (obstacle) return;
        expect(await namespace.interrupt())
          .withContext(namespace.printed)
          .toBe(0);
        await namespace.remove();
      }, 60000);

      live(
        "answers behind each attack",
        "ping",
        async () => {
          const neighbours = (await namespace.run("ip", "neigh", "show", BOARD)).output;
          const mac = /lladdr (\S+)/.exec(neighbours)?.[1] ?? neighbours;
          const { output } = await namespace.run(PYTHON, join(__dirname, "fragment_attacks.py"), mac);
          console.log(`${chip} ${core}:\n${output}`);
          const lines = output.trim().split("\n");
          expect(lines.length).toBe(14);
          expect(lines.filter((line) => !line.endsWith(" well"))).toEqual([]);
        },
        600000,
      );

      live(
        "has all its memory back when what was begun is given up",
        "ping",
        async () => {
          await new Promise((resolve) => setTimeout(resolve, IPFRAGTTL + 10000));
          expect(namespace.printed.trim().split("\n").at(-1)).toBe("in use: 0 mbufs, 0 clusters");
        },
        90000,
      );
    });
