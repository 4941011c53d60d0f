/**
 * Other people's DHCP clients get addresses from the simulated board, over a TAP device in a namespace: `npm run dhcp-clients`. They take
 * their time, so `npm test` has none of them.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHIPS } from "../lib/chip";
import { endWell, liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const obstacle = whyNoNamespace();
if (obstacle) console.log(`skipped: clients of a DHCP server, because ${obstacle}`);

/** What udhcpc calls: it says what happened, and does it. */
const UDHCPC = `#!/bin/sh
echo "$1 $ip/$mask router $router dns $dns domain $domain lease $lease server $serverid"
case "$1" in
  bound|renew) ip addr flush dev $interface; ip addr add $ip/$mask dev $interface ;;
esac
`;

/** What dhclient calls: an address that it is told to use, and no files of the machine's. */
const DHCLIENT = `#!/bin/sh
case "$reason" in
  BOUND|REBOOT|RENEW) ip addr flush dev $interface; ip addr add $new_ip_address/24 dev $interface ;;
esac
echo "$reason $new_ip_address $new_routers $new_domain_name_servers $new_domain_name"
`;

for (const chip of CHIPS)
  describe(`The DHCP server of a board with ${chip}`, () => {
    const live = liveSpecs(obstacle);
    let namespace: Namespace;
    let folder: string;
    const file = (name: string) => join(folder, name);
    const script = (name: string, text: string) => {
      writeFileSync(file(name), text);
      chmodSync(file(name), 0o755);
      return file(name);
    };
    const pings = async () => {
      const { output } = await namespace.run("ping", "-q", "-c", "3", "-i", "0.2", "10.79.0.1");
      expect(output).toContain(" 0% packet loss");
    };
    const forgets = () => namespace.run("ip", "addr", "flush", "dev", "tap0");

    beforeAll(async () => {
      if (obstacle) return;
      folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
      namespace = new Namespace();
      const board = ["--link", "tap:tap0", "--ip", "10.79.0.1/24", "--app", join(__dirname, "dhcpd_app.js")];
      await namespace.simulate(chip, ...board, "--pcap", file("wire.pcap"));
      await namespace.until(async () =>
        (await namespace.run("ip", "link", "show", "tap0")).output.includes("LOWER_UP"),
      );
    }, 60000);

    afterAll(async () => {
      if (obstacle) return;
      await endWell(namespace, folder);
    }, 30000);

    live("serves udhcpc, of busybox", "udhcpc", async () => {
      const how = ["-i", "tap0", "-f", "-n", "-q", "-R", "-s", script("udhcpc.sh", UDHCPC)];
      const { output, status } = await namespace.run("udhcpc", ...how, "-x", "hostname:visitor");
      expect(status).withContext(output).toBe(0);
      expect(output).toContain(
        "bound 10.79.0.10/24 router 10.79.0.1 dns 10.79.0.1 domain board.test lease 60 server 10.79.0.1",
      );
      await namespace.until(async () => /lease .* 10\.79\.0\.10 visitor/.test(namespace.printed));
      await forgets();
    });

    live(
      "serves udhcpc as it renews, and takes its address back",
      "udhcpc",
      async () => {
        const said = namespace.serve("udhcpc", "-i", "tap0", "-f", "-R", "-s", script("udhcpc.sh", UDHCPC));
        await namespace.until(async () => said().includes("bound 10.79.0.10"), 20);
        await pings();
        await namespace.until(async () => said().includes("renew 10.79.0.10"), 40);
        const pid = spawnSync("ip", ["netns", "pids", namespace.name], { encoding: "utf8" })
          .stdout.split("\n")
          .find((one) => one && readFileSync(`/proc/${one}/comm`, "utf8").includes("udhcpc"));
        process.kill(Number(pid), "SIGTERM"); // -R: it gives the address back
        await namespace.until(async () => /end .* 10\.79\.0\.10/.test(namespace.printed));
        await forgets();
      },
      90000,
    );

    live("serves dhclient, of the ISC", "dhclient", async () => {
      const files = [
        "-sf",
        script("dhclient.sh", DHCLIENT),
        "-lf",
        file("leases"),
        "-pf",
        file("pid"),
        "-cf",
        "/dev/null",
      ];
      writeFileSync(file("leases"), "");
      const { output, status } = await namespace.run("dhclient", "-4", "-v", "-1", ...files, "tap0");
      expect(status).withContext(output).toBe(0);
      expect(output).toMatch(/DHCPOFFER of 10\.79\.0\.1\d from 10\.79\.0\.1[\s\S]*DHCPACK of/);
      const lease = readFileSync(file("leases"), "latin1");
      expect(lease).toContain('option domain-name "board.test";');
      expect(lease).toContain("option routers 10.79.0.1;");
      await pings();
      await namespace.run("dhclient", "-4", "-v", "-r", ...files, "tap0");
      await namespace.until(async () => (namespace.printed.match(/^end/gm)?.length ?? 0) >= 2);
      await forgets();
    });

    live("serves dhcpcd, which looks itself whether the address is free", "dhcpcd", async () => {
      const conf = file("dhcpcd.conf");
      writeFileSync(conf, "duid\noption domain_name_servers, domain_name, routers\n");
      const how = ["-4", "-1", "-B", "-f", conf, "-c", "/bin/true", "--noipv4ll", "tap0"];
      const { output, status } = await namespace.run("dhcpcd", ...how);
      expect(status).withContext(output).toBe(0);
      expect(output).toMatch(/offered 10\.79\.0\.1\d from 10\.79\.0\.1[\s\S]*leased 10\.79\.0\.1\d for 60 seconds/);
      await pings();
      await forgets();
    });

    live("does not offer an address that somebody has", "udhcpc", async () => {
      const counts = namespace.printed.length;
      await namespace.run("ip", "link", "add", "link", "tap0", "name", "mv0", "type", "macvlan", "mode", "bridge");
      await namespace.run("ip", "link", "set", "mv0", "up");
      await namespace.run("ip", "addr", "add", "10.79.0.25/24", "dev", "tap0");
      const how = ["-i", "mv0", "-f", "-n", "-q", "-r", "10.79.0.25", "-s", script("udhcpc.sh", UDHCPC)];
      const { output, status } = await namespace.run("udhcpc", ...how);
      expect(status).withContext(output).toBe(0);
      expect(output).toMatch(/bound 10\.79\.0\.(?!25)/);
      await namespace.until(async () => /"conflicts":1/.test(namespace.printed.slice(counts)));
      await namespace.run("ip", "link", "del", "mv0");
      await forgets();
    });

    live("answers nmap's dhcp-discover, which has an address already", "nmap", async () => {
      await namespace.run("ip", "addr", "add", "10.79.0.99/24", "dev", "tap0");
      const { output } = await namespace.run("nmap", "-n", "-sU", "-p", "67", "--script", "dhcp-discover", "10.79.0.1");
      expect(output).toContain("DHCP Message Type: DHCPACK");
      expect(output).toContain("Domain Name: board.test");
      const offered = await namespace.run("nmap", "-n", "-e", "tap0", "--script", "broadcast-dhcp-discover");
      expect(offered.output).toMatch(/IP Offered: 10\.79\.0\.\d+/);
      await forgets();
    });
  });
