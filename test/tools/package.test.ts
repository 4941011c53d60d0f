/**
 * The package that `npm pack` makes, unpacked into an empty folder with nothing but its own dependencies beside it.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobs } from "../../tools/native/blobs";
import { whyNoCore } from "../../tools/native/cores";
import { chromium, openPage } from "../lab/browser";

const ROOT = join(__dirname, "../..");
const { bin, dependencies, engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

describe("The package", () => {
  let folder: string;
  let installed: string;

  const why = blobs()
    .map((one) => whyNoCore(one))
    .find((text) => text);

  beforeAll(() => {
    if (why) console.log(`skipped: the package, because ${why}`);
    folder = mkdtempSync(join(tmpdir(), "package-"));
    if (why) return;
    execFileSync(process.execPath, ["tools/package.js"], { cwd: ROOT });
    execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], { cwd: ROOT });
    execFileSync("tar", ["xzf", readdirSync(folder)[0]], { cwd: folder });
    const modules = join(folder, "node_modules");
    installed = join(modules, "espruino-ethernet");
    mkdirSync(modules);
    execFileSync("mv", [join(folder, "package"), installed]);
    for (const name of Object.keys(dependencies)) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }, 900000);
  beforeEach(() => {
    if (why) pending(why);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const command = (name: string, ...args: string[]) =>
    spawnSync(process.execPath, [join(installed, bin[name]), ...args], { cwd: folder, encoding: "utf8" });
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return name;
  };

  it("has bundles, types, pages and examples, and no sources", () => {
    for (const path of [
      "dist/enc28j60.tok.js",
      "dist/mdns.tok.js",
      "dist/w5500-raw-small.shell.tok.js",
      "dist/w5500-raw-small.thumb1.bin",
      "index.d.ts",
      "dist/docs/devices/enc28j60.md",
      "examples",
    ])
      expect(existsSync(join(installed, path)))
        .withContext(path)
        .toBeTrue();
    const sources = (readdirSync(installed, { recursive: true }) as string[]).filter((path) =>
      /(?<!\.d)\.ts$/.test(path),
    );
    expect(sources).toEqual([]);
    expect(existsSync(join(installed, "dist/enc28j60.test.js"))).toBeFalse();
  });

  it("runs a program on the simulated board, with modules", async () => {
    const app = file(
      "app.js",
      `require("netstat").netstat(eth, "i"); print(typeof require("sntp").start, eth.getIP().ip);`,
    );
    const child = spawn(process.execPath, [join(installed, bin["espruino-ethernet"]), "--link", "none", "--app", app], {
      cwd: folder,
      env: { ...process.env, CORE: "javascript" }, // a package compiles nothing for its host
    });
    let printed = "";
    const done = new Promise<void>((resolve) => {
      child.stdout.on("data", (data) => {
        printed += data;
        if (printed.includes("10.0.2.15\n")) resolve();
      });
      child.on("close", () => resolve());
    });
    await done;
    child.kill("SIGKILL");
    expect(printed).toMatch(/Name +Mtu[\s\S]*function 10.0.2.15\n/);
  }, 60000);

  it("says what is wrong with a program", () => {
    const run = command("espruino-ethernet", "--app", file("new.js", "var a = [...b];"));
    expect([run.status, run.stderr]).toEqual([2, "new.js:1:10: spread (...)\n"]);
  }, 30000);

  it("shows the lab's page, which asks nobody but the command for anything", async () => {
    if (!chromium()) return pending("no chromium");
    const args = ["--lab", "--lab-port", "0", "--link", "none", "--app", file("lab.js", "print('the board runs');")];
    const child = spawn(process.execPath, [join(installed, bin["espruino-ethernet"]), ...args], {
      cwd: folder,
      env: { ...process.env, CORE: "javascript" },
    });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    try {
      for (let tries = 200; tries && !/lab: +http/.test(output); tries--) await new Promise((r) => setTimeout(r, 100));
      const [, address] = /lab: +(http\S+)/.exec(output) ?? fail(output) ?? [];
      const { browser, page, errors } = await openPage(address as string);
      await page.getByRole("tab", { name: "Bench", exact: true }).click();
      await page.getByText("the board runs").waitFor();
      await page.getByRole("tab", { name: "Tour", exact: true }).click();
      await page.locator(".tour a", { hasText: "A datagram in fragments" }).click();
      await page.locator("h1 small", { hasText: "A datagram in fragments" }).waitFor();
      expect(errors).toEqual([]);
      await browser.close();
    } finally {
      child.kill("SIGINT");
      await new Promise((resolve) => child.on("close", resolve));
    }
    return undefined;
  }, 120000);

  it("explains its commands by the names that they have in it", () => {
    expect(command("espruino-ethernet", "--help").stdout).toContain("Usage: npx espruino-ethernet [options]");
    expect(command("espruino-ethernet-flash", "--help").stdout).toContain("usage: npx espruino-ethernet-flash --board");
    expect(command("espruino-ethernet-update", "--help").stdout).toContain(
      "usage: npx espruino-ethernet-update --host",
    );
    expect(command("espruino-ethernet-update").stderr).toContain("usage: npx espruino-ethernet-update --host");
  }, 30000);

  it("plans what goes to a board", () => {
    const run = command("espruino-ethernet-flash", "--board", "ESP32", "--dry-run", "--with", "telnet");
    expect([run.status, run.stdout]).toEqual([
      0,
      jasmine.stringMatching(/^The stack is JavaScript, .*: enc28j60 \(all there is\)/),
    ]);
    const native = command("espruino-ethernet-flash", "--board", "NUCLEOF401RE", "--dry-run");
    expect([native.status, native.stdout]).toEqual([0, jasmine.stringMatching(/^The stack is Thumb-2 machine code/)]);
    expect(native.stdout).toMatch(/ \d+ {2}enc28j60.core\n/);
  }, 30000);
});

describe("README.md and package.json", () => {
  it("agree on the version of Node", () => {
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    expect(engines.node).toBe(`>=${/Node\.js (\d+\.\d+) or newer/.exec(readme)?.[1]}`);
  });
});
