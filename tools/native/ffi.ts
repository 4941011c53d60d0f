/**
 * The whole of the core to a host, function by function and field by field: for tests that reach into the stack as those of the
 * JavaScript build do. (A board has the numbered entries alone, firmware/core.)
 *
 * A reference is its distance from the beginning of the memory, 0 for null, so everything but bytes is an int32. What a host gives
 * as a function is one of a few trampolines, by whose number it is called back.
 */
import ts from "typescript";
import { resultOf } from "./calls";
import { type Compiler, type Constants, isConst } from "./compiler";
import { constantOf } from "./constants";
import { type CType, declaration, type Field, isScalar, parameters, type Structure } from "./ctype";
import type { Translation } from "./emit";
import type { Translated } from "./functions";
import { constructed } from "./literals";
import { reached } from "./reach";
import { parameterType } from "./types";

/** A type as the description has it: a scalar's name, "void", "opaque" (any reference), "bytes", or what it is made of. */
export type FfiType =
  | string
  | { ref: string }
  | { table: FfiType; length: number; step: string }
  | { embedded: string }
  | { array: FfiType }
  | { func: number };

/** What a host must know; offsets by `native_layout`, in this order. */
export interface Description {
  constants: Constants;
  /** constant tables, by name */
  tables: { [name: string]: number[] };
  functions: { name: string; params: FfiType[]; result: FfiType; makes: string | null }[];
  globals: { name: string; type: FfiType; at: number }[];
  /** variables that their files keep to themselves, for who looks into a core that runs */
  kept: { name: string; type: FfiType; at: number }[];
  structures: { name: string; size: number; fields: { name: string; type: FfiType; at: number }[] }[];
  /** where a pool of each of these structures begins, and how many it has */
  pools: { structure: string; at: number; count: number }[];
  signatures: { params: FfiType[]; result: FfiType }[];
}

/** Functions of a host that the core can have at a time, for each signature. */
export const TRAMPOLINES = 48;

/**
 * The C of it, behind that of the core; and its description. `exports`: of a core that is emitted with these functions to be called,
 * what is left in it.
 */
export function ffi(translation: Translation, exports: string[] = []): { text: string; description: Description } {
  const writer = new FfiWriter(translation.cx);
  const isThere = left(translation, exports);
  for (const module of translation.modules) {
    const functions = module.functions.filter(isThere);
    const globals = module.globals.filter(isThere);
    for (const translated of functions) if (translated.text && isExported(translated)) writer.function(translated);
    for (const global of globals) writer.global(global.name, global.type, isExported(global) ? "globals" : "kept");
  }
  for (const structure of translation.cx.structures.values()) writer.structure(structure);
  for (const structure of translation.cx.allocated) writer.pool(structure);
  for (const file of translation.cx.program.files) writer.constants(file);
  return { text: writer.text(), description: writer.description };
}

/** Whether a function or a variable is left (emit.ts). */
function left({ cx, modules }: Translation, exports: string[]): (one: { node: ts.Node }) => boolean {
  if (!exports.length) return () => true;
  const roots = modules.flatMap(({ functions }) => functions.filter(({ name }) => exports.includes(name)));
  const { declarations } = reached(
    cx,
    roots.map(({ node }) => node),
  );
  return ({ node }) => declarations.has(node);
}

/** What its file keeps to itself is not seen: the file of another may have something of the same name. */
function isExported({ node }: { node: ts.Declaration }): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export) !== 0;
}

class FfiWriter {
  readonly description: Description = {
    constants: {},
    tables: {},
    functions: [],
    globals: [],
    kept: [],
    structures: [],
    pools: [],
    signatures: [],
  };
  private readonly lines: string[] = [];
  private readonly layout: string[] = [];
  private readonly signatures = new Map<string, number>();

  constructor(private readonly cx: Compiler) {}

  constants(file: ts.SourceFile): void {
    for (const node of file.statements)
      if (ts.isVariableStatement(node))
        for (const variable of node.declarationList.declarations)
          if (isConst(variable) && variable.initializer) this.constant(variable.name.getText(), variable.initializer);
  }

  private constant(name: string, initializer: ts.Expression): void {
    const value = constantOf(this.cx, initializer);
    if (value !== undefined) this.description.constants[name] = value;
    else if (ts.isArrayLiteralExpression(initializer)) {
      const values = initializer.elements.map((element) => constantOf(this.cx, element));
      if (values.every((each) => each !== undefined)) this.description.tables[name] = values;
    }
  }

  function({ node, name }: Translated): void {
    const made = constructed(this.cx, node);
    const params = node.parameters.map((param) => parameterType(this.cx, param));
    const result: CType = made ? { kind: "void" } : resultOf(this.cx, node);
    const self: CType[] = made ? [{ kind: "ref", to: made }] : [];
    const all = [...self, ...params];
    const args = all.map((type, i) => fromHost(type, `a${i}`)).join(", ");
    const head = `${hostType(result)} ffi_${name}(${all.map((type, i) => `${hostType(type)} a${i}`).join(", ") || "void"})`;
    const call = `${name}(${args})`;
    this.lines.push(`EXPORT ${head} { ${result.kind === "void" ? call : `return ${toHost(result, call)}`}; }`);
    this.description.functions.push({
      name,
      params: all.map((type) => this.type(type)),
      result: this.type(result),
      makes: made?.name ?? null,
    });
  }

  global(name: string, type: CType, list: "globals" | "kept"): void {
    if (type.kind === "void" || (type.kind === "table" && type.constant)) return;
    this.description[list].push({ name, type: this.type(type), at: this.place(`offsetof(struct globals, ${name})`) });
  }

  structure(structure: Structure): void {
    const { cname } = structure;
    const fields = allFields(structure).filter(({ type }) => type.kind !== "void");
    if (!fields.length) return;
    this.description.structures.push({
      name: structure.name,
      size: this.place(`sizeof(struct ${cname})`),
      fields: fields.map(({ name, type }) => ({
        name,
        type: this.type(type),
        at: this.place(`offsetof(struct ${cname}, ${name})`),
      })),
    });
  }

  pool({ name, cname }: Structure): void {
    const count = this.cx.amounts.pools[name];
    if (!count) return;
    const at = this.place(`offsetof(struct globals, all_${cname})`);
    this.description.pools.push({ structure: name, at, count });
  }

  text(): string {
    return [
      "typedef int32_t (*host_function)(int32_t slot, int32_t a, int32_t b, int32_t c, int32_t d, int32_t e);",
      "static host_function host_call;",
      "EXPORT void native_host(host_function f) { host_call = f; }",
      "#define OFF(p) off_((const void *)(p))",
      "#define AT(o) at_(o)",
      "/* What a host gives as a stranger's reference is a small number below 0. */",
      "static int32_t off_(const void *p) {",
      "  if (!p) return 0;",
      "  intptr_t n = (intptr_t)p;",
      "  return n < 0 && n > -0x10000000 ? (int32_t)n : (int32_t)(n - (intptr_t)g);",
      "}",
      "static void *at_(int32_t o) { return !o ? NULL : o < 0 ? (void *)(intptr_t)o : (char *)g + o; }",
      ...this.trampolines,
      ...this.lines,
      "static const int32_t layout_[] = {",
      ...this.layout.map((c) => `  (int32_t)${c},`),
      "  0",
      "};",
      "EXPORT int32_t native_layout(int32_t i) { return layout_[i]; }",
      "",
    ].join("\n");
  }

  private readonly trampolines: string[] = [];

  private place(c: string): number {
    return this.layout.push(c) - 1;
  }

  private type(type: CType): FfiType {
    switch (type.kind) {
      case "ref":
        return { ref: type.to.name };
      case "opaque":
      case "null":
        return "opaque";
      case "array":
        return type.of.kind === "u8" ? "bytes" : { array: this.type(type.of) };
      case "table":
        return {
          table: this.type(type.of),
          length: type.length,
          step: String(this.place(`sizeof(${declaration(type.of, "")})`)),
        };
      case "embedded":
        return { embedded: type.of.name };
      case "func":
        return { func: this.signature(type) };
      default:
        return type.kind;
    }
  }

  /** Trampolines for a signature, and how a host calls one of the core's functions that has it. */
  private signature(type: CType & { kind: "func" }): number {
    const spelled = declaration(type, "");
    const known = this.signatures.get(spelled);
    if (known !== undefined) return known;
    const s = this.signatures.size;
    this.signatures.set(spelled, s);
    const { params, result } = type;
    this.description.signatures.push({ params: [], result: "void" });
    this.description.signatures[s] = { params: params.map((param) => this.type(param)), result: this.type(result) };
    const args = [0, 1, 2, 3, 4].map((i) => (i < params.length ? asWord(params[i], `a${i}`) : "0")).join(", ");
    const names = params.map((_, i) => `a${i}`);
    for (let k = 0; k < TRAMPOLINES; k++) {
      const call = `host_call(${s * TRAMPOLINES + k}, ${args})`;
      const body = result.kind === "void" ? call : `return ${fromHost(result, call)}`;
      this.trampolines.push(
        `static ${declaration(result, `trampoline_${s}_${k}(${parameters(params, names)})`)} { ${body}; }`,
      );
    }
    const table = Array.from({ length: TRAMPOLINES }, (_, k) => `trampoline_${s}_${k}`).join(", ");
    const host = params.map((param, i) => `, ${hostType(param)} a${i}`).join("");
    const call = `((${spelled})f)(${params.map((param, i) => fromHost(param, `a${i}`)).join(", ")})`;
    this.trampolines.push(
      `static ${declaration({ kind: "table", of: type, length: TRAMPOLINES, constant: false }, `trampolines_${s}`)} = {${table}};`,
      `EXPORT void *native_trampoline_${s}(int32_t k) { return (void *)trampolines_${s}[k]; }`,
      `EXPORT ${hostType(result)} native_call_${s}(void *f${host}) { ${result.kind === "void" ? call : `return ${toHost(result, call)}`}; }`,
    );
    return s;
  }
}

function allFields(structure: Structure): Field[] {
  const own = structure.fields.filter(({ name }) => !structure.base?.field(name));
  return [...(structure.base ? allFields(structure.base) : []), ...own];
}

/** As a host passes it. */
function hostType(type: CType): string {
  if (type.kind === "void") return "void";
  if (type.kind === "bool") return "bool";
  if (isScalar(type)) return declaration(type, "");
  return type.kind === "array" || type.kind === "func" ? "void *" : "int32_t";
}

function fromHost(type: CType, c: string): string {
  if (isScalar(type)) return c;
  return type.kind === "array" || type.kind === "func" ? `(${declaration(type, "")})(intptr_t)${c}` : `AT(${c})`;
}

/** All that goes through the one function of a host's is an int32. */
function asWord(type: CType, c: string): string {
  return isScalar(type) ? c : `OFF(${c})`;
}

function toHost(type: CType, c: string): string {
  if (isScalar(type)) return c;
  return type.kind === "array" || type.kind === "func" ? `(void *)${c}` : `OFF(${c})`;
}
