/**
 * Structures: an interface is one, what it extends is its first part.
 */
import ts from "typescript";
import type { Compiler } from "./compiler";
import { type CType, declaration } from "./ctype";
import { typeOf } from "./types";

export interface Field {
  name: string;
  type: CType;
  node: ts.PropertySignature;
  /** how often it is named */
  uses: number;
}

export class Structure {
  base: Structure | null = null;
  readonly fields: Field[] = [];
  /** what it extends has been refused, so nobody knows all its fields */
  incomplete = false;

  constructor(
    readonly name: string,
    readonly cname: string,
    readonly node: ts.InterfaceDeclaration,
  ) {}

  /** A field of its own or of what it extends; it is asked for where the field is used. */
  field(name: string): Field | undefined {
    const found = this.find(name);
    if (found) found.uses++;
    return found;
  }

  /** The same, for who does not use it. */
  find(name: string): Field | undefined {
    return this.fields.find((field) => field.name === name) ?? this.base?.find(name);
  }

  /** Can it be that it has fields which are not known? */
  get isVague(): boolean {
    return this.incomplete || (this.base?.isVague ?? false);
  }

  /** Is it `other`, or does it extend it? */
  isA(other: Structure): boolean {
    return this === other || (this.base?.isA(other) ?? false);
  }
}

/** The structure that an interface is. */
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
  return { name: member.name.text, type: typeOf(cx, member.type, member), node: member, uses: 0 };
}

/** The text of all structures in C, each behind those that lie in it. */
export function structuresText(cx: Compiler): string[] {
  const all = [...cx.structures.values()];
  const lines = all.map(({ cname }) => `struct ${cname};`);
  const done = new Set<Structure>();
  const visit = (structure: Structure) => {
    if (done.has(structure)) return;
    done.add(structure);
    if (structure.base) visit(structure.base);
    for (const { type } of structure.fields) if (type.kind === "embedded") visit(type.of);
    lines.push(...structureText(structure));
  };
  all.forEach(visit);
  return lines;
}

/** What takes less room comes first, so that nothing is lost between, and short instructions (Thumb's) reach the most of it. */
const ORDER = ["bool", "u8", "i8", "u16", "i16"];

function rank({ type }: Field): number {
  const at = ORDER.indexOf(type.kind);
  if (at >= 0) return at;
  return type.kind === "table" || type.kind === "embedded" ? 10 : 9;
}

/** As they lie in memory: of those of one size what is used most is first. */
export function inMemory(fields: Field[]): Field[] {
  return [...fields].sort((a, b) => rank(a) - rank(b) || b.uses - a.uses);
}

/** What a structure extends is its first, nameless member (-fms-extensions): the fields are reached as its own. */
function structureText({ cname, base, fields }: Structure): string[] {
  const own = inMemory(fields).filter(({ name, type }) => type.kind !== "void" && !base?.find(name));
  const members = own.map(({ name, type }) => `  ${declaration(type, name)};`);
  return ["", `struct ${cname} {`, ...(base ? [`  struct ${base.cname};`] : []), ...members, "};"];
}

/** About how many bytes a type takes on a board. */
export function sizeOf(type: CType): number {
  switch (type.kind) {
    case "bool":
    case "u8":
    case "i8":
      return 1;
    case "u16":
    case "i16":
      return 2;
    case "table":
      return type.length * sizeOf(type.of);
    case "embedded":
      return sizeOfStructure(type.of);
    default:
      return 4;
  }
}

function sizeOfStructure({ base, fields }: Structure): number {
  return fields.reduce((size, { type }) => size + sizeOf(type), base ? sizeOfStructure(base) : 0);
}
