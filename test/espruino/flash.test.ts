/**
 * `npm run flash` to a real Espruino, whose console is reached over TCP, as that of a board on a network would be.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boards } from "../../tools/flash/boards";
import { send } from "../../tools/flash/flash";
import type { Plan } from "../../tools/flash/plan";
import { espruino } from "./interpreter";

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

describe("npm run flash to a real Espruino", () => {
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
