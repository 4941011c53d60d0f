/**
 * Names, time and the way to others, with other people's programs at the other end of a TAP device: dnsmasq is asked for
 * names, dig and avahi find the board, ntpd tells it the time, the kernel answers its pings.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endWell, has, liveSpecs, Namespace, whyNoNamespace } from "./namespace";

const OURS = "10.77.0.1";
const root = join(__dirname, "../..");
const obstacle = whyNoNamespace();
if (obstacle) console.log(`skipped: tests of names against other people's programs, because ${obstacle}`);

const DNSMASQ = [
  "--keep-in-foreground --conf-file=/dev/null --pid-file= --user=root --no-resolv --no-hosts --bind-interfaces",
  `--listen-address=${OURS} --local=/example.test/ --auth-ttl=60 --local-ttl=60`,
  "--host-record=www.example.test,203.0.113.5 --host-record=six.example.test,2001:db8::1",
  "--cname=web.example.test,www.example.test --cname=alias.example.test,web.example.test",
  "--host-record=time.example.test,10.77.0.1",
  ...Array.from({ length: 60 }, (_, i) => `--host-record=many.example.test,203.0.113.${i + 100}`),
]
  .join(" ")
  .split(" ");

/** An orphan serves the time of this machine's clock, which it does not touch. */
const NTP_CONF = "tos orphan 5 orphanwait 1\ndisable ntp\ndisable monitor\nrestrict default\n";

/** avahi with a bus of its own; everything that it leaves in /run is the namespace's own, too. */
const AVAHI = `mount -t tmpfs none /run && mkdir -p /run/dbus /run/avahi-daemon
dbus-daemon --system --fork --nopidfile
avahi-daemon --file=$1/avahi.conf --no-drop-root --no-chroot --no-rlimits >$1/avahi.log 2>&1 &
daemon=$!
for try in 1 2 3 4 5 6 7 8 9 10; do avahi-resolve -4 -n sensor1.local && break; sleep 1; done
avahi-resolve -a 10.77.0.2
avahi-browse --resolve --terminate --parsable _http._tcp
sleep 5
kill $daemon $(pgrep --ns $$ --nslist mnt dbus-daemon)`;
const AVAHI_CONF = "[server]\nhost-name=linux1\nuse-ipv6=no\nallow-interfaces=tap0\nenable-dbus=yes\n";

/** A module as the program itself would bring it: the simulator's Storage has the stack's alone. */
function withModules(...names: string[]): string {
  const add = (name: string) => {
    const text = readFileSync(join(root, "dist", `${name}.min.js`), "latin1");
    return `Modules.addCached(${JSON.stringify(name)}, ${JSON.stringify(text)});\n`;
  };
  return names.map(add).join("") + readFileSync(join(__dirname, "names_app.js"), "utf8");
}

describe("the board among names", () => {
  let namespace: Namespace;
  let folder: string;

  beforeAll(async () => {
    if (obstacle) return;
    folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
    const app = join(folder, "app.js");
    writeFileSync(app, withModules("mdns", "sntp", "traceroute"));
    writeFileSync(join(folder, "ntp.conf"), NTP_CONF);
    writeFileSync(join(folder, "avahi.conf"), AVAHI_CONF);
    namespace = new Namespace();
    const capture = join(folder, "wire.pcap");
    await namespace.simulate("enc28j60", "--link", "tap:tap0", "--ip", "10.77.0.2/24", "--app", app, "--pcap", capture);
    await namespace.run("ip", "route", "add", "224.0.0.0/4", "dev", "tap0");
    if (has("dnsmasq")) namespace.serve("dnsmasq", ...DNSMASQ);
    if (has("ntpd"))
      namespace.serve("ntpd", "-n", "-u", "root", "-c", join(folder, "ntp.conf"), "-f", join(folder, "drift"));
    await namespace.until(async () => (await namespace.run("ping", "-c", "1", "-W", "1", "10.77.0.2")).status === 0);
    await namespace.until(async () => /named sensor1.local/.test(namespace.printed));
  }, 60000);

  afterAll(async () => {
    if (obstacle) return;
    await endWell(namespace, folder);
  }, 60000);

  const live = liveSpecs(obstacle);

  /** What the board answers to each question. */
  async function ask(...questions: string[]): Promise<string[]> {
    const { output } = await namespace.run("node", "test/live/ask_board.js", ...questions);
    return output.trim().split("\n");
  }

  live(
    "resolves names: one, an alias of an alias, none, one without an address, and one with sixty",
    "dnsmasq",
    async () => {
      const names = ["www", "alias", "no", "six", "many", "www"].map((host) => `name ${host}.example.test`);
      const [www, alias, no, six, many, again] = await ask(...names);
      expect([www, alias, no, six, again]).toEqual(["203.0.113.5", "203.0.113.5", "error 1", "error 4", "203.0.113.5"]);
      expect(many).toMatch(/^203\.0\.113\.1\d\d$/);
    },
  );

  live("pings the kernel, by address and by name", "dnsmasq", async () => {
    const answers = await ask(`ping ${OURS}`, "ping time.example.test", "ping localhost");
    expect(answers[0]).toMatch(/^from 10\.77\.0\.1 ttl 64 after [\d.e-]+ ms$/);
    expect(answers[1]).toMatch(/^from 10\.77\.0\.1 ttl 64 after [\d.e-]+ ms$/);
    expect(answers[2]).toMatch(/^from 127\.0\.0\.1 ttl 64 /);
  });

  live(
    "finds the way to the kernel, and to a network behind it that the kernel says is unreachable",
    "sysctl",
    async () => {
      await namespace.run("sysctl", "-w", "net.ipv4.ip_forward=1");
      expect(await ask(`trace ${OURS}`)).toEqual([OURS]);
      expect(await ask("trace 198.51.100.9")).toEqual([OURS]); // network unreachable, from the first router
      await namespace.run("ip", "link", "add", "far0", "type", "veth", "peer", "name", "far1");
      await namespace.run("ip", "addr", "add", "198.51.100.1/24", "dev", "far0");
      await namespace.run("ip", "link", "set", "far0", "up");
      const [behind] = await ask("trace 198.51.100.1");
      expect(behind).toBe("198.51.100.1");
    },
  );

  live("gets the time from ntpd, and sets its clock", "ntpd", async () => {
    let answer = "";
    // it tells nobody the time before it has been told that there is no other clock
    await namespace.until(async () => {
      [answer] = await ask(`time ${OURS}`);
      return answer.startsWith("stratum");
    }, 30);
    expect(answer).toMatch(/^stratum (\d+) now ([\d.]+)$/);
    const [, stratum, , now] = answer.split(" ");
    expect(Number(stratum)).toBe(5);
    expect(Math.abs(Number(now) - Date.now() / 1000)).toBeLessThan(2);
  });

  // dig asks one host only: since BIND 9.16 it takes no answer from another address than it has asked, so none of a group
  live("answers dig in .local, and tells it of its service", "dig", async () => {
    const dig = (...more: string[]) =>
      namespace.run("dig", "+short", "+time=2", "+tries=2", "@10.77.0.2", "-p", "5353", ...more);
    expect((await dig("sensor1.local")).output.trim()).toBe("10.77.0.2");
    expect((await dig("-x", "10.77.0.2")).output.trim()).toBe("sensor1.local.");
    expect((await dig("_services._dns-sd._udp.local", "PTR")).output.trim()).toBe("_http._tcp.local.");
    expect((await dig("_http._tcp.local", "PTR")).output.trim()).toBe("sensor1._http._tcp.local.");
    expect((await dig("sensor1._http._tcp.local", "SRV")).output.trim()).toBe("0 0 80 sensor1.local.");
    expect((await dig("sensor1._http._tcp.local", "TXT")).output.trim()).toBe('"path=/"');
  });

  live("is found by avahi, by name, by address and by service; and finds avahi by name", "avahi-daemon", async () => {
    if (!has("dbus-daemon")) pending("dbus-daemon is not installed");
    const avahi = namespace.run("sh", "-c", AVAHI, "sh", folder);
    const started = async () => /startup complete/.test(readFileSync(join(folder, "avahi.log"), "utf8"));
    await namespace.until(() => started().catch(() => false));
    const [found] = await ask("name linux1.local");
    const { output } = await avahi;
    const log = readFileSync(join(folder, "avahi.log"), "utf8");
    expect(output).withContext(log).toContain("sensor1.local\t10.77.0.2");
    expect(output).withContext(log).toContain("10.77.0.2\tsensor1.local");
    expect(output)
      .withContext(log)
      .toMatch(/^=;tap0;IPv4;sensor1;.*;sensor1\.local;10\.77\.0\.2;80;"path=\/"$/m);
    expect(found).withContext(log).toBe(OURS);
  });
});
