#!/usr/bin/env node
// The command `espruino-ethernet-flash`, compiled (tools/package.js).
require("../lib/tools/flash/flash").run(process.argv.slice(2));
