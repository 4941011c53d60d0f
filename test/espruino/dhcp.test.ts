/**
 * The shipped bundle on a real Espruino, from its Storage, gets its address by DHCP: the chip is the model, and the server
 * runs on another machine of the simulation.
 */
import { join } from "node:path";
import { serveDhcp } from "../../host-sim/links/dhcp_server";
import { createMachine } from "../../host-sim/machine";
import { whyNoInterpreter } from "./interpreter";
import { Rig } from "./rig";

const dist = join(__dirname, "../../dist");
const SERVER = "10.77.0.1";
const BOARD = { address: "10.77.0.2", length: 24 };
const TEST_MS = 120000;

/** As a user writes it; and what the memory is, after a garbage collection, before and after. */
const program = `
var eth = require("enc28j60").connect({ spi: wires.spi, cs: wires.cs, int: wires.int, rst: wires.rst });
eth.on("error", function (e) { print("ERROR " + e); });
eth.on("connected", function (ip) { print("CONNECTED " + ip); });
print("BEFORE " + process.memory().usage);
eth.setIP(function (error) { print("SET " + (error == null)); });
`;

describe("on a real Espruino, DHCP", () => {
  it(
    "gives an address, and keeps little in memory",
    async () => {
      if (whyNoInterpreter()) pending(whyNoInterpreter());
      const rig = new Rig({ program, profile: "udp" });
      try {
        const gateway = createMachine({
          clock: rig.clock,
          segment: rig.segment,
          chip: "enc28j60",
          name: "gateway",
          bundle: join(dist, "enc28j60.test.js"),
          ip: `${SERVER}/24`,
        });
        serveDhcp(gateway, BOARD, SERVER);
        const full = () => /OUT OF MEMORY|Unable to find or create file/.test(rig.console.output);
        await rig.console.until(() => full() || rig.console.lines("CONNECTED").length > 0, TEST_MS, "CONNECTED");
        if (full()) {
          console.log("skipped: DHCP on a real Espruino, because this one's memory is too small for it");
          pending("its memory is too small");
        }
        expect(rig.console.lines("CONNECTED")).toEqual([BOARD.address]);
        expect(await rig.console.line("SET")).toBe("true");
        const before = Number(await rig.console.line("BEFORE"));
        const after = await rig.console.evaluate<number>("process.memory().usage");
        const info = await rig.console.evaluate<object>("eth.getIP()");
        const status = await rig.console.evaluate<{ lease: number }>("eth.getStatus()");
        console.log(`cells: ${before} connected to the chip, ${after - before} more with an address by DHCP`);
        expect(info).toEqual(
          jasmine.objectContaining({ ip: BOARD.address, subnet: "255.255.255.0", gateway: SERVER, dns: SERVER }),
        );
        expect(status).toEqual(jasmine.objectContaining({ state: "online", dhcp: "bound", server: SERVER }));
        expect(status.lease).toBeGreaterThan(3000);
        expect(rig.console.output).not.toMatch(/Uncaught|^FLAG|^ERROR|MEMORY/m);
      } finally {
        await rig.stop();
      }
    },
    TEST_MS + 20000,
  );
});
