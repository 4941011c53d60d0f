/**
 * The tests on a real Espruino, each file in a process of its own and three of them at a time: they mostly wait, for an
 * interpreter, a timer, a peer. `npm run test:espruino`; words after it choose files by a part of their name.
 */
import { runFiles } from "../lib/run_files";

const LONG = ["http", "sockets", "figures", "update", "modules", "net"];

runFiles({ folder: __dirname, atATime: 3, long: LONG }).then(process.exit);
