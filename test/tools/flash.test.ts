/**
 * `npm run flash`: what it would send, and what it refuses.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { type BoardFacts, boards, storageBytes } from "../../tools/flash/boards";
import { flashBytes, makePlan, type PlanOptions, requires } from "../../tools/flash/plan";
import { uploadProgram } from "../../tools/flash/upload";

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
    makePlan({ board: board("ESP32"), module: "enc28j60", extras: [], boot: false, ...options });

  it("sends the chip's module, the optional ones, and the program", () => {
    const app = file("app.js", 'require("http"); require("enc28j60"); require("telnet");');
    const { files, program, restarts } = plan({ extras: ["telnet"], app });
    expect(files.map(({ name }) => name)).toEqual(["enc28j60", "telnet"]);
    expect([program, restarts]).toEqual([jasmine.stringMatching(/^require/), false]);
  });

  it("puts a program that starts with the board into .bootcde", () => {
    const { files, program, restarts } = plan({ app: file("app.js", "print(1)"), boot: true });
    expect(files.at(-1)).toEqual({ name: ".bootcde", content: "print(1)" });
    expect([program, restarts]).toEqual([undefined, true]);
  });

  it("takes the most complete bundle that the board has room for", () => {
    const sizes = ["ESP32", "PICO_R1_3"].map((name) => flashBytes(plan({ board: board(name) }).files));
    expect(sizes[1]).toBeLessThanOrEqual(storageBytes(board("PICO_R1_3")));
    expect(sizes[1]).toBeLessThanOrEqual(sizes[0]);
  });

  it("sends the modules that the program requires, and those that they do", () => {
    file("MQTT.js", 'require("other"); // require("none")');
    file("other.min.js", "exports.x=1");
    const { files } = plan({ app: file("app.js", 'var m = require( "MQTT" );'), modules: folder });
    expect(files.map(({ name }) => name)).toEqual(["enc28j60", "MQTT", "other"]);
  });

  const refusals: [string, string, Partial<PlanOptions>, RegExp][] = [
    ["a module that is nowhere", 'require("gone")', {}, /requires "gone": name the folder/],
    ["a module of ours that is not sent along", 'require("telnet")', {}, /--with telnet/],
    ["a program that is none", "'", {}, /app.js: /],
    ["a program that does not fit", `/*${"x".repeat(50000)}*/`, { board: board("PICO_R1_3"), boot: true }, /fit/],
    ["a module that does not exist", "", { extras: ["nothing"] }, /There is no .*nothing/],
  ];
  for (const [name, text, options, message] of refusals)
    it(`refuses ${name}`, () => {
      expect(() => plan({ app: file("app.js", text), ...options })).toThrowError(message);
    });

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
    const text = uploadProgram({ board: board("ESP32"), files: [{ name: "m", content }], restarts: true });
    for (const line of text.trim().split("\n")) {
      expect(line.length).toBeLessThan(600);
      runInContext(line, world);
    }
    expect(storage.get("m")).toBe(content);
    expect(printed).toEqual(["flash: m ok", "flash: done", "load"]);
  });
});
