/**
 * `--watch`: tells when the program, a module of `--modules`, or the firmware has changed on the host's disk.
 */
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isOfDist } from "./firmware";
import type { Settings } from "./options";

/** An editor writes a file in several steps: what they make is looked at when it has been quiet for so long, ms. */
const QUIET = 100;
const FIRMWARE = join(__dirname, "..", "firmware");

/** Calls `changed` some time after each change; the result ends it. */
export function watchSources({ app, bundle, modules }: Settings, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET);
  };
  const isBuilt = bundle === undefined || isOfDist(bundle);
  const watchers = [watchFile(app, soon), isBuilt ? watchFirmware(soon) : watchFile(bundle, soon)];
  if (modules !== undefined) watchers.push(watch(modules, (_, file) => file?.endsWith(".js") && soon()));
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

/** By its folder: editors put another file in its place. */
function watchFile(path: string, changed: () => void): FSWatcher {
  const name = basename(path);
  return watch(dirname(path), (_, file) => file === name && changed());
}

function watchFirmware(changed: () => void): FSWatcher {
  return watch(FIRMWARE, { recursive: true }, (_, file) => file?.endsWith(".ts") && changed());
}
