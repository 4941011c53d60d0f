/**
 * The tests of machine code, each file in a process of its own: a core that crashes, or a library of another file's, then harms
 * no other. `npm run test:native`; words after it choose files by a part of their name.
 */
import { runFiles } from "../lib/run_files";

runFiles({ folder: __dirname, atATime: 2 }).then(process.exit);
