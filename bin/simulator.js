#!/usr/bin/env node
// The command `espruino-ethernet`: the simulator, compiled (tools/package.js).
require("../lib/host-sim/cli");
