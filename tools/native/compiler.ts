/**
 * What all parts of the compiler share while they translate one program: the sources, what has been refused, the
 * structures and names so far, and what is known of the function at hand.
 */
import ts from "typescript";
import { type CType, REFUSED, type Structure } from "./ctype";
import type { Program } from "./program";
import { Refusals } from "./refusal";

/** A function value needs a form in which its parameters are those of the signature. */
export interface Thunk {
  name: string;
  target: ts.FunctionDeclaration;
  type: CType & { kind: "func" };
}

/** Numbers by the names of the constants that they are. */
export type Constants = { [name: string]: number };

/** How much there is of everything, as the constants say. */
export interface Amounts {
  /** structures of a kind */
  pools: { [structure: string]: number };
  /** bytes of the mbufs' arena */
  arena: number;
  /** clusters that have bytes, and how many each */
  clusters: number;
  clusterBytes: number;
}

export class Compiler {
  readonly refusals: Refusals;
  readonly structures = new Map<ts.Node, Structure>();
  readonly thunks = new Map<string, Thunk>();
  /** C names of top-level declarations, and how often each was wanted */
  readonly names = new Map<ts.Node, string>();
  readonly taken = new Map<string, ts.Node>();
  /** structures of which some are allocated */
  readonly allocated = new Set<Structure>();
  /** what a constant local variable may hold, where that is less than any int32 */
  readonly ranges = new Map<ts.Node, [lo: number, hi: number]>();
  /** how often places in memory are named where somebody comes (reach.ts) */
  uses: ReadonlyMap<ts.Node, number> = new Map();
  /** what nobody reads is left out */
  pruned = false;
  /** C types of local variables */
  readonly locals = new Map<ts.Node, CType>();
  /** result of the function that is being translated */
  result: CType = REFUSED;
  private temporaries = 0;

  constructor(
    readonly program: Program,
    readonly amounts: Amounts,
  ) {
    this.refusals = new Refusals(program.nameOf);
  }

  get checker(): ts.TypeChecker {
    return this.program.checker;
  }

  refuse(node: ts.Node, what: string, instead: string): void {
    this.refusals.add(node, what, instead);
  }

  /** A function begins: its temporaries are numbered anew. */
  enter(result: CType): void {
    this.result = result;
    this.temporaries = 0;
  }

  temporary(): string {
    return `t${this.temporaries++}_`;
  }

  /** What a name stands for, imports followed; undefined for what is not declared anywhere. */
  declarationOf(name: ts.Node): ts.Declaration | undefined {
    let symbol =
      ts.isIdentifier(name) && ts.isShorthandPropertyAssignment(name.parent)
        ? this.checker.getShorthandAssignmentValueSymbol(name.parent)
        : this.checker.getSymbolAtLocation(name);
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = this.checker.getAliasedSymbol(symbol);
    return symbol?.valueDeclaration ?? symbol?.declarations?.[0];
  }

  /** Is a variable or field left out? Its stores are too; where nobody comes it is still named. */
  isGone(place: ts.Node | undefined): boolean {
    return this.pruned && !!place && !this.uses.has(place);
  }

  /** Is the declaration one of a file that is being translated? */
  isNative(declaration: ts.Node): boolean {
    return this.program.files.includes(declaration.getSourceFile());
  }

  /** The name in C of something declared at the top of a file; a second one of that name has its file's behind it. */
  nameOf(declaration: ts.Declaration & { name?: ts.Node }): string {
    const known = this.names.get(declaration);
    if (known) return known;
    let name = declaration.name!.getText();
    const other = this.taken.get(name);
    if ((other && other !== declaration) || RESERVED.has(name)) name += `__${stem(declaration.getSourceFile())}`;
    this.taken.set(name, declaration);
    this.names.set(declaration, name);
    return name;
  }
}

/** File name without folder and ending, as an identifier. */
export function stem(file: ts.SourceFile): string {
  const name = file.fileName.slice(file.fileName.lastIndexOf("/") + 1).replace(/\.ts$/, "");
  return name.replace(/\W/g, "_");
}

/** Words that mean something else in C, or in the runtime. */
export const RESERVED = new Set(
  (
    "auto char double enum extern float goto inline int long register restrict short signed sizeof static struct typedef " +
    "union unsigned volatile asm typeof bool g main abs memcpy memset memmove NULL"
  ).split(" "),
);

/** Is a name declared at the top of a file? */
export function isTopLevel(declaration: ts.Node): boolean {
  if (ts.isFunctionDeclaration(declaration)) return ts.isSourceFile(declaration.parent);
  return ts.isVariableDeclaration(declaration) && ts.isSourceFile(declaration.parent.parent.parent);
}

export function isConst(declaration: ts.Node): boolean {
  return ts.isVariableDeclaration(declaration) && (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
}
