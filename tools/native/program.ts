/**
 * Reads the sources: TypeScript's own compiler, with the constants of a profile in place of those of config.ts, and files
 * that exist in memory only (tests).
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

export const ROOT = resolve(__dirname, "../..");
const CONFIG = "firmware/config.ts";

export interface Sources {
  /** paths from the root of the project */
  files: readonly string[];
  /** constants of config.ts that are other than it says (tools/profile.js) */
  constants?: { [name: string]: number | boolean };
  /** text of files that are not on the disk, by path from the root */
  texts?: { [path: string]: string };
  /** let pass what is only untidy: unused names, cases that go on into the next */
  lax?: boolean;
}

export interface Program {
  checker: ts.TypeChecker;
  /** the files that were asked for, each behind those that it imports */
  files: ts.SourceFile[];
  /** path of a file from the root, with slashes */
  nameOf(file: ts.SourceFile): string;
  /** what TypeScript itself finds wrong */
  errors: string[];
}

const LAX: ts.CompilerOptions = {
  noUnusedLocals: false,
  noUnusedParameters: false,
  noFallthroughCasesInSwitch: false,
};

export function load(sources: Sources): Program {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "firmware/tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    join(ROOT, "firmware"),
  );
  if (sources.lax) Object.assign(options, LAX);
  const host = overlay(ts.createCompilerHost(options), sources);
  const roots = sources.files.map((file) => join(ROOT, file));
  const program = ts.createProgram(roots, options, host);
  const nameOf = (file: ts.SourceFile) => relative(ROOT, file.fileName).replaceAll("\\", "/");
  const files = inOrder(roots.map((root) => fileAt(program, root)));
  const errors = files
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map((diagnostic) => ts.formatDiagnostic(diagnostic, { ...host, getCurrentDirectory: () => ROOT }).trim());
  return { checker: program.getTypeChecker(), files, nameOf, errors };
}

/** A compiler host to which the profile's config.ts and the files in memory look like any others. */
function overlay(host: ts.CompilerHost, { constants, texts }: Sources): ts.CompilerHost {
  const memory = new Map(Object.entries(texts ?? {}).map(([path, text]) => [join(ROOT, path), text]));
  if (constants) memory.set(join(ROOT, CONFIG), profiled(constants));
  return {
    ...host,
    fileExists: (path) => memory.has(path) || host.fileExists(path),
    readFile: (path) => memory.get(path) ?? host.readFile(path),
    getSourceFile: (path, version, ...rest) =>
      memory.has(path)
        ? ts.createSourceFile(path, memory.get(path)!, version, true)
        : host.getSourceFile(path, version, ...rest),
  };
}

/** config.ts with other constants, on the same lines. */
function profiled(constants: { [name: string]: number | boolean }): string {
  let text = readFileSync(join(ROOT, CONFIG), "utf8");
  for (const [name, value] of Object.entries(constants)) {
    const declaration = new RegExp(`^export const ${name} = .*;$`, "m");
    if (!declaration.test(text)) throw new Error(`config.ts has no ${name}`);
    text = text.replace(declaration, `export const ${name} = ${value};`);
  }
  return text;
}

function fileAt(program: ts.Program, path: string): ts.SourceFile {
  const file = program.getSourceFile(path);
  if (!file) throw new Error(`no file ${relative(ROOT, path)}`);
  return file;
}

/** Files by name, but each behind those that it imports. */
function inOrder(files: ts.SourceFile[]): ts.SourceFile[] {
  const left = new Map(
    [...files].sort((a, b) => (a.fileName < b.fileName ? -1 : 1)).map((file) => [file.fileName, file]),
  );
  const ordered: ts.SourceFile[] = [];
  const visit = (file: ts.SourceFile) => {
    left.delete(file.fileName);
    for (const path of importsOf(file)) {
      const imported = left.get(path);
      if (imported) visit(imported);
    }
    ordered.push(file);
  };
  for (const file of [...left.values()]) if (left.has(file.fileName)) visit(file);
  return ordered;
}

/** Where the import and export declarations of a file lead. */
export function importsOf(file: ts.SourceFile): string[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const name = statement.moduleSpecifier;
    return name && ts.isStringLiteral(name) ? [`${resolve(dirname(file.fileName), name.text)}.ts`] : [];
  });
}
