#!/usr/bin/env node
// The command `espruino-ethernet-update`, compiled (tools/package.js).
require("../lib/tools/update").run(process.argv.slice(2));
