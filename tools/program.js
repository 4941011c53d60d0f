/**
 * What a program for boards needs: the modules that it requires, and where they come from. Of the simulator and `npm run
 * flash`.
 */
const { existsSync, readFileSync } = require("node:fs");
const { basename, join } = require("node:path");
const acorn = require("acorn");
const { programFaults } = require("./espruino_subset");

/** Modules of our own for Storage, each of firmware/boot-NAME.ts. */
const OWN_MODULES = [
  "dhcpd",
  "mdns",
  "netstat",
  "nettools",
  "pcap",
  "sntp",
  "tcpdump",
  "telnet",
  "tftpd",
  "traceroute",
  "update",
  "vfs",
];

/** Names in `require("...")`. Throws an Error that names the file when the text is no JavaScript. */
function requires(text, file) {
  const names = [];
  try {
    let before = ["", ""];
    for (const { type, value } of acorn.tokenizer(text, { ecmaVersion: 2024, sourceType: "script" })) {
      if (type.label === "string" && before[0] === "require" && before[1] === "(") names.push(value);
      before = [before[1], type.label === "name" ? value : type.label];
    }
  } catch (error) {
    throw new Error(`${basename(file)}: ${error.message}`);
  }
  return names;
}

/** Where a folder has the module; undefined when it has not. */
function moduleFile(folder, name) {
  return [".min.js", ".js"].map((suffix) => join(folder, name + suffix)).find((path) => existsSync(path));
}

/**
 * The program `file`, if there is one, and all that it requires: { text, own, others, missing, required, faults }. `own`: names of modules of
 * ours, with those of `extras`; `others`: texts by name, of `folders`; `missing`: names that are nowhere; `required`: all
 * names, with the file that has each first; `faults`: what a board would not understand. `known(name)`: the board has it.
 */
function programOf(file, { extras = [], folders = [], known = () => false } = {}) {
  const text = file === undefined ? "" : readFileSync(file, "latin1");
  const program = {
    text,
    own: [],
    others: {},
    missing: [],
    required: Object.create(null),
    faults: programFaults(text, file),
  };
  const take = (name, by) => {
    if (name in program.required) return;
    program.required[name] = by;
    if (known(name)) return;
    const path = folders.map((folder) => moduleFile(folder, name)).find((one) => one);
    if (path) takeFile(name, path);
    else if (OWN_MODULES.includes(name)) program.own.push(name);
    else program.missing.push(name);
  };
  const takeFile = (name, path) => {
    const content = readFileSync(path, "latin1");
    program.others[name] = content;
    program.faults.push(...programFaults(content, path));
    if (!program.faults.length) for (const other of requires(content, path)) take(other, path);
  };
  for (const name of extras) take(name, "--with");
  if (!program.faults.length) for (const name of requires(text, file ?? "")) take(name, file);
  return program;
}

module.exports = { moduleFile, OWN_MODULES, programOf, requires };
