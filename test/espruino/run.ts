/**
 * The tests on a real Espruino, each file in a process of its own and three of them at a time: they mostly wait, for an
 * interpreter, a timer, a peer. `npm run test:espruino`; words after it choose files by a part of their name.
 */
import { build } from "../../tools/native/board";
import { hasThumbCompiler } from "../../tools/native/gcc";
import { chosen, eachAlone, runGroups } from "../lib/run_files";
import { profile, thumb } from "./interpreter";

const LONG = ["http", "sockets", "figures", "update", "modules", "net"];

/** Machine code for what the tests run; without its compiler what is there already. */
function buildCore(): void {
  if (!hasThumbCompiler()) console.log("there is no compiler for machine code: what is in dist/ is used");
  else build((one) => one.thumb === thumb && [profile, "udp", "full"].includes(one.profile));
}

if (thumb) buildCore();
runGroups(chosen(eachAlone("test/espruino", LONG), process.argv.slice(2)), 3).then(process.exit);
