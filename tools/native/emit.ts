/**
 * The whole translation, put together: C files, one for each file of TypeScript, and core.c, which has what they share
 * and takes them all in. So the C compiler sees one unit, in which every function is static.
 */
import ts from "typescript";
import { type Amounts, Compiler, type Constants, isConst } from "./compiler";
import { constantOf } from "./constants";
import { declaration, parameters } from "./ctype";
import { type Global, type Module, moduleOf, type Translated } from "./functions";
import { OUTLINED, outlined } from "./outlined";
import { load, type Program, type Sources } from "./program";
import { reached } from "./reach";
import { lineOf, type Refusal } from "./refusal";
import { isViewed, sizeOf, structuresText } from "./structures";

export interface Translation {
  cx: Compiler;
  modules: Module[];
  refusals: Refusal[];
  /** what TypeScript itself finds wrong */
  errors: string[];
}

/** A board, whose memory is 64 KB at most, or the machine that this runs on. */
export type Where = "board" | "host";

/**
 * Reads and translates; what is not in the subset is in `refusals`. With `roots`, the functions that are called from outside, what
 * nobody reads is left out, so that no others may be exported.
 */
export function translate(
  sources: Sources,
  amountsOf: (constants: Constants) => Amounts,
  roots: string[] = [],
): Translation {
  const program = load(sources);
  const cx = new Compiler(program, { pools: {}, arena: 0, clusters: 0, clusterBytes: 0 });
  Object.assign(cx.amounts, amountsOf(constantsOf(cx, program)));
  const named = program.files.flatMap((file) => file.statements.filter(ts.isFunctionDeclaration));
  const called = named.filter(({ name }) => !roots.length || roots.includes(name!.text));
  cx.pruned = roots.length > 0;
  cx.uses = reached(cx, called, seen(program)).uses;
  for (const file of program.files) for (const node of file.statements) if (isNamed(node)) cx.nameOf(node);
  const modules = program.files.map((file) => moduleOf(cx, file));
  return { cx, modules, refusals: cx.refusals.list(), errors: program.errors };
}

function isNamed(node: ts.Statement): node is ts.FunctionDeclaration | ts.InterfaceDeclaration {
  return ts.isFunctionDeclaration(node) || ts.isInterfaceDeclaration(node);
}

/** What the shell and the runtime look into. */
function seen(program: Program): ts.Node[] {
  const variables = program.files.flatMap(({ statements }) =>
    statements.flatMap((node) => (ts.isVariableStatement(node) ? [...node.declarationList.declarations] : [])),
  );
  return variables.filter(({ name }) => name.getText() === SHELL);
}

function constantsOf(cx: Compiler, program: Program): Constants {
  const constants: Constants = {};
  for (const file of program.files)
    for (const node of file.statements)
      if (ts.isVariableStatement(node))
        for (const variable of node.declarationList.declarations) {
          const value = isConst(variable) && variable.initializer ? constantOf(cx, variable.initializer) : undefined;
          if (value !== undefined) constants[variable.name.getText()] = value;
        }
  return constants;
}

const MADE = "/* Made by tools/native. The source is the TypeScript that #line names. */";

/**
 * Text by file name. `exports` are functions that a host calls, as native_<name>, and what these need; without them it is all there is.
 * `where` it is to run says how its memory is laid out.
 */
export function emit(
  { cx, modules: all }: Translation,
  exports: string[] = [],
  where: Where = "board",
): Map<string, string> {
  const modules = exports.length ? needed(cx, all, exports) : all;
  const files = new Map<string, string>();
  for (const module of modules) {
    const functions = module.functions.flatMap(({ text }) => (text ? [text] : []));
    if (functions.length) files.set(fileName(cx, module), `${[MADE, ...functions].join("\n\n")}\n`);
  }
  files.set("core.c", `${coreText(cx, modules, [...files.keys()], exports, where).join("\n")}\n`);
  return files;
}

/** The same without the bodies and the variables that nothing leads to. */
function needed(cx: Compiler, modules: Module[], exports: string[]): Module[] {
  const functions = modules.flatMap((module) => module.functions);
  const roots = exports.map((name) => exported(functions, name).node);
  const { declarations: found } = reached(cx, roots);
  return modules.map((module) => ({
    ...module,
    functions: module.functions.map((f) => (found.has(f.node) ? f : { ...f, text: null })),
    globals: module.globals.filter(({ node }) => (cx.pruned ? !cx.isGone(node) : found.has(node))),
  }));
}

function exported(functions: Translated[], name: string): Translated {
  const found = functions.find((f) => f.name === name);
  if (!found?.text) throw new Error(`no function ${name} to export`);
  return found;
}

function fileName(cx: Compiler, { file }: Module): string {
  return cx.program
    .nameOf(file)
    .replace(/^firmware\//, "")
    .replace(/\.ts$/, ".c")
    .replaceAll("/", "_");
}

function coreText(cx: Compiler, modules: Module[], files: string[], exports: string[], where: Where): string[] {
  const functions = modules.flatMap((module) => module.functions);
  const pools = poolsInMemory(cx, where);
  return [
    MADE,
    '#include "core.h"',
    ...modules.flatMap((module) => constantsText(cx, module)),
    "",
    "typedef void *refused_t;",
    ...structuresText(cx),
    "",
    `enum { ${[...pools.map(({ constant }) => constant), "NPOOLS"].join(", ")} };`,
    "",
    ...globalsText(cx, modules, pools),
    "",
    ...poolsText(pools),
    '#include "machdep.h"',
    '#include "spi.h"',
    "",
    ...prototypes(functions, where),
    "",
    ...modules.flatMap(({ tables }) => tables),
    ...thunksText(cx, functions),
    "",
    ...files.map((file) => `#include "${file}"`),
    "",
    '#line 1 "boot"',
    ...bootText(modules),
    ...exports.flatMap((name) => exportText(cx, functions, name)),
  ];
}

/** On a board some functions stay for themselves. */
function prototypes(functions: Translated[], where: Where): string[] {
  const apart = where === "board" ? outlined() : new Set();
  const kind = ({ name, text }: Translated) => (text ? `static ${apart.has(name) ? `${OUTLINED} ` : ""}` : "");
  return functions.map((one) => `${kind(one)}${one.head};`);
}

function constantsText(cx: Compiler, { file, constants }: Module): string[] {
  if (!constants.length) return [];
  return ["", `/* ${cx.program.nameOf(file)} */`, "enum {", ...constants.map((text) => `  ${text}`), "};"];
}

/** What the shell knows of the memory begins with this (firmware/core/sysent.ts). */
const SHELL = "core_args";

/** What takes less than a word comes first. */
const SMALL = ["bool", "u8", "i8", "u16", "i16"];

/**
 * As variables lie in memory: those that are named most for each of their bytes come first, where Thumb reaches them by one short
 * instruction; what the shell sees comes last.
 */
function inMemory(cx: Compiler, globals: Global[]): Global[] {
  const density = ({ node, type }: Global) => (cx.uses.get(node) ?? 0) / sizeOf(type);
  const rank = ({ name, type }: Global) => {
    if (name === SHELL) return 8;
    if (type.kind === "table") return 9;
    return SMALL.includes(type.kind) ? SMALL.indexOf(type.kind) : 7;
  };
  return [...globals].sort((a, b) => rank(a) - rank(b) || density(b) - density(a));
}

/** Structures of a kind, or the clusters, as they lie in memory. */
interface Pool {
  constant: string;
  member: string;
  declaration: string;
  /** the interpreter makes views of what lies in it */
  viewed: boolean;
}

/**
 * Pools one behind the other. On a host references take twice the room, and a core with all that there is is larger than the
 * interpreter's views reach: there what is viewed comes first.
 */
function poolsInMemory(cx: Compiler, where: Where): Pool[] {
  const { pools, clusters, clusterBytes } = cx.amounts;
  const structures = [...cx.allocated].filter(({ name }) => pools[name]);
  const all = [
    ...structures.map((structure) => ({
      constant: `POOL_${structure.cname}`,
      member: `all_${structure.cname}`,
      declaration: `struct ${structure.cname} all_${structure.cname}[${pools[structure.name]}]`,
      viewed: isViewed(structure),
    })),
    {
      constant: "POOL_CLUSTERS",
      member: "clusters",
      declaration: `uint8_t clusters[${clusters || 1}][${clusterBytes || 8}] __attribute__((aligned(sizeof(void *))))`,
      viewed: true,
    },
  ];
  return where === "host" ? all.sort((a, b) => Number(b.viewed) - Number(a.viewed)) : all;
}

function globalsText(cx: Compiler, modules: Module[], pools: Pool[]): string[] {
  const globals = modules.flatMap((module) => module.globals).filter(({ type }) => type.kind !== "void");
  return [
    "struct globals {",
    ...inMemory(cx, globals).map(({ type, name }) => `  ${declaration(type, name)};`),
    "  void *free[NPOOLS];",
    "  struct timeout timeouts[NTIMEOUTS];",
    // What is reached by offset lies below 4,096, as far as an instruction sees; pools are reached by their lists.
    `  uint8_t arena[${Math.max(cx.amounts.arena || 0, 4)}] __attribute__((aligned(4)));`,
    ...pools.map(({ declaration }) => `  ${declaration};`),
    "};",
    `#define SHELL ${globals.some(({ name }) => name === SHELL) ? `offsetof(struct globals, ${SHELL})` : 0}`,
  ];
}

/** Pools in numbers, and what there is in each (runtime/pools.h). */
function poolsText(pools: Pool[]): string[] {
  const names = pools.map(({ member }) => member);
  const end = (some: string[]) =>
    [`offsetof(struct globals, ${names[0]})`, ...some.map((all) => `sizeof g->${all}`)].join(" + ");
  const viewed = pools.map((pool) => pool.viewed).lastIndexOf(true);
  return [
    `_Static_assert(${end(names)} == sizeof *g, "pools lie one behind the other");`,
    `_Static_assert(${end(names.slice(0, viewed + 1))} <= 65536, "views reach what they are made of");`,
    "static const struct {",
    "  uint16_t size, n;",
    "} pools[NPOOLS] = {",
    ...names.map((all) => `  {sizeof g->${all}[0], sizeof g->${all} / sizeof g->${all}[0]},`),
    "};",
    '#include "pools.h"',
  ];
}

/** A function in the form in which a place calls it. */
function thunksText(cx: Compiler, functions: Translated[]): string[] {
  const known = new Map(functions.map((f) => [f.node, f]));
  return [...cx.thunks.values()].map(({ name, target, type }) => {
    const names = type.params.map((_, i) => `a${i}`);
    const args = target.parameters.map((_, i) => castTo(known.get(target)!, i, names[i])).join(", ");
    const call = `${cx.nameOf(target)}(${args});`;
    const result = type.result.kind === "void" ? call : `return ${call}`;
    return `static ${declaration(type.result, `${name}(${parameters(type.params, names)})`)} { ${result} }`;
  });
}

/** The declarations of a function's parameters; those of a parameter that is a function stay with it. */
function parametersOf(head: string): string[] {
  const params = head.slice(head.indexOf("(") + 1, -1);
  return params === "void" ? [] : params.split(/, (?![^()]*\))/);
}

/** References go through void *, which takes and gives any. */
function castTo({ head }: Translated, i: number, name: string): string {
  const param = parametersOf(head)[i] ?? "";
  return param.includes("*") ? `(void *)${name}` : name;
}

function bootText(modules: Module[]): string[] {
  return [
    "/** Memory as it is when nothing has run. */",
    "static void core_boot(void) {",
    "  clear(g, sizeof *g);",
    "  pools_init();",
    ...modules.flatMap(({ globals }) => globals.flatMap(({ initial }) => initial.map((text) => `  ${text}`))),
    "}",
  ];
}

function exportText(cx: Compiler, functions: Translated[], name: string): string[] {
  const found = exported(functions, name);
  const names = parametersOf(found.head).map((param) => /(\w+)(\)\(.*\))?$/.exec(param)![1]);
  const call = `${name}(${names.join(", ")});`;
  const at = `#line ${lineOf(found.node)} "${cx.program.nameOf(found.node.getSourceFile())}"`;
  const isVoid = found.head.startsWith("void ") && !found.head.startsWith("void *");
  return [at, `EXPORT ${found.head.replace(name, `native_${name}`)} { ${isVoid ? "" : "return "}${call} }`];
}
