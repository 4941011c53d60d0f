/**
 * What a board's cells are used for: the interpreter's list of its variables (E.dumpVariables), each of which is counted for the first
 * of those below that leads to it. It lists a machine-code stack's, whose shell is a module of one scope.
 */

/** By what they are for. */
export type Cells = { [what: string]: number };

interface Variable {
  cells: number;
  type: number;
  name: string;
  links: number[];
}

type Variables = Map<number, Variable>;

/* The interpreter's types (src/jsvar.h). */
const FUNCTION = 7;
const NATIVE = 8;
const RETURNING = 9;
/** What is listed as a link of these is their value. */
const NUMBERS = [10, 11, 12, 13];
const FLAT_STRING = 38;
const ROOT = 1;

const LINE = /^(\d+),(\d+),(\d+),(.*?),?((?:\d+,)*)$/;

export function variablesIn(list: string): Variables {
  const variables: Variables = new Map();
  for (const line of list.split(/\r?\n/)) {
    const [, ref, cells, type, name, links] = LINE.exec(line) ?? [];
    if (!ref) continue;
    const linked = NUMBERS.includes(Number(type)) ? [] : links.split(",").filter(Boolean).map(Number);
    variables.set(Number(ref), {
      cells: Number(cells),
      type: Number(type),
      name: name.replace(/^"|"$/g, ""),
      links: linked,
    });
  }
  return variables;
}

class Ledger {
  readonly cells: Cells = {};
  private readonly counted = new Set<number>();

  constructor(private readonly variables: Variables) {}

  /** Counts all that can be reached from these and is not counted, but for what is reached through `stops` only. */
  count(what: string, from: number[], stops: number[] = []): void {
    const waiting = from.filter((ref) => !this.counted.has(ref));
    for (const stop of stops) this.counted.add(stop);
    let sum = 0;
    for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
      const variable = this.variables.get(ref);
      if (!variable || this.counted.has(ref)) continue;
      this.counted.add(ref);
      sum += variable.cells;
      waiting.push(...variable.links);
    }
    for (const stop of stops) this.counted.delete(stop);
    this.cells[what] = (this.cells[what] ?? 0) + sum;
  }
}

/** Throws when there is no shell of `module` in the list. */
export function cellsOf(list: string, module: string): Cells {
  const variables = variablesIn(list);
  const at = (ref: number) => variables.get(ref) as Variable;
  const child = (ref: number, name: string) => at(ref)?.links.find((link) => at(link)?.name === name);
  const value = (ref: number | undefined, ...names: string[]): number => {
    if (ref === undefined || !variables.has(ref))
      throw new Error(`There is no ${names[0] ?? module} among the variables`);
    const [name, ...rest] = names;
    return name === undefined ? ref : value(at(child(ref, name) ?? -1)?.links[0], ...rest);
  };
  const root = (...names: string[]) => value(ROOT, ...names);
  const isFunction = (ref: number) => [FUNCTION, RETURNING].includes(at(ref)?.type);
  const scope = root("\\xFF", "modules", module, "connect", "\\xFFsco");
  const held = (name: number) => at(name).links[0];
  const declared = at(scope)
    .links.filter((name) => isFunction(held(name)) && child(held(name), "\\xFFsco") !== undefined)
    .filter((name) => value(held(name), "\\xFFsco") === scope);
  const globals = at(ROOT).links;
  const programs = globals.filter(
    (name) => !["\\xFF", "eth", "setTime", "SPI1"].includes(at(name).name) && at(held(name))?.type !== NATIVE,
  );
  const handlers = [...variables.keys()].filter((ref) => at(ref).name === "#onconnect");
  const flat = [...variables.keys()].filter((ref) => at(ref).type === FLAT_STRING);
  const memory = flat.reduce((a, b) => (at(b).cells > at(a).cells ? b : a));
  const eth = root("eth");
  const natives = at(root("\\xFF")).links.filter((name) => /^(Http|net$)/.test(at(name).name));

  const ledger = new Ledger(variables);
  ledger.count("the core's memory", [memory]);
  ledger.count("the program's own: the page, its handler", [...programs, ...handlers], [ROOT, scope, eth]);
  ledger.count("functions of the shell", declared, [ROOT, scope, eth]);
  const working = ["timers", "watches", "JSN"].map((name) => root("\\xFF", name));
  ledger.count(
    "the shell's variables: interface, wires, timers, watch, driver of the interpreter's network, and what their functions see",
    [...working, ...at(scope).links],
    [ROOT, scope, eth],
  );
  ledger.count("the program's `eth`: its methods", [eth], [ROOT, scope]);
  ledger.count("the shell as a module", [scope], [ROOT]);
  ledger.count("`http`: the server", natives, [ROOT]);
  ledger.count("the interpreter's own: its names, prototypes of what is in use", [ROOT]);
  ledger.count("locked: what machine code calls and keeps", [...variables.keys()]);
  return ledger.cells;
}
