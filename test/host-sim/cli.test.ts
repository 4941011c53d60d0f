import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
const TIME_LIMIT = 60_000;

/** Firmware that does nothing but connect. */
const BUNDLE = "exports.connect = function () { return { setIP: function (a) { print('ip', a.ip, a.subnet); } }; };";

interface Run {
  child: ChildProcess;
  out: string;
  err: string;
  exit: Promise<number | null>;
}

describe("The simulator's command", () => {
  let folder: string;
  const runs: Run[] = [];

  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const start = (...args: string[]): Run => {
    const child = spawn(process.execPath, ["-r", "./tools/typescript.js", "host-sim/cli.ts", ...args], { cwd: ROOT });
    const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
    const run: Run = { child, out: "", err: "", exit };
    child.stdout.on("data", (data) => {
      run.out += data;
    });
    child.stderr.on("data", (data) => {
      run.err += data;
    });
    runs.push(run);
    return run;
  };
  const printed = async (run: Run, text: string) => {
    for (let i = 0; i < 500 && !run.out.includes(text); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(run.out).toContain(text);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cli-"));
  });
  afterEach(() => {
    for (const { child } of runs.splice(0)) child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  it(
    "runs a program on the board until it is interrupted",
    async () => {
      const app = file("app.js", "var n = 0; setInterval(function () { print('tick', ++n); }, 20);");
      const pcap = join(folder, "wire.pcap");
      const run = start("--link", "none", "--bundle", file("fw.js", BUNDLE), "--app", app, "--pcap", pcap);
      await printed(run, "tick 3");
      expect(run.out).toContain("ip 10.0.2.15 255.255.255.0\n");
      expect(run.out).toMatch(/board: .*ENC28J60; /);
      run.child.kill("SIGINT");
      expect(await run.exit).toBe(0);
      expect(run.err).toBe("");
      expect(readFileSync(pcap).readUInt32LE(0)).toBe(0xa1b23c4d);
    },
    TIME_LIMIT,
  );

  it(
    "has modules of ours and of a folder in the board's Storage, and says which are nowhere",
    async () => {
      file("shout.js", 'exports = function (s) { return s.toUpperCase() + require("mark").mark; };');
      file("mark.min.js", 'exports.mark="!";');
      const program = `print(require("shout")("it runs"), typeof require("telnet").start, typeof require("mdns").start);
        require("netstat").netstat(eth, "i"); require("gone");`;
      const run = start("--link", "none", "--app", file("app.js", program), "--modules", folder, "--with", "mdns");
      await printed(run, 'Module "gone" not found');
      expect(run.out).toContain("IT RUNS! function function\n");
      expect(run.out).toMatch(/Name +Mtu/);
      expect(run.out).toMatch(/app.js requires "gone", which the board has not: .* has it not\n/);
    },
    TIME_LIMIT,
  );

  it(
    "ends on SIGTERM too, and is quiet when told to",
    async () => {
      const app = file("app.js", "print('here')");
      const bundle = file("fw.js", BUNDLE.replace(/print\(.*?\);/, ""));
      const run = start("--quiet", "--link", "none", "--bundle", bundle, "--app", app);
      await printed(run, "here");
      run.child.kill("SIGTERM");
      expect(await run.exit).toBe(0);
      expect(run.out).toBe("here\n");
    },
    TIME_LIMIT,
  );

  it(
    "joins two boards over a socket",
    async () => {
      const bundle = file("fw.js", BUNDLE);
      const app = file("app.js", "print('booted')");
      const wire = `unix:${join(folder, "wire")}`;
      const first = start("--link", wire, "--bundle", bundle, "--app", app);
      await printed(first, "listening");
      const second = start("--link", wire, "--bundle", bundle, "--app", app);
      await printed(second, "connected");
      await printed(first, "a peer has connected");
      second.child.kill("SIGINT");
      expect(await second.exit).toBe(0);
      await printed(first, "the peer has gone");
    },
    TIME_LIMIT,
  );

  it(
    "says what a program needs that a board has not",
    async () => {
      file("bad.js", "exports=2**3");
      const cases: [string[], RegExp][] = [
        [["--modules", "/none"], /^--modules \/none: there is no such folder\n$/],
        [
          ["--with", "telnet,nothing"],
          /^--with nothing: there is dhcpd, mdns, netstat, nettools, pcap, sntp, tcpdump, telnet, tftpd, traceroute, update, vfs, /,
        ],
        [
          ["--app", file("new.js", "var a = 1;\nlet [b] = [a?.x];")],
          /new.js:2:5: destructuring\n.*new.js:2:12: \?\.\n$/,
        ],
        [["--app", file("odd.js", "var a = 1;\nvar b = ;")], /odd.js:2:9: Unexpected token\n$/],
        [["--app", file("m.js", 'require("bad")'), "--modules", folder], /bad.js:1:9: \*\*\n$/],
      ];
      for (const [args, message] of cases) {
        const run = start(...args);
        expect(await run.exit).toBe(2);
        expect(run.err).toMatch(message);
      }
    },
    2 * TIME_LIMIT,
  );

  it(
    "says in one line what is wrong and exits with 2",
    async () => {
      const broken = file("broken.js", "exports.connect = function () { throw new Error('no chip'); };");
      const cases: [string[], RegExp][] = [
        [["--ip", "dhcp", "--gateway", "10.0.2.2"], /^--gateway 10.0.2.2: is for the server to tell.*\n$/],
        [["--nonsense"], /^Unknown option '--nonsense'\n$/],
        [["--bundle", "/none.js", "--link", "none"], /^--bundle \/none.js: there is no such file\n$/],
        [["--app", "/none.js", "--link", "none"], /^--app \/none.js: there is no such file\n$/],
        [["--app", folder, "--link", "none"], /^--app \S+: there is no such file\n$/],
        [["--bundle", broken, "--link", "none"], /^The firmware \(.*broken.js\) does not start on the board\n$/],
        [["--link", `unix:${join(folder, "no/such/folder")}`], /^Cannot connect to or listen at unix:.*\n$/],
      ];
      const runs = cases.map(([args]) => start(...args));
      for (const [i, run] of runs.entries()) {
        expect(await run.exit)
          .withContext(cases[i][0].join(" "))
          .toBe(2);
        expect(run.err).toMatch(cases[i][1]);
      }
    },
    TIME_LIMIT,
  );

  it(
    "starts the board again when the program has changed, with --watch",
    async () => {
      const app = file("app.js", "print('first')");
      mkdirSync(join(folder, "modules"));
      const modules = join(folder, "modules");
      const run = start(
        "--watch",
        "--link",
        "none",
        "--bundle",
        file("fw.js", BUNDLE),
        "--app",
        app,
        "--modules",
        modules,
      );
      await printed(run, "first\n");
      await printed(run, "board:");
      file("app.js", "print('second'); print(require('m').text);");
      await printed(run, "second\n");
      file("modules/m.js", "exports.text = 'third';");
      await printed(run, "third\n");
      file("fw.js", BUNDLE.replace("'ip'", "'new firmware at'"));
      await printed(run, "new firmware at 10.0.2.15");
      run.child.kill("SIGINT");
      expect(await run.exit).toBe(0);
    },
    TIME_LIMIT,
  );

  it(
    "explains itself",
    async () => {
      const run = start("--help");
      expect(await run.exit).toBe(0);
      expect(run.out).toContain("--link LINK");
    },
    TIME_LIMIT,
  );
});
