import { circle, longFunctions, type Source, sourcesIn } from "./sources";

/**
 * Who may know whom. A new edge is a change of this table, to be thought over: the stack is understood, and put
 * together anew, layer by layer.
 */
const MAY_IMPORT: { [layer: string]: string[] } = {
  gate: [
    "njs",
    "sysent",
    "lib",
    "drivers",
    "inet",
    "if",
    "kern",
    "machdep",
    "machdep_board",
    "machdep_native",
    "config",
  ], // the libraries' side: constants, types, what is JavaScript's
  core: ["sysent", "net", "njs", "drivers", "inet", "if", "kern", "machdep", "config"],
  sysent: [],
  boot: ["modules", "lib", "net", "drivers", "machdep"],
  modules: ["lib", "inet", "kern", "machdep", "machdep_board", "config"],
  lib: ["net", "njs", "if", "inet", "kern", "unix", "wire", "machdep", "config"],
  net: ["if", "inet", "kern", "unix", "config"],
  njs: ["inet", "kern", "wire", "config"],
  drivers: ["if", "kern", "machdep", "config"],
  inet: ["if", "kern", "wire", "machdep", "config"],
  if: ["kern", "wire", "machdep", "config"],
  unix: ["kern", "machdep", "config"],
  kern: ["machdep", "config"],
  wire: [],
  machdep: [],
  machdep_board: [],
  machdep_native: [],
  types: [],
  config: [],
  "host-sim": ["wire", "build", "bundles", "host-native", "host-decode"], // it runs bundles, which it has built, and none of the sources
  lab: ["host-decode", "host-sim"], // the page: the decoders, and types of what the simulation records
  "host-decode": ["wire", "host-sim"], // and the chips' registers by name
  "host-native": ["host-sim", "native", "bundles", "kern"], // the same of compiled cores; an mbuf's layout
};

/** Which layer a file belongs to. */
const LAYERS: [RegExp, string][] = [
  [/^firmware\/boot-test/, "boot-test"],
  [/^firmware\/boot-/, "boot"],
  [/^firmware\/(machdep|machdep_board|machdep_native|config|types)\.ts$/, "$1"],
  [/^firmware\/machdep_network\.ts$/, "machdep"],
  [/^firmware\/core\/(gate|port)/, "gate"],
  [/^firmware\/core\/sysent\.ts$/, "sysent"],
  [/^firmware\/core\//, "core"],
  [/^firmware\/(modules|lib|drivers)\//, "$1"],
  [/^firmware\/net\/(wire|kern|if|inet|unix|njs)\//, "$1"],
  [/^firmware\/net\/(net|net_mend|init_main)\.ts$/, "net"],
  [/^host-sim\/native\//, "host-native"],
  [/^host-sim\/decode\//, "host-decode"],
  [/^lab\//, "lab"],
  [/^host-sim\//, "host-sim"],
  [/^tools\/(build|quick_bundle|lab_page)\.js$/, "build"],
  [/^tools\/flash\/(bundles|boards)\.ts$/, "bundles"],
  [/^tools\/native\//, "native"],
];

function layerOf(path: string): string {
  for (const [pattern, layer] of LAYERS) {
    const match = pattern.exec(path);
    if (match) return layer === "$1" ? match[1] : layer;
  }
  return `no layer: ${path}`;
}

/** The imports of a file that the table does not have. */
function trespasses({ path, imports }: Source): string[] {
  const layer = layerOf(path);
  if (layer === "boot-test") return []; // shows everything to the tests
  const allowed = [layer, "types", ...(MAY_IMPORT[layer] ?? [])];
  return imports.filter((target) => !allowed.includes(layerOf(target))).map((target) => `${path} imports ${target}`);
}

describe("The layers", () => {
  const firmware = sourcesIn("firmware");
  const hostSim = sourcesIn("host-sim");
  const lab = sourcesIn("lab/src");

  it("are those of the table: every file has one", () => {
    const strays = [...firmware, ...hostSim, ...lab]
      .map(({ path }) => layerOf(path))
      .filter((layer) => /no layer/.test(layer));
    expect(strays).toEqual([]);
    expect(firmware.length).toBeGreaterThan(50);
  });

  it("import one another as the table says", () => {
    expect([...firmware, ...hostSim, ...lab].flatMap(trespasses)).toEqual([]);
  });

  it("have no circles, types included", () => {
    expect(circle(firmware)).toEqual([]);
    expect(circle(hostSim)).toEqual([]);
    expect(circle(lab)).toEqual([]);
  });

  it("keep the page from all of the simulation but its decoders and what its records are", () => {
    const known = lab.flatMap(({ imports }) => imports.filter((target) => layerOf(target) === "host-sim"));
    expect([...new Set(known)].sort()).toEqual([
      "host-sim/lab/messages.ts",
      "host-sim/lab/records.ts",
      "host-sim/lab/standing.ts",
    ]);
  });

  it("keep each composition root to one driver", () => {
    const roots = firmware.filter(({ path }) => layerOf(path) === "boot");
    for (const { path, imports } of roots) {
      const drivers = new Set(imports.filter((target) => layerOf(target) === "drivers").map((t) => t.split("/")[2]));
      expect(drivers.size).withContext(path).toBeLessThanOrEqual(1);
    }
  });

  it("name Espruino's globals in machdep.ts and machdep_board.ts only", () => {
    const globals =
      /\b(E\.[a-zA-Z]+|setTimeout|clearTimeout|setInterval|getTime|setWatch|clearWatch|console\.|Loopback[AB]\.|require\()/;
    const strip = (text: string) =>
      text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "").replace(/"[^"\n]*"|'[^'\n]*'|`[^`]*`/g, '""');
    const offenders = firmware.filter(
      ({ path, text }) => !path.startsWith("firmware/machdep") && globals.test(strip(text)),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });
});

describe("The size of things in the firmware", () => {
  const firmware = sourcesIn("firmware");

  it("is at most 300 lines for a file", () => {
    const lines = ({ path, text }: Source) => `${path}: ${text.split("\n").length - 1}`;
    expect(firmware.map(lines).filter((line) => Number(line.split(": ")[1]) > 300)).toEqual([]);
  });

  it("is at most 60 lines for a function", () => {
    expect(firmware.flatMap((source) => longFunctions(source, 60))).toEqual([]);
  });
});

describe("The test of the layers itself", () => {
  function source(path: string, ...imports: string[]): Source {
    return { path, text: "", imports };
  }

  it("finds what the table does not allow", () => {
    const guilty = source("firmware/drivers/enc28j60/enc28j60.ts", "firmware/net/inet/arp.ts", "firmware/config.ts");
    expect(trespasses(guilty)).toEqual(["firmware/drivers/enc28j60/enc28j60.ts imports firmware/net/inet/arp.ts"]);
    expect(trespasses(source("host-sim/machine.ts", "firmware/net/kern/mbuf.ts")).length).toBe(1);
    expect(trespasses(source("firmware/net/wire/ip.ts", "firmware/config.ts")).length).toBe(1);
  });

  it("finds a circle, and where it is", () => {
    const sources = [source("a", "b"), source("b", "c", "d"), source("c"), source("d", "b")];
    expect(circle(sources)).toEqual(["b", "d", "b"]);
    expect(circle(sources.slice(0, 3))).toEqual([]);
  });

  it("counts the lines of functions, but not those of a record", () => {
    const text =
      "function long(): void {\n\n\n}\nconst short = () => 1;\nfunction record() {\n  return {\n  a: 1,\n  };\n}\n";
    expect(longFunctions({ path: "x.ts", text, imports: [] }, 3)).toEqual(["x.ts long: 4"]);
  });
});
