/**
 * The simulator as its command runs it, with a program given as text, for tests: in real time, on ports of this host.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firmware } from "../../host-sim/firmware";
import { parseOptions } from "../../host-sim/options";
import { Simulator } from "../../host-sim/simulator";

export class Simulation {
  private constructor(
    readonly simulator: Simulator,
    /** What the board and the simulator have printed. */
    readonly lines: string[],
  ) {}

  static async start(program: string, ...options: string[]): Promise<Simulation> {
    const folder = mkdtempSync(join(tmpdir(), "app-"));
    const app = join(folder, "app.js");
    writeFileSync(app, program);
    const lines: string[] = [];
    const print = (text: string) => lines.push(...text.split("\n"));
    try {
      const settings = parseOptions(["--app", app, ...options]);
      const bundles = await firmware(settings.chip, settings.bundle, { own: ["netstat"], others: {} }, print);
      const simulator = await Simulator.start(settings, bundles, print);
      print(simulator.summary);
      simulator.announce();
      return new Simulation(simulator, lines);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Waits for a line that begins so, and answers it. */
  async line(start: string, seconds = 15): Promise<string> {
    const found = () => this.lines.find((line) => line.startsWith(start));
    for (let i = 0; i < seconds * 50 && !found(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(this.lines.join("\n")).toContain(start);
    return found() ?? "";
  }
}

/** A TCP port of this host that nobody has. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
