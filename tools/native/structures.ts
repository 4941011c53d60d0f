/**
 * Structures in C: what lies where in them, and how many bytes that takes.
 */
import type { Compiler } from "./compiler";
import { type CType, declaration, type Field, type Structure } from "./ctype";
import { fieldOf } from "./memory";

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
    lines.push(...structureText(cx, structure));
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
export function inMemory(cx: Compiler, fields: Field[]): Field[] {
  const uses = ({ node }: Field) => cx.uses.get(fieldOf(cx, node)!) ?? 0;
  return [...fields].sort((a, b) => rank(a) - rank(b) || uses(b) - uses(a));
}

/**
 * What a structure extends is its first, nameless member (-fms-extensions): the fields are reached as its own. One out of a pool
 * has room for what links free ones (runtime/pools.h).
 */
function structureText(cx: Compiler, structure: Structure): string[] {
  const { cname, base, fields } = structure;
  const own = inMemory(cx, fields).filter(
    ({ name, type, node }) => type.kind !== "void" && !base?.field(name) && !cx.isGone(fieldOf(cx, node)),
  );
  const members = own.map(({ name, type }) => `  ${declaration(type, name)};`);
  return [
    "",
    `struct ${cname} {`,
    ...(base ? [`  struct ${base.cname};`] : []),
    ...members,
    cx.allocated.has(structure) ? "} __attribute__((aligned(4)));" : "};",
  ];
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

/** Does something lie in it that a view may be made of: bytes, or counters? */
export function isViewed({ base, fields }: Structure): boolean {
  return fields.some(({ type }) => isViewedType(type)) || (base !== null && isViewed(base));
}

function isViewedType(type: CType): boolean {
  if (type.kind === "embedded") return isViewed(type.of);
  return type.kind === "table" && (type.of.kind === "u8" || type.of.kind === "u32");
}
