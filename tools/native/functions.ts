/**
 * Functions, and what else stands at the top of a file.
 */
import ts from "typescript";
import { resultOf } from "./calls";
import { type Compiler, isConst } from "./compiler";
import { constantOf, spell } from "./constants";
import { type CType, declaration, parameters, REFUSED_TYPE, REFUSED_VALUE, VOID } from "./ctype";
import { constructed, convertedTo, filled, inPlace, isStorage } from "./literals";
import { isMachine } from "./natives";
import { globalType, localName } from "./places";
import { lineOf } from "./refusal";
import { block, comments } from "./statements";
import { parameterType, structureOf } from "./types";
import { BINDS, bound } from "./value";
import { Writer } from "./writer";

const K = ts.SyntaxKind;

/** A function in C. */
export interface Translated {
  node: ts.FunctionDeclaration;
  name: string;
  head: string;
  /** with comments and #line; null: something in it was refused */
  text: string | null;
}

/** A variable of the module. */
export interface Global {
  node: ts.VariableDeclaration;
  name: string;
  type: CType;
  /** statements that give it its first value */
  initial: string[];
}

/** What a file comes to. */
export interface Module {
  file: ts.SourceFile;
  constants: string[];
  tables: string[];
  globals: Global[];
  functions: Translated[];
}

export function moduleOf(cx: Compiler, file: ts.SourceFile): Module {
  const module: Module = { file, constants: [], tables: [], globals: [], functions: [] };
  for (const node of file.statements) topLevel(cx, node, module);
  return module;
}

function topLevel(cx: Compiler, node: ts.Statement, module: Module): void {
  if (ts.isFunctionDeclaration(node)) {
    if (node.body) module.functions.push(functionOf(cx, node));
  } else if (ts.isVariableStatement(node))
    for (const variable of node.declarationList.declarations) variableOf(cx, variable, module);
  else if (ts.isInterfaceDeclaration(node)) {
    if (!node.typeParameters) structureOf(cx, node);
    else cx.refuse(node, `the type ${node.name.text}<...>`, "a structure has no parameters: name its fields' types");
  } else if (ts.isImportDeclaration(node)) imported(cx, node);
  else if (!ts.isTypeAliasDeclaration(node))
    cx.refuse(node, `${K[node.kind]} at the top of a file`, "functions, types, variables, imports");
}

/** Native files import native ones, and the machine. */
function imported(cx: Compiler, node: ts.ImportDeclaration): void {
  const clause = node.importClause;
  const named = clause?.namedBindings;
  if (!clause || !named || !ts.isNamedImports(named)) {
    cx.refuse(node, "an import that is not by name", "import { name } from ...");
    return;
  }
  for (const element of named.elements) {
    const target = cx.declarationOf(element.name);
    if (
      !target ||
      cx.isNative(target) ||
      isMachine(target) ||
      isConstant(cx, target) ||
      ts.isTypeAliasDeclaration(target)
    )
      continue;
    cx.refuse(element, `${element.name.text}, which is not native`, "make its file native first");
  }
}

function isConstant(cx: Compiler, node: ts.Declaration): boolean {
  return (
    ts.isVariableDeclaration(node) &&
    isConst(node) &&
    !!node.initializer &&
    constantOf(cx, node.initializer) !== undefined
  );
}

/** Is there a hole in this text? */
function isRefused(text: string): boolean {
  return [REFUSED_TYPE, REFUSED_VALUE].some((mark) => text.includes(mark));
}

function variableOf(cx: Compiler, node: ts.VariableDeclaration, module: Module): void {
  const known = isConst(node) && node.initializer ? constantOf(cx, node.initializer) : undefined;
  if (known !== undefined) {
    if (Math.floor(known) === known && known >= -0x80000000 && known <= 0x7fffffff)
      module.constants.push(`${cx.nameOf(node)} = ${spell(known)},`);
    return;
  }
  const type = globalType(cx, node);
  const name = cx.nameOf(node);
  if (type.kind === "table" && type.constant) {
    const values = (node.initializer as ts.ArrayLiteralExpression).elements.map((element) =>
      spell(constantOf(cx, element)!),
    );
    module.tables.push(`static ${declaration(type, name)} = {${values.join(", ")}};`);
    return;
  }
  if (isConst(node) && !isStorage(type))
    cx.refuse(node, "a constant that is none", "let, set by a function; or a number");
  const first = node.initializer ? initialValue(cx, node.initializer, `g->${name}`, type) : [];
  module.globals.push({ node, name, type, initial: first.filter((text) => !isRefused(text)) });
}

function initialValue(cx: Compiler, node: ts.Expression, c: string, type: CType): string[] {
  if (isStorage(type)) return inPlace(cx, c, type, node, true);
  const v = convertedTo(cx, node, type);
  return [`${c} = ${bound(v, BINDS["="])};`];
}

function functionOf(cx: Compiler, node: ts.FunctionDeclaration): Translated {
  const structure = constructed(cx, node);
  const before = cx.refusals.count;
  if (node.asteriskToken || node.modifiers?.some(({ kind }) => kind === K.AsyncKeyword))
    cx.refuse(node, "a function that waits", "an upcall");
  const result = structure ? VOID : resultOf(cx, node);
  const types = node.parameters.map((param) => parameterType(cx, param));
  for (const [i, param] of node.parameters.entries()) cx.locals.set(param, types[i]);
  const names = node.parameters.map(({ name }) => localName(name.getText()));
  const self: CType[] = structure ? [{ kind: "ref", to: structure }] : [];
  const params = parameters([...self, ...types], [...(structure ? ["self_"] : []), ...names]);
  const name = cx.nameOf(node);
  const head = declaration(result, `${name}(${params})`);
  const out = new Writer(cx.program.nameOf(node.getSourceFile()));
  comments(out, node);
  out.put(`static ${head}`, lineOf(node));
  cx.enter(result);
  if (structure) constructorBody(cx, out, node, structure);
  else block(cx, out, node.body!);
  const bad = cx.refusals.count > before || isRefused(out.text);
  return { node, name, head, text: bad ? null : out.text };
}

/** What makes a structure in place; that is all 0 already. */
function constructorBody(
  cx: Compiler,
  out: Writer,
  node: ts.FunctionDeclaration,
  structure: ReturnType<typeof structureOf>,
): void {
  const only = node.body!.statements[0] as ts.ReturnStatement;
  const { before, fill } = filled(cx, "self_->", only.expression as ts.ObjectLiteralExpression, structure);
  out.put("{", lineOf(node));
  out.indent(1);
  for (const text of [...before, ...fill, ...(fill.length ? [] : ["(void)self_;"])]) out.put(text, lineOf(only));
  out.indent(-1);
  out.put("}", lineOf(node.getLastToken()!));
}
