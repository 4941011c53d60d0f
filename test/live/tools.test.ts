/**
 * What the board's tools show (the module nettools) against what Linux's own show of the same cable: `ip neigh`, `ip link`, `ss`.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection, InterfaceInfo, Neighbour, Route } from "../../firmware/modules/nettools/nettools_stats";
import { CHIP } from "../lib/chip";
import { endWell, liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const BOARD = "10.77.0.2";
const LINUX = "10.77.0.1";
const PORT = 7;
/** With a connection to the board open: Linux's tools, a line each, and what the board's answer by it. */
const BOTH = `
exec 3<>/dev/tcp/${BOARD}/${PORT}; sleep 0.3
ss -Htn state established dst ${BOARD}
ip neigh show ${BOARD}
cat /sys/class/net/tap0/address
echo go >&3; cat <&3`;

interface Answer {
  ifconfig: InterfaceInfo[];
  arp: Neighbour[];
  route: Route[];
  netstat: Connection[];
}

describe("The tools of a board on a TAP device", () => {
  const obstacle = whyNoNamespace();
  const live = liveSpecs(obstacle);
  let namespace: Namespace;
  let folder: string;

  beforeAll(async () => {
    if (obstacle) return;
    folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
    namespace = new Namespace();
    const capture = join(folder, "wire.pcap");
    const app = join(__dirname, "tools_app.js");
    const options = ["--link", "tap:tap0", "--ip", `${BOARD}/24`, "--app", app, "--pcap", capture];
    await namespace.simulate(CHIP, ...options);
    await namespace.until(async () => (await namespace.run("ping", "-c", "1", "-W", "1", BOARD)).status === 0);
  }, 30000);

  afterAll(async () => {
    if (!obstacle) await endWell(namespace, folder);
  }, 60000);

  live("show what Linux's show: neighbours, addresses, the connection", "ss", async () => {
    const { output } = await namespace.run("bash", "-c", BOTH);
    const [ss, neighbour, address, ...rest] = output.trim().split("\n");
    const { ifconfig, arp, route, netstat } = JSON.parse(rest.join("")) as Answer;
    const own = ifconfig.find(({ inet }) => inet === BOARD)!;
    expect(neighbour).toContain(`lladdr ${own.ether} `);
    expect(arp.find(({ ip }) => ip === LINUX)?.mac).toBe(address);
    const [, port] = new RegExp(`${LINUX}:(\\d+) +${BOARD}:${PORT}`).exec(ss)!;
    const found = netstat.find(({ foreign }) => foreign === `${LINUX}.${port}`);
    expect(found).toEqual(jasmine.objectContaining({ local: `${BOARD}.${PORT}`, state: "ESTABLISHED" }));
    expect(route).toContain({ destination: "10.77.0.0/24", gateway: null, flags: "U", interface: own.name });
    expect([own.netmask, own.status]).toEqual(["255.255.255.0", "active"]);
  });
});
