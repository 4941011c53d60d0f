/**
 * The tests of machine code, each file in a process of its own. `npm run test:native`; words after it choose files by a part of
 * their name.
 */
import { chosen, eachAlone, runGroups } from "../lib/run_files";

runGroups(chosen(eachAlone("test/native"), process.argv.slice(2)), 2).then(process.exit);
