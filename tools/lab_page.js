/**
 * Builds the lab's page (lab/) with Vite into dist/lab/page, when it is not as its sources are: by a hash of their contents, as
 * bundles are (builder.js). A second, once; whoever runs the simulator needs no step of his own for it.
 */
const { readdirSync } = require("node:fs");
const { join } = require("node:path");
const { Builder, ROOT } = require("./builder");

const PAGE = "dist/lab/page/index.html";
/** What the page is made of: its own folder, and the decoders with what they name. */
const FOLDERS = ["lab", "host-sim/decode", "host-sim/lab", "host-sim/chips", "firmware/net/wire"];

const sources = () =>
  FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath ?? entry.path, entry.name)
          .slice(ROOT.length + 1)
          .replaceAll("\\", "/"),
      ),
  );

/** Makes sure of the page. `tell` is told when that takes time. */
exports.buildPage = async function buildPage(tell = () => {}) {
  const tools = ["tools/lab_page.js", "package-lock.json"];
  await new Builder("dist/lab/.built.json", list, { tools }).build([PAGE], () => tell("building the lab's page ..."));
};

function list() {
  return [{ name: "page", files: [PAGE], make }];
}

async function make() {
  const { build } = await import("vite");
  await build({ configFile: join(ROOT, "lab/vite.config.mjs"), root: join(ROOT, "lab"), logLevel: "warn" });
  return sources();
}

if (require.main === module) exports.buildPage(console.log);
