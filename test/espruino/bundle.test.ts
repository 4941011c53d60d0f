/**
 * The shipped bundles on a real Espruino: that they load, what they weigh, and that sockets talk over loopback.
 */
import { join } from "node:path";
import { espruino, runOnEspruino } from "./interpreter";

const dist = join(__dirname, "../../dist");
if (!espruino) console.log("skipped: tests on a real Espruino, because the variable ESPRUINO does not name one");

/** A chip that does not answer is enough to bring up everything above it. */
const program = (chip: string) => `
var start = process.memory().usage, total = process.memory().total;
var ethernet = require("${chip}");
var loaded = process.memory().usage;
var spi = { send: function (d) { return d; }, write: function () {}, setup: function () {} };
var eth = ethernet.connect({ spi: spi, cs: D1, int: D2, mac: "02:00:00:00:00:01" });
var left = 2;
function end() {
  if (--left) return;
  net.close(a);
  net.close(b);
  say("end");
  quit();
}
eth.on("error", function (e) { say("error " + e); end(); });
eth.setIP({ ip: "10.0.0.1", gateway: "10.0.0.9" });
say("cells " + (loaded - start) + " loaded, " + (process.memory().usage - start) + " connected, of " + total);
var net = eth.net, from = {};
var a = net.socket(net.AF_INET, net.SOCK_DGRAM, 0), b = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
net.bind(a, { sin_family: 2, sin_addr: 0, sin_port: 7 });
net.setupcall(a, function (fd) {
  var data = net.recvfrom(fd, 1472, 0, from);
  if (typeof data !== "number") net.sendto(fd, data, 0, from);
});
net.setupcall(b, function (fd) {
  say("echo " + E.toString(net.recvfrom(fd, 1472, 0, from)) + " from " + net.inet_ntoa(from.sin_addr) + ":" + from.sin_port);
  end();
});
net.sendto(b, "hello", 0, { sin_family: 2, sin_addr: net.inet_addr("127.0.0.1"), sin_port: 7 });
`;

const COMPLAINTS: [chip: string, complaint: string][] = [
  ["enc28j60", "ENC28J60 does not answer (EREVID reads 0): check SI/MOSI, SCK, CS and power"],
  ["w5500-raw", "W5500 does not answer (VERSIONR reads 0): check MOSI, SCK, CS, reset and power"],
];

describe("on a real Espruino", () => {
  for (const [chip, complaint] of COMPLAINTS)
    for (const suffix of [".min", ".tok", "-udp.tok"]) loads(chip, `${chip}${suffix}.js`, complaint);

  function loads(chip: string, bundle: string, complaint: string): void {
    it(`${bundle} loads from Storage, says what is wrong with a dead chip, and talks to itself`, async () => {
      if (!espruino) pending("ESPRUINO is not set");
      const { lines, output } = await runOnEspruino(chip, join(dist, bundle), program(chip), 20000);
      if (output.includes("Unable to find or create file")) {
        console.log(`skipped: ${bundle} on a real Espruino, because this one's Storage is too small for it`);
        pending("its Storage is too small");
      }
      console.log(`${bundle}: ${lines.find((line) => line.startsWith("cells"))}`);
      expect(lines).withContext(output).toContain("echo hello from 127.0.0.1:7");
      expect(lines).toContain(`error ${complaint}`);
      expect(lines).toContain("end");
      expect(output).not.toMatch(/Uncaught|MEMORY/);
    }, 30000);
  }
});
