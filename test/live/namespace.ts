/**
 * A network of its own for a test: a Linux network namespace, in which the simulator's TAP device meets the kernel's own
 * protocols and other people's programs.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

/** Why no namespace can be had here, or "". */
export function whyNoNamespace(): string {
  if (process.platform !== "linux") return "this is not Linux";
  const name = `probe${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (made.error) return "the program ip (iproute2) is not installed";
  if (made.status !== 0) return `no network namespace may be made: ${made.stderr.trim()}`;
  const tap = spawnSync("ip", ["netns", "exec", name, "ip", "tuntap", "add", "tap0", "mode", "tap"], {
    encoding: "utf8",
  });
  spawnSync("ip", ["netns", "del", name]);
  return tap.status === 0 ? "" : `no TAP device may be made: ${tap.stderr.trim()}`;
}

/** Is the program there? */
export function has(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

/** What tshark finds wrong in a capture: malformed packets, bad checksums, errors; "" when there is nothing. */
export function expertFaults(capture: string): string {
  const checks = ["ip", "udp", "tcp"].flatMap((protocol) => ["-o", `${protocol}.check_checksum:TRUE`]);
  const bad = ["ip", "udp", "tcp", "icmp"].map((protocol) => `${protocol}.checksum.status == "Bad"`).join(" || ");
  // the kernel may send the checksum 0xffff, which is right and which tshark finds odd
  const filter = `(_ws.malformed || _ws.expert.severity == "Error" || ${bad}) && !(tcp.checksum == 0xffff)`;
  const { stdout, stderr, status } = spawnSync("tshark", ["-r", capture, ...checks, "-Y", filter], {
    encoding: "utf8",
  });
  return status === 0 ? stdout : stderr;
}

/** Ends a simulator that has written `folder`/wire.pcap: it ends well, and there is nothing wrong in what it wrote. */
export async function endWell(namespace: Namespace, folder: string): Promise<void> {
  expect(await namespace.interrupt())
    .withContext(namespace.printed)
    .toBe(0);
  if (has("tshark")) expect(expertFaults(join(folder, "wire.pcap"))).toBe("");
  await namespace.remove();
  rmSync(folder, { recursive: true, force: true });
}

/** A spec that needs a namespace and a program; without them it is skipped, aloud. */
export type Live = (name: string, program: string, test: () => Promise<void>, timeout?: number) => void;

/** Makes specs that are skipped because of `obstacle`, unless that is "". */
export function liveSpecs(obstacle: string): Live {
  return (name, program, test, timeout = 60000) =>
    it(
      name,
      async () => {
        if (obstacle) pending(obstacle);
        if (!has(program)) {
          console.log(`skipped: ${name}, because ${program} is not installed`);
          pending(`${program} is not installed`);
        }
        await test();
      },
      timeout,
    );
}

export interface Finished {
  status: number | null;
  output: string;
}

export class Namespace {
  readonly name: string;
  private simulator: ChildProcess | undefined;
  private readonly servers: ChildProcess[] = [];
  /** what the simulator printed */
  printed = "";

  /** `which`: of several of one test. */
  constructor(which = "") {
    this.name = `ee${process.pid}${which}`;
    spawnSync("ip", ["netns", "add", this.name]);
    spawnSync("ip", ["netns", "exec", this.name, "ip", "link", "set", "lo", "up"]);
  }

  /** Starts the simulator with `chip` as a user would, with these options, and waits for its device to be up. */
  async simulate(chip: string, ...options: string[]): Promise<void> {
    const command = ["netns", "exec", this.name, process.execPath, "-r", "./tools/typescript.js", "host-sim/cli.ts"];
    const simulator = spawn("ip", [...command, "--chip", chip, ...options], { cwd: root });
    simulator.stdout.on("data", (chunk) => (this.printed += chunk));
    simulator.stderr.on("data", (chunk) => (this.printed += chunk));
    this.simulator = simulator;
    await this.until(async () => /UP/.test((await this.run("ip", "link", "show", "tap0")).output));
  }

  /** Starts a program that runs until the namespace is removed; what it has printed so far. */
  serve(...command: string[]): () => string {
    const child = spawn("ip", ["netns", "exec", this.name, ...command], { cwd: root });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    this.servers.push(child);
    return () => output;
  }

  /** Runs a program in the namespace and gives its whole output. */
  run(...command: string[]): Promise<Finished> {
    return new Promise((resolve) => {
      const child = spawn("ip", ["netns", "exec", this.name, ...command], { cwd: root });
      let output = "";
      child.stdout.on("data", (chunk) => (output += chunk));
      child.stderr.on("data", (chunk) => (output += chunk));
      child.on("close", (status) => resolve({ status, output }));
    });
  }

  /** Interrupts the simulator as Ctrl-C does; its exit status. */
  async interrupt(): Promise<number | null> {
    const simulator = this.simulator;
    if (!simulator) return null;
    this.simulator = undefined;
    if (simulator.exitCode !== null) return simulator.exitCode;
    const closed = new Promise<number | null>((resolve) => simulator.on("close", resolve));
    simulator.kill("SIGINT");
    return closed;
  }

  /** Waits until `holds`, ten seconds at most, or so many. */
  async until(holds: () => Promise<boolean>, seconds = 10): Promise<void> {
    for (let tries = 10 * seconds; tries; tries--) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`waited in vain; the simulator printed: ${this.printed}`);
  }

  async remove(): Promise<void> {
    await this.interrupt();
    for (const server of this.servers) server.kill();
    spawnSync("ip", ["netns", "del", this.name]);
  }
}
