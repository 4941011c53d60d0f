/**
 * Types as C has them, and how they are spelled.
 */
import type ts from "typescript";

export type Scalar = "i32" | "u32" | "i16" | "u16" | "i8" | "u8" | "bool";

export type CType =
  | { kind: Scalar }
  | { kind: "void" }
  /** the type of null itself, and of a function that answers nothing else */
  | { kind: "null" }
  /** a reference to a structure that only its owner knows */
  | { kind: "opaque" }
  | { kind: "ref"; to: Structure }
  /** a reference to the first of several */
  | { kind: "array"; of: CType }
  /** storage: a fixed number of the same, in place; a constant one lies in the code */
  | { kind: "table"; of: CType; length: number; constant: boolean }
  /** storage: a structure in place */
  | { kind: "embedded"; of: Structure }
  | { kind: "func"; params: CType[]; result: CType }
  /** what was refused already */
  | { kind: "refused" };

export interface Field {
  name: string;
  type: CType;
  node: ts.PropertySignature;
}

/** A structure; `base` is its first part. */
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

  /** A field of its own or of what it extends. */
  field(name: string): Field | undefined {
    return this.fields.find((field) => field.name === name) ?? this.base?.field(name);
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

export const I32: CType = { kind: "i32" };
export const U32: CType = { kind: "u32" };
export const BOOL: CType = { kind: "bool" };
export const VOID: CType = { kind: "void" };
export const NULL: CType = { kind: "null" };
export const OPAQUE: CType = { kind: "opaque" };
export const BYTES: CType = { kind: "array", of: { kind: "u8" } };
export const REFUSED: CType = { kind: "refused" };

const SPELLED: { [scalar in Scalar]: string } = {
  i32: "int32_t",
  u32: "uint32_t",
  i16: "int16_t",
  u16: "uint16_t",
  i8: "int8_t",
  u8: "uint8_t",
  bool: "bool",
};

/** The values that fit. */
export const RANGES: { [scalar in Scalar]: [lo: number, hi: number] } = {
  i32: [-0x80000000, 0x7fffffff],
  u32: [0, 0xffffffff],
  i16: [-0x8000, 0x7fff],
  u16: [0, 0xffff],
  i8: [-0x80, 0x7f],
  u8: [0, 0xff],
  bool: [0, 1],
};

export function isScalar(type: CType): type is { kind: Scalar } {
  return type.kind in SPELLED;
}

export function isNumber(type: CType): type is { kind: Exclude<Scalar, "bool"> } {
  return isScalar(type) && type.kind !== "bool";
}

/** Is it a reference of some kind, hence null or not? */
export function isReference(type: CType): boolean {
  return ["null", "opaque", "ref", "array", "func", "table", "embedded"].includes(type.kind);
}

/** In the text of what cannot be translated; no such text leaves the compiler. */
export const REFUSED_TYPE = "refused_t";
export const REFUSED_VALUE = "REFUSED_";

/** A place of that type as C may name it where nobody comes. */
export function nowhere(type: CType): string {
  return `(*(${declaration(type, "(*)")})0)`;
}

/** A declaration of `name`; "" makes a type's name. */
export function declaration(type: CType, name: string): string {
  switch (type.kind) {
    case "void":
      return spaced("void", name);
    case "null":
    case "opaque":
      return `void *${name}`;
    case "refused":
      return spaced(REFUSED_TYPE, name);
    case "ref":
      return `struct ${type.to.cname} *${name}`;
    case "array":
      return declaration(type.of, `*${name}`);
    case "table":
      return `${type.constant ? "const " : ""}${declaration(type.of, `${name}[${type.length}]`)}`;
    case "embedded":
      return spaced(`struct ${type.of.cname}`, name);
    case "func":
      return declaration(type.result, `(*${name})(${parameters(type.params)})`);
    default:
      return spaced(SPELLED[type.kind], name);
  }
}

export function parameters(params: CType[], names: string[] = []): string {
  return params.map((param, i) => declaration(param, names[i] ?? "")).join(", ") || "void";
}

function spaced(type: string, name: string): string {
  return name ? `${type} ${name}` : type;
}

/** Do two types look the same in C? */
export function sameType(a: CType, b: CType): boolean {
  return declaration(a, "") === declaration(b, "");
}

/** What a value of this type is once it has been read: storage becomes a reference to it, small numbers int32. */
export function valueType(type: CType): CType {
  switch (type.kind) {
    case "table":
      return { kind: "array", of: type.of };
    case "embedded":
      return { kind: "ref", to: type.of };
    case "i16":
    case "u16":
    case "i8":
    case "u8":
      return I32;
    default:
      return type;
  }
}
