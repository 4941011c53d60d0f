/**
 * Builds the firmware: one CommonJS module for a board's Storage per composition root.
 *
 *   dist/enc28j60.js          readable
 *   dist/enc28j60.min.js      top-level names and BSD-prefixed fields mangled (ARCHITECTURE.md)
 *   dist/enc28j60.tok.js      shipped: the same in the interpreter's tokens, and what seldom runs compressed
 *   dist/enc28j60-small.*      both with less in them, for boards with little Storage (tools/profile.js)
 *   dist/enc28j60-udp.*       both without TCP
 *   dist/w5500-raw*           the same with the W5500's driver
 *   dist/telnet.*             optional modules, on the interface that they are given: the console over TCP,
 *   dist/update.*             programs over the network, and others
 *   dist/enc28j60.test.js     every function of the stack exported by name, for the tests and the simulator's gateway
 *
 * Every output is parsed as an Espruino board would read it; syntax that Espruino lacks fails the build.
 */
const terser = require("@rollup/plugin-terser");
const { CHIP_NAMES } = require("./tools/chips");
const { coreConstants } = require("./tools/core_file");
const { coldFunctions } = require("./tools/cold_functions");
const {
  HOT_FUNCTIONS,
  HOT_WITH_MEMORY,
  MODULE_HOT_FUNCTIONS,
  SHELL_HOT_FUNCTIONS,
  SHELL_WARM_FUNCTIONS,
} = require("./tools/hot_functions");
const { constantArguments } = require("./tools/constant_arguments");
const { dropFree } = require("./tools/drop_free");
const { espruinoSubset, RESERVED_WORDS } = require("./tools/espruino_subset");
const { NAMES: DRAWER_NAMES } = require("./tools/frozen_drawers");
const { inlineCalls } = require("./tools/inline_calls");
const { inlineConstants } = require("./tools/inline_constants");
const { neverNull } = require("./tools/never_null");
const { renameFields } = require("./tools/rename_fields");
const { sharedDefaults } = require("./tools/shared_defaults");
const { tokens } = require("./tools/tokens");
const { PROFILES, profile, SHIPPED } = require("./tools/profile");
const { ROOT } = require("./tools/builder");
const { boardShell } = require("./tools/shell_modules");
const { transpile } = require("./tools/transpile");
const { undefinedForNull } = require("./tools/undefined_for_null");
const { WARM_FUNCTIONS, WARM_WITH_STORAGE } = require("./tools/warm_functions");

/** What terser may do. Inlining a function makes an IIFE of it, which costs the interpreter 75 us a call (anchors.md 10). */
const shrink = (reserved) => ({
  ecma: 5,
  compress: {
    ecma: 5,
    passes: 2,
    inline: false,
    reduce_funcs: false,
    hoist_funs: false, // cold_functions.js has put them in order
    toplevel: true,
    unsafe_undefined: false,
  },
  mangle: { toplevel: true, reserved: [...RESERVED_WORDS, ...reserved] },
  format: { ecma: 5, comments: false, ascii_only: true },
});

/**
 * What is shipped, from the readable bundle: passes over the text, in this order. `hot` names the functions that run per
 * packet, `warm` those of each connection; without it nothing is compressed.
 */
const shipped = (hot, warm) => [
  dropFree(),
  neverNull(),
  undefinedForNull(),
  inlineConstants(),
  constantArguments(),
  sharedDefaults(),
  inlineCalls((name) => (hot.includes(name) ? 2 : warm?.includes(name) ? 1 : 0)),
  coldFunctions(hot, warm),
  renameFields(),
  terser(shrink(warm ? DRAWER_NAMES : [])),
  espruinoSubset(),
  tokens(),
];
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

/** What is left of JavaScript where the stack is machine code. */
const shellPasses = shipped(SHELL_HOT_FUNCTIONS, SHELL_WARM_FUNCTIONS);

function shells(chip) {
  return SHIPPED.map((name) => {
    const made = bundles(`firmware/boot-${chip}.ts`, PROFILES[name], {
      [`${chip}-${name}.shell.min.js`]: shellPasses,
    });
    return { ...made, plugins: [boardShell(ROOT), coreConstants(chip, name), ...made.plugins] };
  });
}

/** The stack with a chip's driver, for Storage: whole, with less in it, and without TCP. */
function stackModules(chip) {
  const input = `firmware/boot-${chip}.ts`;
  const min = shipped(HOT_FUNCTIONS, WARM_FUNCTIONS);
  const lesswarm = WARM_FUNCTIONS.filter((name) => !WARM_WITH_STORAGE.includes(name));
  const small = shipped(
    HOT_FUNCTIONS.filter((name) => !HOT_WITH_MEMORY.includes(name)),
    [...lesswarm, ...HOT_WITH_MEMORY],
  );
  const udp = shipped(HOT_FUNCTIONS, lesswarm);
  return [
    bundles(input, PROFILES.full, { [`${chip}.js`]: readable, [`${chip}.min.js`]: min }),
    bundles(input, PROFILES.small, { [`${chip}-small.min.js`]: small }),
    bundles(input, PROFILES.udp, { [`${chip}-udp.min.js`]: udp }),
  ];
}

/** A module for Storage that needs nothing of the stack but the interface it is given. */
function storageModule(name) {
  return bundles(`firmware/boot-${name}.ts`, PROFILES.full, { [`${name}.min.js`]: shipped(MODULE_HOT_FUNCTIONS) });
}

module.exports = [
  ...CHIP_NAMES.flatMap(stackModules),
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
