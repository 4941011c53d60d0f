/**
 * Calls, and functions as values.
 */
import ts from "typescript";
import type { Compiler } from "./compiler";
import { type CType, I32, sameType, declaration as spelled } from "./ctype";
import { exact, wrapped } from "./expressions";
import { constructed } from "./literals";
import { insteadOf, isMachine, type Native, nativeOf } from "./natives";
import { Sequence } from "./sequence";
import { parameterType, typeOf } from "./types";
import { asSigned, BINDS, bound, convert, refuse, refusedValue, type Value, value } from "./value";

export function call(cx: Compiler, node: ts.CallExpression): Value {
  if (node.questionDotToken) return refuse(cx, node, "?.()", "ask for null first");
  const declaration = ts.isIdentifier(node.expression) ? cx.declarationOf(node.expression) : undefined;
  if (declaration && isMachine(declaration)) return callMachine(cx, node, declaration);
  if (declaration && ts.isFunctionDeclaration(declaration)) return callFunction(cx, node, declaration);
  return callReference(cx, node);
}

function callMachine(cx: Compiler, node: ts.CallExpression, declaration: ts.Declaration): Value {
  const name = node.expression.getText();
  if (name === "free") return free(cx, node);
  const native = nativeOf(declaration);
  if (!native) return refuse(cx, node, name, insteadOf(name));
  const sequence = new Sequence(cx, node.arguments, (_cx, argument, i) => nativeArgument(cx, native, argument, i));
  const c = `${name}(${sequence.values.map(({ c }) => c).join(", ")})`;
  return sequence.around(
    value(c, native.result, BINDS.primary, native.result.kind === "void" ? undefined : native.range),
  );
}

/** What is put into the arena is cut off there. */
function nativeArgument(cx: Compiler, native: Native, argument: ts.Expression, i: number): Value {
  const puts = native.result.kind === "void" && i === 1 && native.params.length === 2;
  const v = puts ? asSigned(wrapped(cx, argument)) : exact(cx, argument);
  return native.params[i] ? convert(cx, v, native.params[i], argument) : v;
}

/** Gives a structure back to its pool, or a cluster its bytes. */
function free(cx: Compiler, node: ts.CallExpression): Value {
  const v = exact(cx, node.arguments[0]);
  if (v.type.kind === "refused") return refusedValue;
  if (v.type.kind === "array") return value(`cluster_free(${v.c})`, { kind: "void" });
  if (v.type.kind !== "ref") return refuse(cx, node, "free of what is no structure", "a reference to one of a pool");
  cx.allocated.add(v.type.to);
  if (cx.amounts.pools[v.type.to.name] === 0) return value(`(void)(${v.c})`, { kind: "void" });
  return value(`pool_free(POOL_${v.type.to.cname}, ${v.c})`, { kind: "void" });
}

function callFunction(cx: Compiler, node: ts.CallExpression, declaration: ts.FunctionDeclaration): Value {
  if (!cx.isNative(declaration))
    return refuse(cx, node, `${node.expression.getText()}, which is not native`, "make its file native first");
  if (constructed(cx, declaration))
    return refuse(cx, node, "a structure made here", "call it where an Embedded structure is made");
  const params = declaration.parameters.map((param) => parameterType(cx, param));
  return called(cx, node, cx.nameOf(declaration), params, resultOf(cx, declaration));
}

export function resultOf(cx: Compiler, declaration: ts.FunctionDeclaration): CType {
  return typeOf(cx, declaration.type, declaration);
}

/** Through a field, a table's element or a variable. */
function callReference(cx: Compiler, node: ts.CallExpression): Value {
  if (ts.isPropertyAccessExpression(node.expression) && isMethod(cx, node.expression))
    return refuse(cx, node, `.${node.expression.name.text}()`, "a function of its own, or a loop");
  const f = exact(cx, node.expression);
  if (f.type.kind === "refused") return refusedValue;
  if (f.type.kind !== "func")
    return refuse(cx, node, "a call of what is no function", "a function's name, or a reference to one");
  return called(cx, node, bound(f, BINDS.primary), f.type.params, f.type.result, node.expression);
}

/** One of JavaScript's own, as of strings and arrays. */
function isMethod(cx: Compiler, node: ts.PropertyAccessExpression): boolean {
  const declaration = cx.declarationOf(node.name);
  return !declaration || (!cx.isNative(declaration) && declaration.getSourceFile().isDeclarationFile);
}

function called(
  cx: Compiler,
  node: ts.CallExpression,
  name: string,
  params: CType[],
  result: CType,
  reference?: ts.Expression,
): Value {
  if (node.arguments.length < params.length)
    return refuse(cx, node, "a call with too few arguments", "pass them all: null, or 0");
  const sequence = new Sequence(cx, reference ? [reference, ...node.arguments] : node.arguments, (_cx, argument, i) => {
    const at = reference ? i - 1 : i;
    return at < 0 ? { ...exact(cx, argument), c: name } : passed(cx, argument, params[at]);
  });
  const [f, ...args] = reference ? sequence.values : [{ c: name }, ...sequence.values];
  const c = `${f.c}(${args.map((argument) => argument.c).join(", ")})`;
  const kind = result.kind === "u8" || result.kind === "u16" ? result : undefined;
  return sequence.around(value(c, kind ? I32 : result, BINDS.primary, kind && [0, kind.kind === "u8" ? 255 : 65535]));
}

function passed(cx: Compiler, argument: ts.Expression, param: CType | undefined): Value {
  const v = exact(cx, argument);
  if (!param) return refuse(cx, argument, "an argument too many", "what the function takes");
  if (param.kind === "func" && v.type.kind === "func" && !sameType(param, v.type))
    return asSignature(cx, argument, v, param);
  return convert(cx, v, param, argument);
}

/** A function by its name. Where its parameters are not those of the place that it goes to, a thunk stands for it. */
export function functionValue(cx: Compiler, node: ts.Identifier, declaration: ts.FunctionDeclaration): Value {
  if (!cx.isNative(declaration))
    return refuse(cx, node, `${node.text}, which is not native`, "make its file native first");
  const params = declaration.parameters.map((param) => parameterType(cx, param));
  const result = resultOf(cx, declaration);
  if ([...params, result].some(({ kind }) => kind === "refused")) return refusedValue;
  return value(cx.nameOf(declaration), { kind: "func", params, result });
}

/** The function `node` for a place that calls it with other parameters, or uses no result. */
export function asSignature(cx: Compiler, node: ts.Expression, v: Value, type: CType & { kind: "func" }): Value {
  const plain = ts.isAsExpression(node) ? node.expression : node;
  const declaration = ts.isIdentifier(plain) ? cx.declarationOf(plain) : undefined;
  if (v.type.kind === "func" && isAlike(v.type, type))
    return value(`(${spelled(type, "")})${bound(v, BINDS.unary)}`, type, BINDS.unary);
  if (!declaration || !ts.isFunctionDeclaration(declaration) || v.type.kind !== "func")
    return refuse(cx, node, "a function of another signature than its place", "one signature for both");
  const params = v.type.params;
  const fits = params.length <= type.params.length && params.every((param, i) => passes(type.params[i], param));
  if (!fits || !(type.result.kind === "void" || passes(v.type.result, type.result)))
    return refuse(cx, node, "a function of another signature than its place", "the parameters and the result of that");
  const key = `${cx.nameOf(declaration)} ${JSON.stringify(shape(type))}`;
  const known = cx.thunks.get(key);
  const name = known?.name ?? `${cx.nameOf(declaration)}__as${cx.thunks.size}`;
  cx.thunks.set(key, { name, target: declaration, type });
  return value(name, type);
}

/** Are the signatures one as far as the machine is concerned: references to one thing and another? */
function isAlike(a: CType & { kind: "func" }, b: CType & { kind: "func" }): boolean {
  const alike = (x: CType, y: CType) => sameType(x, y) || (passes(x, y) && passes(y, x));
  return (
    a.params.length === b.params.length && a.params.every((p, i) => alike(p, b.params[i])) && alike(a.result, b.result)
  );
}

/** Is a value of one type one of the other as well, as it stands or by a cast? */
function passes(from: CType, to: CType): boolean {
  if (sameType(from, to)) return true;
  if (from.kind === "opaque" || to.kind === "opaque")
    return ["ref", "array", "null", "opaque"].includes(to.kind === "opaque" ? from.kind : to.kind);
  return from.kind === "ref" && to.kind === "ref" && (from.to.isA(to.to) || to.to.isA(from.to));
}

/** A signature, for comparison. */
function shape(type: CType): unknown {
  if (type.kind === "func") return [type.params.map(shape), shape(type.result)];
  return type.kind === "ref" ? type.to.cname : type.kind;
}
