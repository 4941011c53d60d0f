/**
 * From TypeScript's types, as they are written, to C's. What an alias says (u8, Embedded<S>, Bytes<N> ...) TypeScript's
 * own checker has forgotten, so types are read where they stand. An interface is a structure.
 */
import ts from "typescript";
import type { Compiler } from "./compiler";
import { constantOf } from "./constants";
import { BOOL, type CType, type Field, I32, isScalar, NULL, OPAQUE, REFUSED, Structure, VOID } from "./ctype";

const K = ts.SyntaxKind;

const ALIASES: { [name: string]: CType } = {
  i32: I32,
  u16: { kind: "u16" },
  u8: { kind: "u8" },
  bool: BOOL,
  caddr_t: OPAQUE,
  SpiDev: I32, // a number of the shell's for what is an object in JavaScript
};

const ARRAYS: { [name: string]: CType } = {
  Uint8Array: { kind: "u8" },
  Int8Array: { kind: "i8" },
  Uint16Array: { kind: "u16" },
  Int16Array: { kind: "i16" },
  Uint32Array: { kind: "u32" },
  Int32Array: I32,
};

const TABLES: { [name: string]: CType } = { Bytes: ARRAYS["Uint8Array"], Words: ARRAYS["Uint32Array"] };

/** The type that is written at `node`; `owner` is named when it is refused. */
export function typeOf(cx: Compiler, node: ts.TypeNode | undefined, owner: ts.Node): CType {
  if (!node) return refused(cx, owner, "a type is missing", "write it down");
  switch (node.kind) {
    case K.NumberKeyword:
      return I32;
    case K.BooleanKeyword:
      return BOOL;
    case K.VoidKeyword:
      return VOID;
    case K.StringKeyword:
      return refused(cx, owner, "a string", "bytes of a fixed length (Bytes<6>), or leave it to the shell");
    case K.ObjectKeyword:
    case K.AnyKeyword:
    case K.UnknownKeyword:
    case K.NeverKeyword:
      return refused(
        cx,
        owner,
        `the type ${node.getText()}`,
        "name the structure; a stranger's reference is a caddr_t",
      );
    case K.ParenthesizedType:
      return typeOf(cx, (node as ts.ParenthesizedTypeNode).type, owner);
    case K.LiteralType:
      return literalType(cx, node as ts.LiteralTypeNode, owner);
    case K.UnionType:
      return unionType(cx, node as ts.UnionTypeNode, owner);
    case K.FunctionType:
      return functionType(cx, node as ts.FunctionTypeNode, owner);
    case K.TypeReference:
      return namedType(cx, node as ts.TypeReferenceNode, owner);
    case K.IndexedAccessType:
      return fieldType(cx, node as ts.IndexedAccessTypeNode, owner);
    case K.ArrayType:
      return refused(cx, owner, "an array", "a table of a fixed length (Table<T, N>), or a list by a next field");
    default:
      return refused(cx, owner, `the type ${node.getText()}`, "a number, a structure or a function's signature");
  }
}

function refused(cx: Compiler, node: ts.Node, what: string, instead: string): CType {
  cx.refuse(node, what, instead);
  return REFUSED;
}

function literalType(cx: Compiler, node: ts.LiteralTypeNode, owner: ts.Node): CType {
  if (node.literal.kind === K.NullKeyword) return NULL;
  if (node.literal.kind === K.TrueKeyword || node.literal.kind === K.FalseKeyword) return BOOL;
  return ts.isNumericLiteral(node.literal) ? I32 : refused(cx, owner, `the type ${node.getText()}`, "a number");
}

/** A reference or null. */
function unionType(cx: Compiler, node: ts.UnionTypeNode, owner: ts.Node): CType {
  const others = node.types.filter((type) => !(ts.isLiteralTypeNode(type) && type.literal.kind === K.NullKeyword));
  const types = others.map((type) => typeOf(cx, type, owner));
  if (types.some(({ kind }) => kind === "refused")) return REFUSED;
  if (types.every(({ kind }) => kind === "i32"))
    return others.length === node.types.length ? I32 : nullable(cx, node, owner);
  if (types.length !== 1) return refused(cx, owner, `the type ${node.getText()}`, "one type, or a reference or null");
  return isScalar(types[0]) ? nullable(cx, node, owner) : types[0];
}

function nullable(cx: Compiler, node: ts.Node, owner: ts.Node): CType {
  return refused(
    cx,
    owner,
    `the type ${node.getText()}`,
    "a number or a flag is always there: one of its values for none",
  );
}

/** A function's signature. */
function functionType(cx: Compiler, node: ts.FunctionTypeNode, owner: ts.Node): CType {
  const params = node.parameters.map((param) => parameterType(cx, param, owner));
  const result = typeOf(cx, node.type, owner);
  if ([...params, result].some(({ kind }) => kind === "refused")) return REFUSED;
  return { kind: "func", params, result };
}

export function parameterType(cx: Compiler, param: ts.ParameterDeclaration, owner: ts.Node = param): CType {
  if (param.questionToken || param.initializer || param.dotDotDotToken)
    return refused(cx, param, "a parameter that may be missing", "every call passes it: null, or 0");
  return typeOf(cx, param.type, owner);
}

function namedType(cx: Compiler, node: ts.TypeReferenceNode, owner: ts.Node): CType {
  const name = node.typeName.getText();
  if (name in ALIASES) return ALIASES[name];
  if (name in ARRAYS) return { kind: "array", of: ARRAYS[name] };
  if (name in TABLES) return table(cx, TABLES[name], node.typeArguments?.[0], owner);
  if (name === "Table") return table(cx, typeOf(cx, node.typeArguments?.[0], owner), node.typeArguments?.[1], owner);
  if (name === "Shell") return VOID;
  if (name === "Embedded") return embedded(cx, typeOf(cx, node.typeArguments?.[0], owner), owner);
  const declaration = cx.declarationOf(node.typeName);
  if (declaration && ts.isTypeParameterDeclaration(declaration)) return OPAQUE;
  if (declaration && ts.isInterfaceDeclaration(declaration)) {
    if (declaration.typeParameters)
      return refused(cx, owner, `the type ${name}<...>`, "a structure has no parameters: name its fields' types");
    return { kind: "ref", to: structureOf(cx, declaration) };
  }
  if (declaration && ts.isTypeAliasDeclaration(declaration)) return typeOf(cx, declaration.type, owner);
  return refused(cx, owner, `the type ${name}`, "a number, a structure or a function's signature");
}

function embedded(cx: Compiler, type: CType, owner: ts.Node): CType {
  if (type.kind === "ref") return { kind: "embedded", of: type.to };
  return type.kind === "refused"
    ? type
    : refused(cx, owner, "Embedded of no structure", "only structures lie in others");
}

function table(cx: Compiler, of: CType, length: ts.TypeNode | undefined, owner: ts.Node): CType {
  if (of.kind === "refused") return of;
  const n = length && lengthOf(cx, length);
  if (n === undefined || !(n > 0) || n !== Math.floor(n))
    return refused(cx, owner, "a table without a length", "a number, or typeof and a constant's name");
  return { kind: "table", of, length: n, constant: false };
}

function lengthOf(cx: Compiler, node: ts.TypeNode): number | undefined {
  if (ts.isLiteralTypeNode(node) && ts.isNumericLiteral(node.literal)) return Number(node.literal.text);
  return ts.isTypeQueryNode(node) && ts.isIdentifier(node.exprName) ? constantOf(cx, node.exprName) : undefined;
}

/** `Ifnet["if_output"]`: the type of a structure's field. */
function fieldType(cx: Compiler, node: ts.IndexedAccessTypeNode, owner: ts.Node): CType {
  const structure = typeOf(cx, node.objectType, owner);
  const name =
    ts.isLiteralTypeNode(node.indexType) && ts.isStringLiteral(node.indexType.literal) && node.indexType.literal.text;
  const field = structure.kind === "ref" && name ? structure.to.field(name) : undefined;
  return field ? field.type : refused(cx, owner, `the type ${node.getText()}`, "write the signature down");
}

/** The structure that an interface is; what that extends is its first part. */
export function structureOf(cx: Compiler, node: ts.InterfaceDeclaration): Structure {
  const known = cx.structures.get(node);
  if (known) return known;
  const structure = new Structure(node.name.text, cx.nameOf(node), node);
  cx.structures.set(node, structure);
  const before = cx.refusals.count;
  structure.base = baseOf(cx, node);
  structure.incomplete = cx.refusals.count > before;
  for (const member of node.members) {
    const field = fieldOf(cx, member);
    if (field) structure.fields.push(field);
  }
  return structure;
}

function baseOf(cx: Compiler, node: ts.InterfaceDeclaration): Structure | null {
  const bases = node.heritageClauses?.flatMap(({ types }) => [...types]) ?? [];
  if (bases.length > 1) cx.refuse(node, `${node.name.text} extends several structures`, "one; embed the others");
  const declaration = bases[0] && cx.declarationOf(bases[0].expression);
  if (!declaration) return null;
  if (ts.isInterfaceDeclaration(declaration) && !declaration.typeParameters) return structureOf(cx, declaration);
  cx.refuse(node, `${node.name.text} extends what is no structure`, "an interface without type parameters");
  return null;
}

function fieldOf(cx: Compiler, member: ts.TypeElement): Field | null {
  if (!ts.isPropertySignature(member) || !ts.isIdentifier(member.name)) {
    cx.refuse(member, "a member that is no field", "a name and a type; a function by its signature, as f: () => void");
    return null;
  }
  if (member.questionToken) cx.refuse(member, "a field that may be missing", "it is always there: null, or 0");
  return { name: member.name.text, type: typeOf(cx, member.type, member), node: member };
}
