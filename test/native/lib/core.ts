/**
 * The native files of the firmware, compiled for this machine.
 */
import { decode, struct } from "koffi";
import { type CType, isScalar } from "../../../tools/native/ctype";
import { type Translation, translate } from "../../../tools/native/emit";
import { NATIVE_FILES } from "../../../tools/native/files";
import { amounts } from "../../../tools/native/pools";
import { inMemory } from "../../../tools/native/structures";
import type { Native } from "./house";

let translated: Translation | undefined;

/** All of it, translated: once in a process, since that takes seconds. */
export function translatedCore(): Translation {
  translated ??= translateCore();
  return translated;
}

export function translateCore(): Translation {
  return translate({ files: NATIVE_FILES }, amounts);
}

/** What tests of one part of the core call: all in one library, which takes seconds to make. */
export const CORE_VERBS =
  "mbinit mbstat m_devget m_freem m_length m_prepend m_copym m_adj m_pullup m_cat m_split m_copyback m_copydata in_cksum m_fair m_spare m_space m_clspare m_sparefirst in_hash in_hash_init sb_new sbreserve sbspace sbappend sbappendaddr sbappendrecord sbdrop sbdroprecord sbflush sbcollapse route_init rt_first rtlookup rtadd rtdelete rtflush".split(
    " ",
  );

/** A function of the core, by its name. */
// biome-ignore lint/suspicious/noExplicitAny: what they take and answer is in the prototypes
export type Core = { [name: string]: (...args: any[]) => any };

/** The functions that were exported, by their prototypes in the C. */
export function coreOf(native: Native, { modules }: Translation, names: string[]): Core {
  const heads = new Map(modules.flatMap(({ functions }) => functions.map(({ name, head }) => [name, head])));
  const core: Core = {};
  for (const name of names)
    core[name] = native.function(
      heads
        .get(name)!
        .replace(name, `native_${name}`)
        .replace(/struct \w+ \*/g, "void *"),
    );
  return core;
}

const SPELLED: { [scalar: string]: string } = {
  i32: "int32_t",
  u32: "uint32_t",
  u16: "uint16_t",
  u8: "uint8_t",
  bool: "bool",
};

/** Reads structures `name` out of memory. */
export function reader({ cx }: Translation, name: string): (at: unknown) => { [field: string]: unknown } {
  const structure = [...cx.structures.values()].find((one) => one.name === name)!;
  const spelled = ({ kind }: CType) => SPELLED[kind] ?? "void *";
  const odd = structure.fields.find(
    ({ type }) => type.kind === "embedded" || type.kind === "table" || (!isScalar(type) && !spelled(type)),
  );
  if (odd) throw new Error(`${odd.name} is not a simple field`);
  const layout = struct(
    Object.fromEntries(inMemory(cx, structure.fields).map((field) => [field.name, spelled(field.type)])),
  );
  return (at) => decode(at, layout);
}
