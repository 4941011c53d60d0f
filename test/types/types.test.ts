/**
 * The types for programs: the examples compile with them, mistakes do not, and they say what the firmware has.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "../..");
const TYPES = join(ROOT, "index.d.ts");

/** What the compiler says of the files, as a tsconfig.json has it. */
function complaints(config: string, files?: string[]): string[] {
  const path = join(__dirname, config);
  const { config: json } = ts.readConfigFile(path, ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(json, ts.sys, __dirname);
  const program = ts.createProgram(files ?? parsed.fileNames, parsed.options);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start ?? 0).line + 1 : 0;
    return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

describe("The types for programs", () => {
  it("let the examples compile", () => {
    expect(complaints("tsconfig.json")).toEqual([]);
  }, 60000);

  it("find what is wrong with a program, line by line", () => {
    const folder = mkdtempSync(join(tmpdir(), "types-"));
    const app = join(folder, "app.js");
    writeFileSync(
      app,
      `var eth = require("enc28j60").connect({ spi: SPI1, cs: B1, irq: B10 });
eth.setIp();
eth.setIP({ ip: "10.0.0.2", netmask: "255.0.0.0" });
eth.on("connect", function () {});
var fd = eth.net.socket(eth.net.AF_INET, eth.net.SOCK_STREAM);
require("telnet").start(eth, { port: 23 });
require("w5500-raw").connect({ spi: SPI1, cs: B1, fullDuplex: true });
`,
    );
    const found = complaints("tsconfig.json", [TYPES, join(__dirname, "espruino.d.ts"), app]);
    rmSync(folder, { recursive: true });
    expect(found.map((line) => /app.js:(\d+)/.exec(line)?.[1])).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  }, 60000);

  it("agree with the firmware's", () => {
    const found = complaints("../../firmware/tsconfig.json", [TYPES, join(__dirname, "agreement.ts")]);
    expect(found.filter((line) => !/\/firmware\//.test(line))).toEqual([]);
  }, 60000);
});
