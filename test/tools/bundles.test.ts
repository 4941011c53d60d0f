/**
 * What the simulator says of a program that asks more of a bundle than it has.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProgram } from "../../host-sim/program";
import { lackOf } from "../../tools/flash/bundles";

describe("A bundle", () => {
  it("lacks what modules need of others", () => {
    expect(lackOf("enc28j60-udp", "enc28j60", ["dgram", "http", "mdns", "net"])).toEqual({
      feature: "TCP",
      names: "http, net",
    });
    expect(lackOf("enc28j60-small", "enc28j60", ["http", "mdns"])).toEqual({ feature: "groups", names: "mdns" });
    expect(lackOf("enc28j60", "enc28j60", ["http", "mdns", "traceroute", "toString"])).toBeUndefined();
    expect(lackOf("my-own", "enc28j60", ["http"])).toBeUndefined();
  });
});

describe("A program for the simulated board", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "program-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const warnings = (text: string, more: object) => {
    const app = join(folder, "app.js");
    writeFileSync(app, text);
    return readProgram({ app, chip: "enc28j60", with: [], modules: undefined, ...more }).warnings;
  };

  it("is told what its board's bundle lacks", () => {
    const bundle = "dist/enc28j60-udp.shell.tok.js";
    expect(warnings('require("http")', { bundle })).toEqual([
      "dist/enc28j60-udp.shell.tok.js has no TCP: what the program does with http will fail",
    ]);
    expect(warnings('require("dgram")', { bundle })).toEqual([]);
    expect(warnings('require("http")', {})).toEqual([]);
  });

  it("is told when a folder has another module of a name of ours", () => {
    writeFileSync(join(folder, "sntp.js"), "exports.x = 1;");
    expect(warnings('require("sntp")', { modules: folder })).toEqual([
      `"sntp" is that of ${folder}, not the one that belongs to the stack`,
    ]);
  });
});
