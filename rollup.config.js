/**
 * Builds the firmware: one CommonJS module for a board's Storage per composition root.
 *
 *   dist/enc28j60.js          readable
 *   dist/enc28j60.min.js      top-level names and BSD-prefixed fields mangled (ARCHITECTURE.md)
 *   dist/enc28j60.tok.js      shipped for processors that run no machine code of ours: the same in the interpreter's tokens
 *   dist/enc28j60-full.shell.*  shipped beside machine code: what is left of JavaScript, and what of it seldom runs compressed;
 *                             so for each profile (tools/profile.js)
 *   dist/w5500-raw*           the same with the W5500's driver
 *   dist/telnet.*             optional modules, on the interface that they are given: the console over TCP,
 *   dist/update.*             programs over the network, and others
 *   dist/enc28j60.test.js     every function of the stack exported by name, for the tests and the simulator's gateway
 *
 * Every output is parsed as an Espruino board would read it; syntax that Espruino lacks fails the build.
 */
const terser = require("@rollup/plugin-terser");
const { CHIP_NAMES } = require("./tools/chips");
const { coldFunctions } = require("./tools/cold_functions");
const { coreCalls } = require("./tools/core_calls");
const { coreConstants } = require("./tools/core_file");
const { dropFree } = require("./tools/drop_free");
const { espruinoSubset, RESERVED_WORDS } = require("./tools/espruino_subset");
const { NAMES: DRAWER_NAMES } = require("./tools/frozen_drawers");
const { inlineCalls } = require("./tools/inline_calls");
const { inlineConstants } = require("./tools/inline_constants");
const { inOrderOfUse } = require("./tools/in_order_of_use");
const { lateFunctions, MAKE } = require("./tools/late_functions");
const { renameFields } = require("./tools/rename_fields");
const { tokens } = require("./tools/tokens");
const { PROFILES, profile, SHIPPED } = require("./tools/profile");
const { ROOT } = require("./tools/builder");
const { HOT_FUNCTIONS, LATE_FUNCTIONS, WARM_FUNCTIONS } = require("./tools/shell_functions");
const { boardShell } = require("./tools/shell_modules");
const { transpile } = require("./tools/transpile");

/** What terser may do. Inlining a function makes an IIFE of it, which costs the interpreter 75 us a call (anchors.md 10). */
const shrink = (reserved) => ({
  ecma: 5,
  compress: {
    ecma: 5,
    passes: 2,
    inline: false,
    reduce_funcs: false,
    hoist_funs: false, // they are in order
    toplevel: true,
    unsafe_undefined: false,
  },
  mangle: { toplevel: true, reserved: [...RESERVED_WORDS, ...reserved] },
  format: { ecma: 5, comments: false, ascii_only: true },
});

/** What is shipped, from the readable bundle: passes over the text, in this order. `arranged`: those between. */
const shipped = (arranged, reserved) => [
  dropFree(),
  inlineConstants(),
  ...arranged,
  renameFields(),
  terser(shrink(reserved)),
  espruinoSubset(),
  tokens(),
];

/** For boards with room for it, and modules. */
const plain = shipped([inOrderOfUse()], []);

/** What is left of JavaScript where the stack is machine code, on boards with little Storage and few variables. */
const heat = (name) => (HOT_FUNCTIONS.includes(name) ? 2 : WARM_FUNCTIONS.includes(name) ? 1 : 0);
const shell = shipped(
  [
    coreCalls(),
    inlineCalls(heat),
    lateFunctions(LATE_FUNCTIONS),
    coldFunctions([...HOT_FUNCTIONS, MAKE], WARM_FUNCTIONS),
  ],
  DRAWER_NAMES,
);

/** Bundles made of one composition root, as one profile has it: file names, and the passes over each. */
function bundles(input, constants, outputs) {
  return {
    input,
    plugins: [profile(constants), transpile()],
    output: Object.entries(outputs).map(([file, plugins]) => ({
      file: `dist/${file}`,
      format: "cjs",
      esModule: false,
      strict: false,
      exports: "named",
      plugins,
    })),
  };
}

const readable = [espruinoSubset()];

function shells(chip) {
  return SHIPPED.map((name) => {
    const made = bundles(`firmware/boot-${chip}.ts`, PROFILES[name], {
      [`${chip}-${name}.shell.min.js`]: shell,
    });
    return { ...made, plugins: [boardShell(ROOT, chip), coreConstants(chip, name), ...made.plugins] };
  });
}

/** The stack with a chip's driver, for Storage. */
function stackModule(chip) {
  return bundles(`firmware/boot-${chip}.ts`, PROFILES.full, { [`${chip}.js`]: readable, [`${chip}.min.js`]: plain });
}

/** A module for Storage that needs nothing of the stack but the interface it is given. */
function storageModule(name) {
  return bundles(`firmware/boot-${name}.ts`, PROFILES.full, { [`${name}.min.js`]: plain });
}

module.exports = [
  ...CHIP_NAMES.map(stackModule),
  ...CHIP_NAMES.flatMap(shells),
  storageModule("netstat"),
  storageModule("telnet"),
  storageModule("update"),
  storageModule("mdns"),
  storageModule("sntp"),
  storageModule("traceroute"),
  storageModule("nettools"),
  storageModule("tcpdump"),
  storageModule("pcap"),
  storageModule("dhcpd"),
  storageModule("tftpd"),
  storageModule("vfs"),
  ...CHIP_NAMES.map((chip) =>
    bundles(`firmware/boot-test-${chip}.ts`, PROFILES.test, { [`${chip}.test.js`]: readable }),
  ),
];
