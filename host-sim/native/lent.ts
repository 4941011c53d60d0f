/**
 * Objects of the host's that lie in the core's memory: for the time of a call, or, what a family brings along, for ever.
 */
import { AT, type Struct, type Structure, type Structures } from "./structures";

/** Tables of a family, which a host may bring along, by a field that tells them. */
const LASTING: { [field: string]: string } = {
  dom_dispose: "RightsDomain",
  dom_family: "Domain",
  pr_protocol: "Protosw",
  fo_close: "Fileops",
};

/** An object that is lent for the time of a call. */
interface Lent {
  object: Struct;
  struct: Struct;
  names: string[];
  /** the bytes, as the call began */
  before: Uint8Array;
}

/** What one call has been lent. */
export class Loans {
  private readonly lent: Lent[] = [];

  constructor(
    private readonly bytes: Uint8Array,
    private readonly structures: Structures,
  ) {}

  /** The object's fields in the core's memory: where. */
  lend(object: Struct, structure: Structure): number {
    const { bytes, structures } = this;
    const struct = structures.make(structure);
    const names = structure.fields.map(({ name }) => name);
    for (const name of names) if (name in object) struct[name] = object[name];
    const before = bytes.slice(struct[AT], struct[AT] + structures.sizeOf(structure));
    this.lent.push({ object, struct, names, before });
    return struct[AT];
  }

  /** The call is over. */
  giveBack(): void {
    for (const one of this.lent.reverse()) this.giveOneBack(one);
  }

  /** What the core has not written the object does not get; what functions of the host's have put there it does. */
  private giveOneBack({ object, struct, names, before }: Lent): void {
    const after = this.bytes.subarray(struct[AT], struct[AT] + before.length);
    const written = Buffer.compare(before, after) !== 0;
    for (const name in struct) if (written || !names.includes(name)) object[name] = struct[name];
    this.structures.unmake(struct);
  }
}

/** The structure that an object of the host's is made like; one without any fields is to be a program's address. */
export function structureLike(object: object, structures: Structure[]): Structure | undefined {
  const names = Object.keys(object);
  if (!names.length) return structures.find(({ name }) => name === "SockaddrIn");
  const lasting = Object.keys(LASTING).find((field) => field in object);
  if (lasting) return structures.find(({ name }) => name === LASTING[lasting]);
  return structures.find(({ fields }) => names.every((one) => fields.some(({ name }) => name === one)));
}

export function isLasting({ name }: Structure): boolean {
  return Object.values(LASTING).includes(name);
}

/** The object's fields lie in the core's memory, for ever: where. What the core does not know of it stays as it is. */
export function adopt(object: Struct, structure: Structure, structures: Structures): number {
  const values = { ...object };
  const { [AT]: at } = structures.make(structure);
  const fields = structure.fields.filter(({ name }) => name in object);
  structures.adopt(object, at, fields);
  for (const { name } of fields) object[name] = values[name];
  return at;
}
