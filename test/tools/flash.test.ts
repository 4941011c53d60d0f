/**
 * `npm run flash`: what it would send, and what it refuses.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { type BoardFacts, boards, storageBytes } from "../../tools/flash/boards";
import { summary } from "../../tools/flash/flash";
import { flashBytes, makePlan, type PlanOptions } from "../../tools/flash/plan";
import { uploadProgram } from "../../tools/flash/upload";

const { requires } = require("../../tools/program") as { requires(text: string, file: string): string[] };
const ROOT = join(__dirname, "../..");
const board = (name: string) => boards.find((one) => one.name === name) as BoardFacts;

describe("npm run flash", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, text: string): string {
    writeFileSync(join(folder, name), text, "latin1");
    return join(folder, name);
  }

  const plan = (options: Partial<PlanOptions> = {}) =>
    makePlan({ board: board("ESP32"), extras: [], boot: false, ...options });

  it("sends the chip's module, the optional ones, and the program", async () => {
    const app = file("app.js", 'require("http"); require("enc28j60"); require("telnet");');
    const { files, program, restarts } = await plan({ extras: ["netstat"], app });
    expect(files.map(({ name }) => name)).toEqual(["enc28j60", "netstat", "telnet"]);
    expect([program, restarts]).toEqual([jasmine.stringMatching(/^require/), false]);
  });

  it("puts a program that starts with the board into .bootcde", async () => {
    const { files, program, restarts } = await plan({ app: file("app.js", "print(1)"), boot: true });
    expect(files.at(-1)).toEqual({ name: ".bootcde", content: "print(1)" });
    expect([program, restarts]).toEqual([undefined, true]);
  });

  it("takes the most complete bundle that the board has room for, and says which and why", async () => {
    const plans = await Promise.all(["ESP32", "PICO_R1_3"].map((name) => plan({ board: board(name) })));
    const sizes = plans.map(({ files }) => flashBytes(files));
    expect(sizes[1]).toBeLessThanOrEqual(storageBytes(board("PICO_R1_3")));
    expect(sizes[1]).toBeLessThanOrEqual(sizes[0]);
    expect(plans[0].reason).toBe("enc28j60 (all there is)");
    expect(plans[1].reason).toMatch(
      /^enc28j60-udp \(no TCP: .*\), since enc28j60 is \d+ bytes too large and enc28j60-small is \d+ bytes too large$/,
    );
    expect(summary(plans[1])).toMatch(/^The bundle is enc28j60-udp \(no TCP/);
  });

  it("knows what small bundles lack", async () => {
    const wifi = board("ESPRUINOWIFI");
    expect((await plan({ board: wifi })).reason).toContain("enc28j60-small (TCP without its options");
    const app = file("app.js", 'require("enc28j60"); require("traceroute")');
    await expectAsync(plan({ board: wifi, app })).toBeRejectedWithError(
      /enc28j60-udp, which fits, has no raw sockets, and "traceroute".* It would fit on: ESP32/,
    );
  });

  it("takes the chip that the program requires", async () => {
    const { files, reason } = await plan({ app: file("app.js", 'require("w5500-raw").connect({});') });
    expect([files[0].name, reason]).toEqual(["w5500-raw", "w5500-raw (all there is)"]);
  });

  it("sends other people's modules without comments and blanks, and with their names outside as they are", async () => {
    const text = `/* A comment */ function Something(long) { var another = long + 1; return another; } // more
      exports.connect = function (options) { return new Something(options.spi); };`;
    file("Thing.js", text);
    file("odd.js", "exports.x = 1; // as \xe9");
    const { files } = await plan({ app: file("app.js", 'require("Thing"); require("odd")'), modules: folder });
    expect(files[1].content.length).toBeLessThan(text.length / 1.5);
    const exports: { connect?: (options: object) => unknown } = {};
    runInContext(files[1].content, createContext({ exports }));
    expect(exports.connect?.({ spi: 1 })).toBeDefined();
    expect(files[2].content).toBe("exports.x=1;");
  });

  it("sends the modules that the program requires, and those that they do", async () => {
    file("MQTT.js", 'require("other"); // require("none")');
    file("other.min.js", "exports.x=1");
    const { files } = await plan({ app: file("app.js", 'var m = require( "MQTT" );'), modules: folder });
    expect(files.map(({ name }) => name)).toEqual(["enc28j60", "MQTT", "other"]);
  });

  const pico = { board: board("PICO_R1_3") };
  const refusals: [string, string, Partial<PlanOptions>, RegExp][] = [
    ["a module that is nowhere", 'require("gone")', {}, /app.js requires "gone": name the folder/],
    ["what a module lacks", 'require("needs")', {}, /needs.js requires "gone": name the folder/],
    ["a program that is none", "var a;\n'", {}, /app.js:2:1: Unterminated string/],
    ["what Espruino lacks", "var a = [...b];\nb ?.c", {}, /app.js:1:10: spread[\s\S]*app.js:2:1: \?\./],
    ["a program that does not fit", `/*${"x".repeat(50000)}*/`, { ...pico, boot: true }, /fit/],
    ["a module that does not exist", "", { extras: ["nothing"] }, /--with nothing: there is mdns, netstat, sntp, /],
    ["a chip that does not exist", "", { chip: "rtl8019" }, /--chip rtl8019: there is enc28j60, w5500-raw/],
    [
      "another chip than the program's",
      'require("w5500-raw")',
      { chip: "enc28j60" },
      /--chip is enc28j60, and .*"w5500-raw"/,
    ],
    ["two chips at once", 'require("w5500-raw"); require("enc28j60")', {}, /choose one with --chip/],
    [
      "a program with http where TCP does not fit",
      'require("http")',
      pico,
      /enc28j60-udp, which fits, has no TCP, and "http" \(.*app.js\) needs it. enc28j60-small has it \(\d+ bytes\): \d+ bytes of Storage are wanting. It would fit on: Espruino WiFi, ESP32./,
    ],
    ["a module that needs TCP there", 'require("asks")', pico, /"net" \(.*asks.js\) needs it/],
    ["telnet there", "", { ...pico, extras: ["telnet"] }, /"telnet" \(--with\) needs it/],
    [
      "a bundle that lacks it, where another fits",
      'require("net")',
      { bundle: "enc28j60-udp" },
      /enc28j60-udp has no TCP.* fits/,
    ],
  ];
  for (const [name, text, options, message] of refusals)
    it(`refuses ${name}`, async () => {
      file("needs.js", 'require("gone")');
      file("asks.js", 'require("net")');
      const app = file("app.js", text);
      await expectAsync(plan({ app, modules: folder, ...options })).toBeRejectedWithError(message);
    });

  it("says that a file is missing", async () => {
    await expectAsync(plan({ app: "/none.js" })).toBeRejectedWithError("--app /none.js: there is no such file");
  });

  it("has a command with help, and a line for each mistake", () => {
    const flash = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ["--import", "tsx", "tools/flash/flash.ts", ...args],
        { cwd: ROOT, encoding: "utf8" },
      );
      return { status, stdout, stderr };
    };
    expect(flash("--help")).toEqual({ status: 0, stdout: jasmine.stringMatching(/--dry-run/), stderr: "" });
    const wrong = flash("--board", "NANO");
    expect([wrong.status, wrong.stderr]).toEqual([2, jasmine.stringMatching(/^--board NANO: there is PICO_R1_3, /)]);
    const dry = flash("--board", "PICO_R1_3", "--dry-run");
    expect([dry.status, dry.stdout]).toEqual([0, jasmine.stringMatching(/^The bundle is enc28j60-udp/)]);
  }, 30000);

  it("finds what is required by the program's tokens, not its text", () => {
    expect(requires('require("a"); "require(\'b\')"; // require("c")\nx.require("d")', "x.js")).toEqual(["a", "d"]);
  });

  it("sends lines that put back together every byte, and have the board check them", () => {
    const content = Array.from({ length: 1000 }, (_, i) => String.fromCharCode((i * 7) % 256)).join("");
    const storage = new Map<string, string>([["m", "old"]]);
    const printed: string[] = [];
    const world = createContext({
      atob: (text: string) => Buffer.from(text, "base64").toString("latin1"),
      print: (line: string) => printed.push(line),
      load: () => printed.push("load"),
      E: { CRC32: (text: string) => require("node:zlib").crc32(Buffer.from(text, "latin1")) },
      require: () => ({
        erase: (name: string) => storage.delete(name),
        compact: () => {},
        read: (name: string) => storage.get(name),
        write: (name: string, piece: string, at: number, size?: number) => {
          const old = at ? (storage.get(name) as string) : "\xff".repeat(size as number);
          storage.set(name, old.slice(0, at) + piece + old.slice(at + piece.length));
        },
      }),
    });
    const text = uploadProgram({ board: board("ESP32"), files: [{ name: "m", content }], reason: "", restarts: true });
    for (const line of text.trim().split("\n")) {
      expect(line.length).toBeLessThan(600);
      runInContext(line, world);
    }
    expect(storage.get("m")).toBe(content);
    expect(printed).toEqual(["flash: 35 %", "flash: 75 %", "flash: 100 %", "flash: m ok", "flash: done", "load"]);
  });
});
