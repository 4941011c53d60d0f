/**
 * Builds what is asked for and what has changed since, and nothing else.
 *
 * What was built is written down in a record: for each bundle its sources with one hash over their contents, and a hash of
 * each file that came of it; and a hash of the tools, which are the passes over all of them and the versions of the packages. So
 * the record holds after a change of branch, and a file that was deleted or edited is made again. While all is fresh
 * neither the compiler nor the bundler is loaded.
 */
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const { dirname, join, resolve } = require("node:path");

const ROOT = resolve(__dirname, "..");
/** Bundles that are made at a time: terser has a thread of its own. */
const LANES = 2;

/** Tools that have no part in bundles. */
const OTHERS = ["espruino_docs.js", "lab_page.js", "package.js", "root.js", "typescript.js"];
/** Files that every bundle depends on. */
const toolFiles = () =>
  ["rollup.config.js", "package-lock.json", "firmware/tsconfig.json"].concat(
    readdirSync(join(ROOT, "tools"))
      .filter((name) => name.endsWith(".js") && !OTHERS.includes(name))
      .map((name) => `tools/${name}`),
  );

class Builder {
  /**
   * `recordFile`: where the record is kept. `list()` gives the bundles that there are, as { name, files, make }: `make()`
   * writes the files and answers the sources. All paths are relative to `root`, with slashes.
   */
  constructor(recordFile, list, { root = ROOT, tools = toolFiles() } = {}) {
    this.root = root;
    this.path = join(root, recordFile);
    this.list = list;
    this.tools = this.hash(tools);
    this.record = this.read();
  }

  /**
   * Makes those of the `wanted` files that are not as their sources are; all there are, without `wanted`. `tell` is told
   * beforehand what is to be made. Answers what was made.
   */
  async build(wanted, tell = () => {}) {
    if (this.isFresh(wanted)) return [];
    const bundles = this.list();
    const unknown = wanted?.find((file) => !bundles.some(({ files }) => files.includes(file)));
    if (unknown) throw new Error(`There is nothing of which ${unknown} could be built`);
    const stale = bundles.filter(({ name, files }) => {
      const isWanted = !wanted || files.some((file) => wanted.includes(file));
      return isWanted && !this.isMade(this.record.bundles[name]);
    });
    const made = stale.flatMap(({ files }) => files);
    tell(made);
    await Promise.all(Array.from({ length: LANES }, () => this.makeAll(stale)));
    this.record.names = bundles.map(({ name }) => name);
    this.write();
    return made;
  }

  /** Can it be told from the record alone that there is nothing to do? */
  isFresh(wanted) {
    const { names, bundles } = this.record;
    if (!wanted) return Boolean(names?.every((name) => this.isMade(bundles[name])));
    return wanted.every((file) => this.isMade(Object.values(bundles).find(({ files }) => file in files)));
  }

  isMade(made) {
    if (!made || Object.entries(made.files).some(([file, digest]) => this.digest(file) !== digest)) return false;
    return this.hash(made.sources) === made.hash;
  }

  async makeAll(bundles) {
    for (let bundle = bundles.shift(); bundle; bundle = bundles.shift()) {
      const begin = Date.now();
      const sources = (await bundle.make()).sort();
      if (sources.some((file) => this.changed(file) > begin)) continue; // nobody knows which version went into it
      const files = Object.fromEntries(bundle.files.map((file) => [file, this.digest(file)]));
      this.record.bundles[bundle.name] = { sources, hash: this.hash(sources), files };
      this.write();
    }
  }

  /** One hash over the contents of files. */
  hash(files) {
    const hash = createHash("sha256");
    for (const file of files) hash.update(`${file} ${this.digest(file)}\n`);
    return hash.digest("hex");
  }

  digest(file) {
    const path = join(this.root, file);
    return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : "missing";
  }

  /** ms since 1970 */
  changed(file) {
    const path = join(this.root, file);
    return existsSync(path) ? statSync(path).mtimeMs : 0;
  }

  /** The record, unless it is of other tools or cannot be read: then everything is to be made. */
  read() {
    try {
      const record = JSON.parse(readFileSync(this.path, "utf8"));
      if (record.tools === this.tools) return record;
    } catch {}
    return { tools: this.tools, names: undefined, bundles: {} };
  }

  write() {
    mkdirSync(dirname(this.path), { recursive: true });
    writeWhole(this.path, JSON.stringify(this.record, null, 1));
  }
}

/** Writes a file so that nobody ever reads half of it. */
function writeWhole(path, content) {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, content);
  renameSync(part, path);
}

module.exports = { Builder, ROOT, writeWhole };
