/**
 * `npm run flash` to a real Espruino, whose console is reached over TCP, as that of a board on a network would be.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boards } from "../../tools/flash/boards";
import { faultIn, send } from "../../tools/flash/flash";
import { makePlan, type Plan } from "../../tools/flash/plan";
import { whyNoCore } from "../../tools/native/cores";
import { espruino, runProgram } from "./interpreter";

const installed = existsSync(join(__dirname, "../../tools/flash/node_modules"));

/** The interpreter, its console behind a port. */
class NetworkedBoard {
  private readonly folder = mkdtempSync(join(tmpdir(), "espruino-"));
  private readonly child: ChildProcess;
  private readonly server: Server;

  constructor() {
    this.child = spawn(espruino as string, [], { cwd: this.folder, stdio: ["pipe", "pipe", "ignore"] });
    this.server = createServer((socket) => {
      socket.on("data", (data) => this.child.stdin?.write(data));
      this.child.stdout?.on("data", (data) => socket.write(data));
      socket.on("error", () => {});
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.child.kill("SIGKILL");
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Is it an ARM, with its Storage in its memory? */
async function runsMachineCode(): Promise<boolean> {
  const asks =
    'require("Storage").write("x","y");say(E.getAddressOf(require("Storage").read("x"),true)&&process.env.EXPTR);quit()';
  const { lines } = await runProgram(asks, 30000);
  return Number(lines[0]) > 0 && Number(lines[0]) < 2 ** 31;
}

/** What the shell needs of wires to find its core and enter it; no chip is at their end. */
const CONNECTS = `
var nothing = { send: function (d) { return new Uint8Array(typeof d == "object" && d.count || d.length); }, write: function () {}, setup: function () {} };
try {
  var eth = require("enc28j60").connect({ spi: nothing, cs: new Pin(1), mac: "02:00:00:00:00:02" });
  eth.on("error", function (e) { print("CHIP " + e); });
  print("CORE RUNS");
} catch (e) { print("CORE " + e); }
`;
/** Where it lies, and of what length it is. */
const PLACE = `print("PLACE " + (E.getAddressOf(require("Storage").read("enc28j60.core"), true) & 1023));\n`;

describe("npm run flash to a real Espruino", () => {
  it("puts machine code first into mapped Storage, behind nothing of the user's, and it runs", async () => {
    if (!espruino || !installed) pending("ESPRUINO is not set, or tools/flash is not installed");
    if (!(await runsMachineCode())) {
      console.log(
        "skipped: machine code flashed into a real Espruino, because this one has no mapped Storage or is no ARM",
      );
      pending("no machine code");
    }
    const why = whyNoCore({ chip: "enc28j60", profile: "small", thumb: "thumb2" });
    if (why) pending(why);
    const nucleo = boards.find(({ name }) => name === "NUCLEOF401RE")!;
    const planned = await makePlan({ board: nucleo, bundle: "enc28j60-small", extras: [], boot: false });
    const board = new NetworkedBoard();
    const port = await board.listen();
    const before = 'require("Storage").write("settings","mine");require("Storage").open("log","w").write("a line");\n';
    await send(
      { ...planned, core: undefined, files: [{ name: "x", content: "1" }], program: before },
      port,
      undefined,
      () => {},
    );
    for (const program of [PLACE + CONNECTS]) {
      const kept =
        'print("KEPT "+require("Storage").read("settings")+", "+require("Storage").open("log","r").readLine());\n';
      const printed = await send({ ...planned, program: program + kept }, port, undefined, () => {});
      expect(faultIn(printed)).withContext(printed.slice(-1500)).toBe("");
      expect(printed).toContain("PLACE 32");
      expect(printed).toContain("KEPT mine, a line");
      expect(printed).toContain("CORE RUNS");
    }
    board.stop();
  }, 400000);

  it("puts files of any bytes into Storage, and runs the program", async () => {
    if (!espruino) pending("ESPRUINO is not set");
    if (!installed) {
      console.log(
        "skipped: flashing a real Espruino, because tools/flash is not installed (npm ci --prefix tools/flash)",
      );
      pending("tools/flash is not installed");
    }
    const bytes = Array.from({ length: 1500 }, (_, i) => String.fromCharCode((i * 7) % 256)).join("");
    const files = [
      { name: "bytes", content: bytes },
      { name: "shout", content: 'exports.shout = function (s) { return s.toUpperCase() + "!"; };' },
    ];
    const program = 'print(require("shout").shout("it runs"));\n';
    const plan: Plan = { board: boards[4], files, reason: "", program, restarts: false };
    const board = new NetworkedBoard();
    const printed = await send(plan, await board.listen(), undefined, () => {});
    board.stop();
    for (const line of ["flash: 20 %", "flash: 95 %", "flash: bytes ok", "flash: shout ok", "flash: done", "IT RUNS!"])
      expect(printed).toContain(line);
  }, 60000);
});
