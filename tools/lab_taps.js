/**
 * Taps for the lab (host-sim/lab): a bundle in which functions of the stack that one file calls in another tell when they are
 * entered and left. The sources stay as they are: where a file imports such a function it gets one that calls it.
 *
 * The bundle exports `lab`, whose fields a host may set: `enter(name, args)` and `leave(name)`. While they are null a call
 * costs one comparison. No other bundle has any of this.
 */
const { readFileSync } = require("node:fs");
const { join, relative, resolve, dirname } = require("node:path");

/** Where a packet passes on its way, in the order of ARCHITECTURE.md's picture: by file, without `firmware/` and `.ts`. */
const TAPPED = {
  "net/kern/sosend": ["sosend"],
  "net/kern/soreceive": ["soreceive"],
  "net/kern/sockbuf": ["sbappend", "sbappendaddr", "sbdrop"],
  "net/inet/udp/udp_usrreq": ["udp_usrreq"],
  "net/inet/udp/udp_input": ["udp_input"],
  "net/inet/tcp/tcp_input": ["tcp_input"],
  "net/inet/tcp/tcp_output": ["tcp_output"],
  "net/inet/tcp/tcp_respond": ["tcp_respond"],
  "net/inet/icmp/ip_icmp": ["icmp_input"],
  "net/inet/icmp/icmp_error": ["icmp_error"],
  "net/inet/igmp/igmp": ["igmp_input"],
  "net/inet/raw/raw_ip": ["rip_input"],
  "net/inet/tcp/tcp_usrreq": ["tcp_usrreq"],
  "net/inet/ip/ip_output": ["ip_output"],
  "net/inet/arp/arp": ["arpresolve"],
  "net/inet/arp/arptab": ["arpqueue"],
  "net/if/ether": ["ether_input"],
  "net/if/ifnet": ["IF_ENQUEUE", "IF_DEQUEUE"],
  "drivers/chip": ["chip_put", "chip_putchain"],
};

/**
 * Inputs that their own files hand to the netisr, by number (net/if/netisr.ts), are tapped on that way; `if_output` is a field
 * of an interface, which the host can wrap.
 */
const NETISR = "net/if/netisr";
const NETISR_TAP = `
const INPUTS = ["ip_input", "arp_input"];
export function netisr_register(isr, input) {
  inner_netisr_register(isr, (m) => {
    if (lab.enter === null) return input(m);
    lab.enter(INPUTS[isr], [m]);
    try { return input(m); } finally { lab.leave(INPUTS[isr]); }
  });
}`;

/** Variables that the files keep to themselves, and that the lab shows. */
const SHOWN = { "net/kern/callout": ["calltodo"], "net/inet/ip/ipq": ["ipq"] };

const SPACE = "lab-tap";
const HOOKS = "lab-hooks";

/** The bundle's entry: all of the stack by name, the taps, and the words for its counters. */
exports.labEntry = (chip) => `
export * from "./boot-test-${chip}";
export { lab } from "${HOOKS}";
export * as counter_names from "./modules/netstat/netstat_names";
`;

/** For esbuild. `root`: the project's folder. */
exports.labTaps = function labTaps(root) {
  const firmware = join(root, "firmware");
  const nameOf = (path) => relative(firmware, path).replaceAll("\\", "/").replace(/\.ts$/, "");
  return {
    name: "lab-taps",
    setup(build) {
      const known = new Set();
      build.onResolve({ filter: /^lab-hooks$/ }, () => ({ path: HOOKS, namespace: HOOKS }));
      build.onLoad({ filter: /.*/, namespace: HOOKS }, () => ({
        contents: "export const lab = { enter: null, leave: null };",
        loader: "js",
      }));
      build.onResolve({ filter: /^\./ }, ({ path, importer, namespace }) => {
        const name = nameOf(resolve(dirname(importer), path));
        if (namespace === SPACE || /boot-test/.test(importer) || (!TAPPED[name] && name !== NETISR)) return undefined;
        known.add(name);
        return { path: join(firmware, `${name}.ts`), namespace: SPACE };
      });
      build.onLoad({ filter: /.*/, namespace: SPACE }, ({ path }) => ({
        contents: tapped(path, nameOf(path)),
        loader: "js",
        resolveDir: firmware,
      }));
      build.onLoad({ filter: /\/firmware\/.*\.ts$/, namespace: "file" }, ({ path }) => {
        const shown = SHOWN[nameOf(path)];
        if (!shown) return undefined;
        return { contents: `${readFileSync(path, "utf8")}\nexport { ${shown.join(", ")} };\n`, loader: "ts" };
      });
      build.onEnd(() => {
        const lost = Object.keys(TAPPED).filter((name) => !known.has(name));
        if (lost.length) throw new Error(`tools/lab_taps.js: nobody imports ${lost.join(", ")}`);
      });
    },
  };
};

function tapped(path, file) {
  const names = file === NETISR ? ["netisr_register"] : TAPPED[file];
  const from = JSON.stringify(path);
  return `import { lab } from "${HOOKS}";
import { ${names.map((name) => `${name} as inner_${name}`).join(", ")} } from ${from};
export * from ${from};
${file === NETISR ? NETISR_TAP : names.map(tap).join("\n")}`;
}

function tap(name) {
  return `export function ${name}(...args) {
  if (lab.enter === null) return inner_${name}(...args);
  lab.enter("${name}", args);
  try { return inner_${name}(...args); } finally { lab.leave("${name}"); }
}`;
}
