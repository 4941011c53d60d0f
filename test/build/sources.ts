/**
 * The sources as the tests of the build see them: which file imports which, and how long files and functions are.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

export const ROOT = resolve(__dirname, "../..");

export interface Source {
  /** path from the root of the project, with slashes */
  path: string;
  text: string;
  /** paths of the project's own files that it imports, types included */
  imports: string[];
}

/** All TypeScript files below a folder, those with JSX included. */
export function sourcesIn(folder: string): Source[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).sort();
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => read(join(ROOT, folder, name)));
}

function read(file: string): Source {
  const text = readFileSync(file, "utf8");
  const own = ts.preProcessFile(text).importedFiles.filter(({ fileName }) => fileName.startsWith("."));
  return { path: fromRoot(file), text, imports: own.map(({ fileName }) => fromRoot(resolveImport(file, fileName))) };
}

function fromRoot(file: string): string {
  return relative(ROOT, file).replaceAll("\\", "/");
}

/** "./if/ether" as a file; a folder stands for its index. */
function resolveImport(file: string, name: string): string {
  const target = resolve(dirname(file), name);
  const candidates = [target, `${target}.ts`, `${target}.tsx`, join(target, "index.ts")];
  return candidates.find((candidate) => ts.sys.fileExists(candidate)) ?? `${target}.ts`;
}

/** A circle of imports, as the paths along it, or none. */
export function circle(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    trail.push(path);
    for (const next of byPath.get(path)?.imports ?? []) {
      const found = visit(next);
      if (found.length) return found;
    }
    trail.pop();
    done.add(path);
    return [];
  };
  for (const { path } of sources) {
    const found = visit(path);
    if (found.length) return found;
  }
  return [];
}

/**
 * Lines of each function of a file that is longer than `limit`, as "path name: lines". One that does nothing but list
 * the fields of a new record may be as long as the record.
 */
export function longFunctions({ path, text }: Source, limit: number): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body && !listsFields(node.body)) {
      const lines = linesOf(file, node);
      if (lines > limit) found.push(`${path} ${node.name?.getText(file) ?? "(anonymous)"}: ${lines}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function listsFields(body: ts.Node): boolean {
  if (!ts.isBlock(body) || body.statements.length !== 1) return false;
  const [only] = body.statements;
  return ts.isReturnStatement(only) && only.expression !== undefined && ts.isObjectLiteralExpression(only.expression);
}

function linesOf(file: ts.SourceFile, node: ts.Node): number {
  const line = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  return line(node.getEnd()) - line(node.getStart(file)) + 1;
}
