/**
 * The shipped bundles on a real Espruino: that they load, what they weigh, and that sockets talk over loopback.
 */
import { basename } from "node:path";
import { runOnEspruino, stackFiles, thumb, whyNoInterpreter } from "./interpreter";

const obstacle = whyNoInterpreter();
if (obstacle) console.log(`skipped: tests on a real Espruino, because ${obstacle}`);

/** A chip that does not answer is enough to bring up everything above it. */
const program = (chip: string) => `
var start = process.memory().usage, total = process.memory().total;
var ethernet = require("${chip}");
var loaded = process.memory().usage;
var zeros = String.fromCharCode(0, 0, 0, 0, 0, 0, 0, 0);
var spi = {
  send: function (d) { return typeof d === "number" ? 0 : typeof d === "string" ? zeros.substr(0, d.length) : new Uint8Array(d.length); },
  write: function () {},
  setup: function () {},
};
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

/** Profiles, and how the text is. */
const bundles: [profile: string, kind: "min" | "tok"][] = [
  ["full", "min"],
  ["full", "tok"],
  ...(thumb ? ([["udp", "tok"]] as [string, "tok"][]) : []),
];

describe("on a real Espruino", () => {
  for (const [chip, complaint] of COMPLAINTS)
    for (const [profile, kind] of bundles) loads(chip, stackFiles(chip, profile, kind), complaint);

  function loads(chip: string, files: Record<string, string>, complaint: string): void {
    const bundle = basename(files[chip]);
    it(`${bundle} loads from Storage, says what is wrong with a dead chip, and talks to itself`, async () => {
      if (obstacle) pending(obstacle);
      const { lines, output } = await runOnEspruino(files, program(chip), 20000);
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
