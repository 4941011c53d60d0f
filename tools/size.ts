/**
 * What each file costs in the shipped bundle: bytes of its functions, as they stand in dist/enc28j60.min.js; and what the
 * native files cost as machine code (native/sizes.ts).
 *
 *     npm run size
 *     npm run size -- enc28j60-small      another bundle
 *
 * The bundle is built once more with a mark in every function: a call of a name that nobody declares, which the passes
 * over the bundle can neither drop nor rename, put in before they begin. Afterwards each function is measured where it
 * has come to stand, in a drawer or not, and the mark taken off again. So names, fields and constants count as they are
 * shipped. What belongs to no function (variables, tables, the text of the drawers themselves) is "the rest": what is
 * left of the shipped bundle's size.
 */
import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { type Node, parse } from "acorn";
import { type OutputOptions, type Plugin, type RenderedChunk, type RollupOptions, rollup } from "rollup";
import { printSizes } from "./native/sizes";

const ROOT = join(__dirname, "..");
const BUNDLE = "enc28j60";
const fileOf = (bundle: string): string => `dist/${bundle}.min.js`;
/** A mark is this and the number of the file that the function is from. */
const MARK = "$$at";

/** Bytes of each file, by its path. */
export type Sizes = Map<string, number>;

interface Tree extends Node {
  [key: string]: unknown;
}

/** Measures a shipped bundle, or what the same build would ship. */
export async function measure(name = BUNDLE): Promise<Sizes> {
  const configs = require(join(ROOT, "rollup.config.js")) as RollupOptions[];
  const outputs = configs.flatMap((config) => [config.output ?? []].flat().map((output) => ({ config, output })));
  const shipped = outputs.find(({ output }) => output.file === fileOf(name));
  if (!shipped) throw new Error(`rollup.config.js does not make ${fileOf(name)}`);
  return measureOutput(shipped.config, shipped.output);
}

async function measureOutput(config: RollupOptions, output: OutputOptions): Promise<Sizes> {
  const files: string[] = [];
  const bundle = await rollup(config);
  const passes = [output.plugins ?? []].flat().filter((pass) => (pass as Plugin).name !== "inline-calls");
  const { output: chunks } = await bundle.generate({ ...output, plugins: [marker(files), ...passes] });
  await bundle.close();
  const sizes: Sizes = new Map(files.map((file) => [file, 0]));
  for (const [number, bytes] of markedFunctions(chunks[0].code))
    sizes.set(files[number], sizes.get(files[number])! + bytes);
  return sizes;
}

/** A rollup output plugin that marks every function of every module; `files` is filled with the modules' paths. */
function marker(files: string[]): Plugin {
  return {
    name: "mark-functions",
    renderChunk(code: string, chunk: RenderedChunk) {
      const owner = new Map<string, number>();
      for (const [id, { code: text }] of Object.entries(chunk.modules)) {
        for (const name of functionNames(text ?? "")) owner.set(name, files.length);
        files.push(relative(ROOT, id).replaceAll("\\", "/"));
      }
      return { code: marked(code, owner), map: null };
    },
  };
}

function topLevelFunctions(code: string): Tree[] {
  const program = parse(code, { ecmaVersion: 5, sourceType: "script" }) as unknown as { body: Tree[] };
  return program.body.filter(({ type }) => type === "FunctionDeclaration");
}

function nameOf(func: Tree): string {
  return (func["id"] as { name: string }).name;
}

function functionNames(code: string): string[] {
  return topLevelFunctions(code).map(nameOf);
}

function marked(code: string, owner: Map<string, number>): string {
  let text = "";
  let at = 0;
  for (const func of topLevelFunctions(code)) {
    const body = (func["body"] as Tree).start + 1;
    text += `${code.slice(at, body)}${MARK}${owner.get(nameOf(func))}();`;
    at = body;
  }
  return text + code.slice(at);
}

/** File number and bytes of every marked function, innermost ones first and not counted again with those around them. */
function markedFunctions(code: string): [number: number, bytes: number][] {
  const found: [number, number][] = [];
  const visit = (node: Tree): number => {
    let inner = 0;
    for (const child of children(node)) inner += visit(child);
    const mark = node.type.startsWith("Function") ? markOf(code, node) : undefined;
    if (!mark) return inner;
    const bytes = node.end - node.start - inner - mark.length;
    found.push([Number(mark.slice(MARK.length, mark.indexOf("("))), bytes]);
    return inner + bytes + mark.length;
  };
  visit(parse(code, { ecmaVersion: 5, sourceType: "script" }) as unknown as Tree);
  return found;
}

function children(node: Tree): Tree[] {
  const isNode = (value: unknown): value is Tree => typeof (value as Tree | null)?.type === "string";
  return Object.values(node).flat().filter(isNode);
}

/** The mark with which a function begins. */
function markOf(code: string, func: Tree): string | undefined {
  const body = func["body"] as Tree;
  const found = /^\$\$at\d+\(\);?/.exec(code.slice(body.start + 1, body.end));
  return found?.[0];
}

function print(sizes: Sizes, name: string): void {
  const total = statSync(join(ROOT, fileOf(name))).size;
  const folders = new Map<string, [file: string, bytes: number][]>();
  let counted = 0;
  for (const [file, bytes] of sizes) {
    const folder = file.slice(0, file.lastIndexOf("/") + 1);
    folders.set(folder, [...(folders.get(folder) ?? []), [file.slice(folder.length), bytes]]);
    counted += bytes;
  }
  for (const [folder, files] of [...folders].sort()) {
    const sum = files.reduce((bytes, file) => bytes + file[1], 0);
    if (sum) line(sum, folder);
    for (const [file, bytes] of files.sort((a, b) => b[1] - a[1])) if (bytes) line(bytes, `    ${file}`);
  }
  line(total - counted, "the rest: variables, tables, drawers");
  line(total, fileOf(name));
}

function line(bytes: number, what: string): void {
  console.log(`${String(bytes).padStart(7)}  ${what}`);
}

if (require.main === module) {
  const name = process.argv[2] ?? BUNDLE;
  measure(name).then((sizes) => {
    print(sizes, name);
    if (!process.argv[2]) printSizes();
  });
}
