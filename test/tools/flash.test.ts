/**
 * `npm run flash`: what it would send, and what it refuses.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { type BoardFacts, boards, storageBytes } from "../../tools/flash/boards";
import { faultIn, summary } from "../../tools/flash/flash";
import { makePlan, type PlanOptions } from "../../tools/flash/plan";
import { flashBytes, type StorageFile } from "../../tools/flash/storage";
import { uploadProgram } from "../../tools/flash/upload";
import { whyNoCore } from "../../tools/native/cores";
import { FlashedBoard } from "./flashed_board";

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

  it("puts TCP on a Pico, with an address by DHCP or by hand", async () => {
    if (whyNoCore({ chip: "enc28j60", profile: "tcp", thumb: "thumb2" })) pending("needs machine code");
    const pico = board("PICO_R1_3");
    const program = (setip: string) => file("app.js", `require("http"); require("enc28j60").connect({}).${setip}`);
    for (const asked of ["setIP()", "setIP((e) => print(e))", 'setIP({ ip: "192.168.1.20" })']) {
      const { reason, files } = await plan({ board: pico, app: program(asked), boot: true });
      expect(reason).toMatch(
        /^Thumb-2 machine code, for a Cortex-M4: enc28j60-tcp \(TCP for net and http alone, DHCP: no DNS, /,
      );
      expect(flashBytes(files)).toBeLessThanOrEqual(storageBytes(pico) - 500);
    }
  });

  it("says who needs an address by DHCP where that fits no more", async () => {
    if (whyNoCore({ chip: "enc28j60", profile: "tcp", thumb: "thumb2" })) pending("needs machine code");
    const app = file("app.js", `require("http"); require("enc28j60").connect({}).setIP(); "${"x".repeat(5000)}"`);
    await expectAsync(plan({ board: board("PICO_R1_3"), app, boot: true })).toBeRejectedWithError(
      /enc28j60-server, which fits, has no DHCP, and "http" .* and setIP\(\) without an address .* needs it. enc28j60-tcp has it \(\d+ bytes\): \d+ bytes of Storage are wanting/,
    );
  });

  describe("for an MDBT42Q", () => {
    const mdbt = () => board("MDBT42Q");
    const chosen = async (text: string, more: Partial<PlanOptions> = {}) => {
      const { reason } = await plan({ board: mdbt(), app: file("app.js", `require("http");${text}`), ...more });
      return /(enc28j60|w5500-raw)-\w+/.exec(reason)?.[0];
    };

    beforeEach(() => {
      if (whyNoCore({ chip: "enc28j60", profile: "server", thumb: "thumb2" })) pending("needs machine code");
    });

    for (const chip of ["enc28j60", "w5500-raw"])
      it(`has room for a web server with ${chip}, also one that starts with the board, and says what that has not`, async () => {
        const example = join(ROOT, "examples/web-led.js");
        const app = file("web-led.js", readFileSync(example, "latin1").replaceAll("enc28j60", chip));
        for (const boot of [false, true]) {
          const planned = await plan({ board: mdbt(), app, boot });
          expect(planned.reason).toMatch(
            new RegExp(
              `${chip}-server \\(TCP servers for net and http, at an address by hand, setIP\\({ ip, subnet, gateway }\\): no DHCP, connections out, `,
            ),
          );
          expect(flashBytes(planned.files)).toBeLessThanOrEqual(storageBytes(mdbt()) - 300);
        }
      });

    for (const chip of ["enc28j60", "w5500-raw"])
      it(`has room for it on a Pixl.js with ${chip} too, for a program in memory`, async () => {
        const example = readFileSync(join(ROOT, "examples/web-led.js"), "latin1");
        const app = file("web-led.js", example.replaceAll("enc28j60", chip));
        const planned = await plan({ board: board("PIXLJS"), app });
        expect(planned.reason).toContain(`${chip}-server (TCP servers for net and http`);
        expect(flashBytes(planned.files)).toBeLessThanOrEqual(storageBytes(board("PIXLJS")));
      });

    it("takes the address that a program names where there is no DHCP, and refuses one that names none", async () => {
      expect(await chosen('eth.setIP({ ip: "192.168.1.20" });')).toBe("enc28j60-server");
      expect(await chosen('try { eth.setIP(); } catch (e) { eth.setIP({ mac: m, ip: "192.168.1.20" }); }')).toBe(
        "enc28j60-server",
      );
      for (const text of ["eth.setIP();", "eth.setIP(f);", 'eth.setIP(); eth.setIP({ dns: "192.168.1.1" });'])
        await expectAsync(chosen(text)).toBeRejectedWithError(
          /enc28j60-server, which fits, has no DHCP, .*setIP\(\) without an address \(.*app.js\) needs it/,
        );
    });

    it("refuses programs, and modules, that connect to others", async () => {
      const refused = (who: string) =>
        new RegExp(`enc28j60-server, which fits, has no connections out, and ${who} needs it. enc28j60-tcp has it`);
      file("Client.js", 'exports.go = function () { require( "net" ) . connect({}); };');
      for (const [text, who] of [
        ["http.get(a);", "http.get \\(.*app.js\\)"],
        ["require('http').request(a);", "http.request \\(.*app.js\\)"],
        ['require("Client").go();', "net.connect \\(Client\\)"],
      ])
        await expectAsync(chosen(text, { modules: folder })).toBeRejectedWithError(refused(who));
      expect(await chosen('eth.connect(); http.createServer(f); x.get("net.");')).toBe("enc28j60-server");
    });

    it("gives a program without servers the bundle with DHCP", async () => {
      const { reason } = await plan({ board: mdbt(), app: file("app.js", 'require("enc28j60").connect({}).setIP();') });
      expect(reason).toContain("enc28j60-dgram (");
    });
  });

  it("puts a program that starts with the board into .bootcde", async () => {
    const { files, program, restarts } = await plan({ app: file("app.js", "print(1)"), boot: true });
    expect(files.at(-1)).toEqual({ name: ".bootcde", content: "print(1)" });
    expect([program, restarts]).toEqual([undefined, true]);
  });

  it("takes the most complete bundle that the board has room for, and says which and why", async () => {
    const esp32 = board("ESP32");
    const planned = await plan({ board: esp32, core: "js" });
    const size = flashBytes(planned.files);
    expect(planned.reason).toBe("JavaScript, as --core says: enc28j60 (all there is)");
    expect(summary(planned)).toMatch(/^The stack is JavaScript, as --core says: enc28j60 \(all there is\)/);
    const left = storageBytes(esp32) - size;
    expect(summary(planned)).toContain(`${size}  of ${storageBytes(esp32)} bytes of Storage, ESP32; ${left} are left`);
  });

  it("refuses what no bundle for boards has, and says which build would", async () => {
    const app = file("app.js", 'require("enc28j60"); require("pcap");');
    const says = (feature: string, who: string) =>
      new RegExp(
        `has no ${feature}, and ${who} needs it. Only builds with the profile router have it \\(tools/profile.js\\)`,
      );
    await expectAsync(plan({ app, core: "js" })).toBeRejectedWithError(says("packet tap", '"pcap".*'));
    for (const [name, feature] of [
      ["tcpdump", "packet tap"],
      ["vfs", "files"],
    ])
      await expectAsync(plan({ extras: ["enc28j60", name], core: "js" })).toBeRejectedWithError(
        says(feature, `.*${name}.*`),
      );
  });

  it("knows what small bundles lack", async () => {
    const wifi = { board: board("ESPRUINOWIFI") };
    expect((await plan(wifi)).reason).toContain("enc28j60-small (TCP without its options");
    const app = file("app.js", 'require("enc28j60"); require("traceroute")');
    await expectAsync(plan({ ...wifi, app })).toBeRejectedWithError(
      /enc28j60-server, which fits, has no raw sockets, and "traceroute".* It would fit on: Nucleo/,
    );
  });

  it("takes the chip that the program requires", async () => {
    const { files, reason } = await plan({ app: file("app.js", 'require("w5500-raw").connect({});') });
    expect([files[0].name, reason]).toEqual([
      "w5500-raw",
      "JavaScript, since an Xtensa LX6 runs no machine code of ours: w5500-raw (all there is)",
    ]);
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
    [
      "JavaScript where memory is too small for it",
      "",
      { board: board("ESP32C3") },
      /ESP32-C3: the stack as JavaScript takes 12000 variables, and there are 4095/,
    ],
    [
      "a module that does not exist",
      "",
      { extras: ["nothing"] },
      /--with nothing: there is dhcpd, mdns, netstat, nettools, /,
    ],
    ["a chip that does not exist", "", { chip: "rtl8019" }, /--chip rtl8019: there is enc28j60, w5500-raw/],
    [
      "another chip than the program's",
      'require("w5500-raw")',
      { chip: "enc28j60" },
      /--chip is enc28j60, and .*"w5500-raw"/,
    ],
    ["a core that does not exist", "", { core: "risc" }, /--core risc: there is js, thumb1, thumb2/],
    ["machine code for an ESP32", "", { core: "thumb2" }, /--core thumb2: ESP32 is an Xtensa LX6, which runs js/],
    [
      "Thumb-2 for a Cortex-M0+",
      "",
      { board: board("RP2040_PICO"), core: "thumb2" },
      /--core thumb2: Raspberry Pi Pico is a Cortex-M0\+, which runs thumb1 and js/,
    ],
    [
      "http for a firmware without it",
      'require("http")',
      { board: board("RP2040_PICO") },
      /Raspberry Pi Pico: its firmware has no "http", since Espruino builds it without NET/,
    ],
    ["two chips at once", 'require("w5500-raw"); require("enc28j60")', {}, /choose one with --chip/],
    [
      "a program with http where TCP does not fit",
      `require("http").get(a); //${"x".repeat(5000)}`,
      { ...pico, boot: true },
      /enc28j60-udp, enc28j60-dgram, enc28j60-server, which fits, has no connections out, and http.get \(.*app.js\) needs it. enc28j60-tcp has it \(\d+ bytes\): \d+ bytes of Storage are wanting. It would fit on: Espruino WiFi, /,
    ],
    [
      "a module that needs TCP there",
      `require("asks"); //${"x".repeat(2500)}`,
      { ...pico, boot: true, bundle: "enc28j60-dgram" },
      /enc28j60-dgram has no TCP, and "net" \(.*asks.js\) needs it/,
    ],
    ["telnet there", "", { ...pico, extras: ["telnet"] }, /"telnet" \(--with\) needs it/],
    [
      "a bundle that lacks it, where another fits",
      'require("net")',
      { board: board("NUCLEOF401RE"), bundle: "enc28j60-udp" },
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
        ["-r", "./tools/typescript.js", "tools/flash/flash.ts", ...args],
        { cwd: ROOT, encoding: "utf8" },
      );
      return { status, stdout, stderr };
    };
    expect(flash("--help")).toEqual({ status: 0, stdout: jasmine.stringMatching(/--dry-run/), stderr: "" });
    const wrong = flash("--board", "NANO");
    expect([wrong.status, wrong.stderr]).toEqual([2, jasmine.stringMatching(/^--board NANO: there is PICO_R1_3, /)]);
    const dry = flash("--board", "ESP32", "--dry-run", "--core", "js");
    expect([dry.status, dry.stdout]).toEqual([
      0,
      jasmine.stringMatching(/^The stack is JavaScript, as --core says: enc/),
    ]);
  }, 30000);

  it("finds what is required by the program's tokens, not its text", () => {
    expect(requires('require("a"); "require(\'b\')"; // require("c")\nx.require("d")', "x.js")).toEqual(["a", "d"]);
  });

  const bytes = (length: number) => Array.from({ length }, (_, i) => String.fromCharCode((i * 7) % 256)).join("");
  const program = (files: StorageFile[], core?: string) =>
    uploadProgram({ board: board("ESP32"), files, reason: "", core, restarts: true });

  it("sends lines that put back together every byte, and have the board check them", () => {
    const flashed = new FlashedBoard({ m: "old" });
    const text = program([{ name: "m", content: bytes(1000) }]);
    for (const line of text.trim().split("\n")) expect(line.length).toBeLessThan(600);
    expect(flashed.run(text)).toEqual([
      "flash: 35 %",
      "flash: 75 %",
      "flash: 100 %",
      "flash: m ok",
      "flash: done",
      "load",
    ]);
    expect(flashed.read("m")).toBe(bytes(1000));
  });

  it("says what went wrong on the board", () => {
    const text = program([{ name: "m", content: bytes(1000) }]);
    const full = new FlashedBoard({ photo: bytes(3000) }, 4000).run(text).join("\n");
    expect(full).toContain("flash: no room: 968 bytes of 1032, beside photo");
    expect(faultIn(full)).toMatch(/^Other files leave too little room/);
    expect(faultIn("flash: m DAMAGED\nflash: done")).toBe("A file did not arrive whole; try again.");
    expect(faultIn("flash: m ok")).toBe("The board did not say that all is there.");
    expect(faultIn("flash: m ok\nflash: done\n")).toBe("");
  });

  describe("with machine code", () => {
    const version = (n: number) => [
      { name: "enc28j60.core", content: bytes(3000 + n) },
      { name: "enc28j60", content: bytes(2000 + n) },
      { name: ".bootcde", content: "print(1)" },
    ];

    it("puts it first into the Storage, and other files behind it, which stay as they are", () => {
      const flashed = new FlashedBoard({ settings: bytes(700), "w5500-raw.core": bytes(900), notes: "x" });
      flashed.log("log", bytes(600));
      const printed = flashed.run(program(version(0), "enc28j60.core"));
      expect(faultIn(printed.join("\n"))).toBe("");
      expect(flashed.names).toEqual(["enc28j60.core", "enc28j60", ".bootcde", "settings", "notes", "log\x01"]);
      expect([flashed.read("settings"), flashed.read("notes"), flashed.read("log\x01")]).toEqual([
        bytes(700),
        "x",
        bytes(600),
      ]);
    });

    it("is never moved by what a program writes and erases afterwards, also after it was flashed again", () => {
      const flashed = new FlashedBoard({ settings: bytes(700) });
      for (const again of [0, 4, 40]) {
        expect(faultIn(flashed.run(program(version(again), "enc28j60.core")).join("\n"))).toBe("");
        const at = flashed.address("enc28j60.core");
        for (let i = 0; i < 20; i++) {
          flashed.write("settings", bytes(700 + i));
          flashed.write(`file${i % 3}`, bytes(500 + i));
        }
        flashed.compact();
        expect(flashed.address("enc28j60.core")).toBe(at);
        expect(flashed.read("enc28j60.core")).toBe(bytes(3000 + again));
      }
    });

    it("tells when what lies before it could not be moved", () => {
      const photo = "p".repeat(3000);
      const flashed = new FlashedBoard({ photo });
      flashed.memory = 2000;
      const printed = flashed.run(program(version(0), "enc28j60.core")).join("\n");
      expect(printed).toContain("flash: photo stays: Error: out of memory");
      expect(faultIn(printed)).toMatch(/^Other files lie before the machine code/);
      expect(flashed.read("photo")).toBe(photo);
    });
  });

  describe("and machine code:", () => {
    const boardsWithIt = ["NUCLEOF401RE", "ESPRUINOWIFI", "RP2040_PICO"];

    /** Compiling takes longer than a test may where nothing has been made yet. */
    function needCores(thumb: string): void {
      for (const profile of ["full", "small", "udp"]) {
        const why = whyNoCore({ chip: "enc28j60", profile, thumb });
        if (!why) continue;
        console.log(`skipped: machine code for boards, because ${why}`);
        pending(why);
      }
    }

    for (const name of boardsWithIt)
      it(`${name} gets as much of it as fits, and its shell`, async () => {
        const thumb = name === "RP2040_PICO" ? "thumb1" : "thumb2";
        needCores(thumb);
        const { files, reason, core } = await plan({ board: board(name) });
        expect(files.map((one) => one.name)).toEqual(["enc28j60.core", "enc28j60"]);
        expect([core, files[0].content.slice(0, 4)]).toEqual(["enc28j60.core", "EEH1"]);
        expect(reason).toMatch(/^Thumb-[12] machine code, for a Cortex-M(4|0\+): enc28j60/);
        expect(reason.startsWith(thumb === "thumb1" ? "Thumb-1" : "Thumb-2")).toBeTrue();
        const suffix = /enc28j60(-\w+)? \(/.exec(reason)?.[1] ?? "";
        const larger = { "": [], "-small": ["enc28j60"], "-udp": ["enc28j60", "enc28j60-small"] }[suffix];
        for (const bundle of larger ?? [])
          await expectAsync(plan({ board: board(name), bundle })).toBeRejectedWithError(/do not fit/);
      }, 600000);

    it("--core and --bundle have the last word", async () => {
      needCores("thumb1");
      const nucleo = board("NUCLEOF401RE");
      const { reason, files } = await plan({ board: nucleo, core: "thumb1", bundle: "enc28j60-small" });
      expect(reason).toBe("Thumb-1 machine code, as --core says: enc28j60-small, as --bundle says");
      expect(files.length).toBe(2);
      await expectAsync(plan({ board: nucleo, bundle: "w5500-raw" })).toBeRejectedWithError(
        "--bundle w5500-raw: there is enc28j60, enc28j60-small, enc28j60-udp, enc28j60-tcp, enc28j60-dgram, enc28j60-server",
      );
      const js = await plan({ board: board("NUCLEOF767ZI"), core: "js" });
      expect([js.core, js.files.map((one) => one.name)]).toEqual([undefined, ["enc28j60"]]);
    }, 600000);

    it("a board without NetworkJS is told what its programs have", async () => {
      needCores("thumb1");
      expect(summary(await plan({ board: board("RP2040_PICO") }))).toContain(
        "Espruino's build for this board has no net, http and dgram: programs have eth.net.",
      );
    }, 600000);
  });
});
