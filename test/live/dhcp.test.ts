/**
 * The shipped bundle on the simulated board asks for its address, and dnsmasq, over a TAP device, gives it one.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHIPS } from "../lib/chip";
import { expertFaults, has, liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const obstacle = whyNoNamespace();
if (obstacle) console.log(`skipped: the tests with a DHCP server, because ${obstacle}`);

/** Times that dnsmasq tells the board to renew and rebind after (s); it takes no T1 below 3. */
const T1 = 3;
const T2 = 60;

for (const chip of CHIPS) describe(`the board with ${chip} and a DHCP server of other people's`, () => isServed(chip));

function isServed(chip: string): void {
  const live = liveSpecs(obstacle);
  const ready = () => !obstacle && has("dnsmasq");
  let namespace: Namespace;
  let folder: string;
  let log: () => string;

  beforeAll(async () => {
    if (!ready()) return;
    folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
    namespace = new Namespace();
    await namespace.simulate(chip, "--link", "tap:tap0", "--ip", "dhcp", "--pcap", join(folder, "wire.pcap"));
    await namespace.run("ip", "addr", "add", "10.78.0.1/24", "dev", "tap0");
    const files = ["--conf-file=/dev/null", "--pid-file=", `--dhcp-leasefile=${join(folder, "leases")}`];
    const options = [`--dhcp-option=option:T1,${T1}`, `--dhcp-option=option:T2,${T2}`, "--domain=test.example"];
    log = namespace.serve(
      ...["dnsmasq", "--no-daemon", "--user=root", "--no-resolv", "--no-hosts", "--no-ping", "--interface=tap0"],
      ...["--bind-interfaces", "--dhcp-authoritative", "--dhcp-range=10.78.0.50,10.78.0.60,2m", ...files, ...options],
    );
    await namespace.until(async () => /address: 10\.78/.test(namespace.printed), 30);
  }, 60000);

  afterAll(async () => {
    if (!ready()) return;
    await namespace.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 30000);

  /** The lease as dnsmasq has it: when it ends (s), hardware address, address, name. It is being rewritten at times. */
  const lease = async () => {
    let words: string[] = [];
    await namespace.until(async () => {
      words = readFileSync(join(folder, "leases"), "latin1").split(" ");
      return words.length > 4;
    });
    return words;
  };
  const acks = () => log().match(/DHCPACK\(tap0\)/g)?.length ?? 0;

  live("has a lease, and says which", "dnsmasq", async () => {
    expect(namespace.printed).toContain(`address: ${(await lease())[2]}/24,`);
    expect(log()).toMatch(/DHCPDISCOVER.*\n(.*\n)*.*DHCPOFFER.*\n(.*\n)*.*DHCPREQUEST.*\n(.*\n)*.*DHCPACK/);
  });

  live("answers pings at that address", "dnsmasq", async () => {
    const { output } = await namespace.run("ping", "-q", "-c", "5", "-i", "0.2", (await lease())[2]);
    expect(output).toContain("5 received, 0% packet loss");
  });

  live("has a name there", "dnsmasq", async () => {
    expect((await lease())[3]).toMatch(/^espruino-[0-9a-f]{6}$/);
    if (!has("dig")) return;
    const { output } = await namespace.run("dig", "+short", "@10.78.0.1", `${(await lease())[3]}.test.example`);
    expect(output).toBe(`${(await lease())[2]}\n`);
  });

  live("renews its lease when it is told to, and keeps the address", "dnsmasq", async () => {
    const before = acks();
    const discovers = log().match(/DHCPDISCOVER/g)?.length;
    const address = (await lease())[2];
    await namespace.until(async () => acks() >= before + 2, 30);
    expect(log().match(/DHCPDISCOVER/g)?.length).toBe(discovers);
    expect((await lease())[2]).toBe(address);
    expect(Number((await lease())[0]) * 1000).toBeGreaterThan(Date.now() + 100000);
    expect(namespace.printed.match(/^address: /gm)?.length).toBe(1);
  });

  live("lets go when it is interrupted, and its capture has no fault in it", "tshark", async () => {
    if (!ready()) return;
    expect(await namespace.interrupt()).toBe(0);
    expect(expertFaults(join(folder, "wire.pcap"))).toBe("");
  });
}

describe("the board with a DHCP server that gives an address that is taken", () => {
  const live = liveSpecs(obstacle);
  let namespace: Namespace;

  beforeAll(() => {
    if (!obstacle && has("dnsmasq")) namespace = new Namespace();
  });
  afterAll(async () => {
    if (namespace) await namespace.remove();
  }, 30000);

  live(
    "declines it and has another",
    "dnsmasq",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
      await namespace.simulate(CHIPS[0], "--link", "tap:tap0", "--ip", "dhcp");
      await namespace.run("ip", "addr", "add", "10.78.0.1/24", "dev", "tap0");
      // the kernel is the neighbour that has it; as it is the server's host as well, the server must broadcast
      await namespace.run("ip", "addr", "add", "10.78.0.50/24", "dev", "tap0");
      const log = namespace.serve(
        ...[
          "dnsmasq",
          "--no-daemon",
          "--user=root",
          "--port=0",
          "--conf-file=/dev/null",
          "--no-ping",
          "--dhcp-broadcast",
        ],
        ...["--interface=tap0", "--bind-interfaces", "--dhcp-sequential-ip", "--dhcp-authoritative", "--pid-file="],
        ...["--dhcp-range=10.78.0.50,10.78.0.60,2m", `--dhcp-leasefile=${join(folder, "leases")}`],
      );
      await namespace.until(async () => /address: 10\.78\.0\.5[1-9]\//.test(namespace.printed), 50);
      expect(log()).toContain("DHCPDECLINE(tap0) 10.78.0.50 ");
      rmSync(folder, { recursive: true });
    },
    60000,
  );
});

describe("the board that is up before its DHCP server", () => {
  const live = liveSpecs(obstacle);
  let namespace: Namespace;

  beforeAll(() => {
    if (!obstacle && has("dnsmasq")) namespace = new Namespace();
  });
  afterAll(async () => {
    if (namespace) await namespace.remove();
  }, 30000);

  live(
    "hears its offers, which go to the address to come, while it has a link-local one",
    "dnsmasq",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
      await namespace.simulate(CHIPS[0], "--link", "tap:tap0", "--ip", "dhcp");
      await namespace.run("ip", "addr", "add", "10.78.0.1/24", "dev", "tap0");
      await namespace.until(async () => /address: 169\.254\./.test(namespace.printed), 40);
      const log = namespace.serve(
        ...["dnsmasq", "--no-daemon", "--user=root", "--port=0", "--conf-file=/dev/null", "--no-ping", "--log-dhcp"],
        ...["--interface=tap0", "--bind-interfaces", "--dhcp-authoritative", "--pid-file="],
        ...["--dhcp-range=10.78.0.50,10.78.0.60,2m", `--dhcp-leasefile=${join(folder, "leases")}`],
      );
      await namespace.until(async () => /address: 10\.78\.0\.\d+\//.test(namespace.printed), 80);
      expect(log()).not.toContain("broadcast response");
      rmSync(folder, { recursive: true });
    },
    140000,
  );
});
