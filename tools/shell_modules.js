/**
 * Which module takes the place of which where the stack is machine code (firmware/core): what is left of JavaScript, the
 * shell, finds the core's gate where the stack itself would be.
 */
const { posix } = require("node:path");

const GATE = "firmware/core/gate.ts";

/** The shell: libraries, modules, roots of composition, and what of the drivers serves programs. */
const SHELL = /^firmware\/(lib\/|modules\/|boot-)|^firmware\/drivers\/.*_shell\.ts$/;
/** What of the stack is the shell's as well: numbers, its own timers and turns, and the wires. */
const KEPT =
  /^firmware\/(net\/(wire\/\w+|kern\/(errno|callout|turn|socketvar)|njs\/nj_var)|drivers\/(spi_bus|(.*\/)?\w+_shell|.*_var))\.ts$/;
const STACK = /^firmware\/(net|drivers)\//;
/** Libraries that reach into the stack. */
const COUNTERPARTS = {
  "firmware/lib/stats.ts": "firmware/core/gate_stats.ts",
  "firmware/lib/ip_options.ts": GATE,
  "firmware/lib/ethernet/ifdata.ts": GATE,
  "firmware/lib/networkjs/networkjs_driver.ts": "firmware/core/gate_driver.ts",
};

/** The core is a library of this host's. */
const HOST = {
  "firmware/core/port.ts": "firmware/core/port_host.ts",
  "firmware/net/njs/nj_take.ts": "firmware/core/port_host.ts",
};

/** What machine code does itself on a board. */
const BOARD = { "firmware/lib/networkjs/networkjs_sock.ts": "firmware/core/gate_sock.ts" };

/** The core has several drivers. */
const ROUTER = { "firmware/drivers/w5500-raw/w5500.ts": "firmware/core/gate_router.ts" };

/**
 * The file that a file of the firmware gets when it imports `name`; all paths from the root. `root`: which core (chips.js: CORES) the
 * shell is for; `onHost`: that is a library of this host's.
 */
exports.shellModule = function shellModule(importer, name, root, onHost) {
  const path = `${posix.join(posix.dirname(importer), name)}.ts`;
  if (onHost && path in HOST) return HOST[path];
  if (!SHELL.test(importer)) return path;
  if (!onHost && path in BOARD) return BOARD[path];
  if (root === "router" && path in ROUTER) return ROUTER[path];
  if (path in COUNTERPARTS) return COUNTERPARTS[path];
  return STACK.test(path) && !KEPT.test(path) ? GATE : path;
};

/** An esbuild plugin. */
exports.shellPlugin = (folder, root, onHost) => ({
  name: "shell",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, importer }) => {
      if (!importer.startsWith(`${folder}/firmware/`)) return undefined;
      return { path: posix.join(folder, exports.shellModule(importer.slice(folder.length + 1), path, root, onHost)) };
    });
  },
});

/** The same for rollup, for a board. */
exports.boardShell = (folder, root) => ({
  name: "shell",
  resolveId(name, importer) {
    if (!importer || !name.startsWith(".")) return null;
    return posix.join(folder, exports.shellModule(importer.slice(folder.length + 1), name, root, false));
  },
});
