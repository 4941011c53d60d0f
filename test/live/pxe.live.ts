/**
 * QEMU's virtual PC boots from the simulated board (examples/pxe): `npm run pxe`. Its boot ROM is iPXE, its cable the simulator's.
 * Without QEMU it says that it skips that.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHIPS } from "../lib/chip";
import { has } from "./namespace";

const QEMU = "qemu-system-x86_64";
const ROM = "/usr/lib/ipxe/qemu/pxe-e1000.rom";
const root = join(__dirname, "../..");
const missing = !has(QEMU) ? QEMU : !existsSync(ROM) ? "the boot ROM of ipxe-qemu" : "";
if (missing) console.log(`skipped: a PC boots from the board, because ${missing} is not installed`);

/** The PC's screen, as its serial line has it: without what moves the cursor about. */
const ESC = String.fromCharCode(27);
const CURSOR = new RegExp(`${ESC}\\[[0-9;?]*[a-zA-Z]|${ESC}c|\\r`, "g");
const screen = (log: string) => log.replace(CURSOR, "").replace(/ {2,}/g, " ");

/** A program, and what it has printed. */
class Running {
  printed = "";
  private readonly child: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(command: string, ...args: string[]) {
    this.child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (chunk) => (this.printed += chunk.toString("latin1")));
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
  }

  async until(text: string, seconds: number): Promise<void> {
    for (let tries = 10 * seconds; tries; tries--) {
      if (this.printed.includes(text)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`waited in vain for "${text}"; printed was: ${this.printed}`);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}

for (const chip of CHIPS)
  it(`A PC boots from a board with ${chip}`, async () => {
    if (missing) pending(`${missing} is not installed`);
    const folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
    const wire = join(folder, "wire");
    const app = join(folder, "board.js");
    const program = readFileSync(join(root, "examples/pxe/board.js"), "utf8");
    writeFileSync(app, program.replace('require("enc28j60")', `require("${chip}")`));
    const cli = ["--import", "tsx", "host-sim/cli.ts", "--chip", chip, "--app", app, "--link", `unix:${wire}`];
    const board = new Running(process.execPath, ...cli);
    await board.until("listening", 60);
    const net = ["-netdev", `stream,id=n,server=off,addr.type=unix,addr.path=${wire}`, "-device", "e1000,netdev=n"];
    const pc = new Running(QEMU, "-m", "64", "-nographic", "-boot", "n", ...net);
    const late = setTimeout(() => pc.end("SIGTERM"), 150000);
    expect(await pc.ended)
      .withContext("the PC has switched itself off")
      .toBe(0);
    clearTimeout(late);
    await board.end("SIGINT");
    const log = screen(pc.printed);
    console.log(`what the PC shows, with ${chip}:\n${log.trim()}\n`);
    console.log(`what the board prints:\n${board.printed.trim()}\n`);
    expect(log).toContain("iPXE initialising devices...ok");
    expect(log).toMatch(/net0: 192\.168\.4\.\d+\/255\.255\.255\.0/);
    expect(log).toMatch(/tftp:\/\/192\.168\.4\.1\/boot\.ipxe\.*\s+ok/);
    expect(log).toMatch(/192\.168\.4\.\d+ boots from 192\.168\.4\.1/);
    expect(log).toMatch(/http:\/\/192\.168\.4\.1\/hello\.pxe\.*\s+ok/);
    expect(log).toContain("Hello from the board");
    expect(board.printed).toMatch(/lease 192\.168\.4\.\d+ 52:54:00:12:34:56 iPXEPXEClient:Arch:00000/);
    expect(board.printed).toContain("tftp boot.ipxe whole");
    expect(board.printed).toContain("http /hello.pxe");
    rmSync(folder, { recursive: true, force: true });
  }, 240000);
