/**
 * Keeps the drawers of a bundle (cold_functions.js) in two strings: a function that stands for a drawer would cost the
 * interpreter six cells each, and what runs once or hardly ever is packed (pack.js).
 *
 * All drawers' texts lie in one string of the bundle, one after the other, those that are not packed first; it stays
 * in flash as it is and is skipped without being read (a "raw string" of Espruino's tokens, since 2v21), as does every
 * part of it that `substr` gives. `$(n * f + d)`, where `n` is how many drawers there are, evaluates the text of drawer `d`,
 * which makes its function `f`: a number of three digits at most, of two where there are many calls. In
 * Espruino as elsewhere what `eval` evaluates sees the names around it. Machine code unpacks, without its memory, so that it must be
 * found before anything that is packed can run: `core_find` (firmware/core/port.ts) does that, or says what is wrong.
 *
 * Works on the last text, names and all, since no other pass sees what is in the strings.
 */
const acorn = require("acorn");
const { pack } = require("./pack");
const { toTokens } = require("./pretokenise");
const { applied, usesOf } = require("./top_level_names");

/** Most functions and most text, in tokens, of a packed drawer: a call has to unpack all of it. */
const MOST_IN_DRAWER = 16;
const MOST_TEXT = 1000;

/* tools/native/runtime/board.c: an entry of the core's, and where Thumb code begins behind its header */
const BOARD_UNPACK = 118;
const ENTRY = 20 + 1;
const FIND = "core_find";

/**
 * `dz`: the code for unpacking, and the texts; `dt`: where each of these begins, and where the last one ends; `du`: the core's entry;
 * `dx`: the interpreter's table for it. `$` has no variables of its own: the text would see them.
 */
const runtime = (firstFrozen, count) => `var dz="texts",dt=new Uint16Array(E.toArrayBuffer("places")),du,dx;
function thaw(d){
  var z=dt[d];
  if(d<${firstFrozen})return dz.substr(z,dt[d+1]-z);
  if(!du){
    du=E.nativeCall(${FIND}()+${ENTRY},"JsVar(int,int,int,int)");
    dx=process.env.EXPTR
  }
  d=E.getAddressOf(dz,true);
  return du(${BOARD_UNPACK},d,d+z,dx)
}
function $(_){return eval(thaw(_%${count},_=_/${count}|0))}`;

/** Names that no other pass may change or give to anything: the above, and those of drawers. */
exports.NAMES = `_ dz dt du dx thaw $ ${FIND}`
  .split(" ")
  .concat(...Array.from({ length: 128 }, (_, d) => [`w${d}`, `c${d}`]));

/** `code` in tokens, its drawers in strings. Code in which nothing is to be compressed keeps them as they are. */
exports.freeze = function freeze(code) {
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  const drawers = drawersOf(program);
  if (!drawers.some(isFrozen)) return toTokens(code);
  const uses = callsOf(code, program, drawers);
  refuseLateFind(program, uses);
  const open = drawers.filter((drawer) => !isFrozen(drawer)).map(({ functions }) => mostCalledFirst(functions));
  const frozen = refilled(drawers.filter(isFrozen).flatMap(({ functions }) => functions));
  open.sort((a, b) => b[0].calls - a[0].calls);
  const edits = [
    ...drawers.map(({ start, end }) => ({ start, end, text: "" })),
    ...numbered(uses, [...open, ...frozen]),
  ];
  const texts = [...open, ...frozen].map((functions) =>
    Buffer.from(toTokens(drawerText(functions, code, edits)), "latin1"),
  );
  const { table, packed } = pack(texts.slice(open.length));
  const parts = [table, ...texts.slice(0, open.length), ...packed];
  const tokens = toTokens(runtime(open.length, texts.length) + edited(code, edits, 0, code.length));
  return tokens.replace('"texts"', () => rawString(Buffer.concat(parts))).replace('"places"', () => places(parts));
};

/** What finds machine code cannot be unpacked by that. */
function refuseLateFind(program, uses) {
  const find = program.body.find((node) => node.type === "FunctionDeclaration" && node.id.name === FIND);
  if (!find || uses.some(({ start }) => start > find.start && start < find.end))
    throw new Error(`frozen_drawers.js: ${FIND} is packed, or calls what is`);
}

const isFrozen = ({ name }) => name[0] === "c";

/** The drawers, with the functions in each: where they are, their text in tokens, and how often they are called. */
function drawersOf(program) {
  return program.body
    .filter((node) => node.type === "FunctionDeclaration" && /^[wc]\d+$/.test(node.id.name))
    .map(({ id, start, end, body }) => ({ name: id.name, start, end, functions: functionsOf(body.body[0].argument) }));
}

/** `0 === _ ? function ... : 1 === _ ? function ... : function ...` */
function functionsOf(value) {
  if (value.type !== "ConditionalExpression") return [{ start: value.start, end: value.end, calls: 0 }];
  return [...functionsOf(value.consequent), ...functionsOf(value.alternate)];
}

/** Calls of functions in drawers, each with its function. (terser leaves out the number where a drawer has but one.) */
function callsOf(code, program, drawers) {
  for (const func of drawers.flatMap(({ functions }) => functions))
    func.tokens = toTokens(`(${code.slice(func.start, func.end)})`).slice(1, -1);
  const named = new Map(drawers.map((drawer) => [drawer.name, drawer.functions]));
  return usesOf(named, program).map(({ name, start, end }) => {
    const [call, inDrawer] = /^\((\d*)\)/.exec(code.slice(end, end + 4));
    const func = named.get(name)[Number(inDrawer)];
    func.calls++;
    return { start, end: end + call.length, func };
  });
}

const mostCalledFirst = (functions) => [...functions].sort((a, b) => b.calls - a.calls);

/** Drawers of functions that are like each other, each of which is packed alone. */
function refilled(functions) {
  const drawers = [];
  let size = MOST_TEXT;
  for (const func of chained(functions)) {
    size += func.tokens.length;
    if (size > MOST_TEXT || drawers[drawers.length - 1].length === MOST_IN_DRAWER) {
      drawers.push([]);
      size = func.tokens.length;
    }
    drawers[drawers.length - 1].push(func);
  }
  return drawers;
}

/** Each followed by the one that has most in common with it. */
function chained(functions) {
  const left = new Set(functions.slice(1));
  const chain = functions.slice(0, 1);
  while (left.size) {
    const last = piecesOf(chain[chain.length - 1]);
    let best;
    let most = -1;
    for (const func of left) {
      const alike = inCommon(piecesOf(func), last) / (piecesOf(func).size + 20);
      if (alike > most) {
        most = alike;
        best = func;
      }
    }
    left.delete(best);
    chain.push(best);
  }
  return chain;
}

function inCommon(pieces, others) {
  let count = 0;
  for (const piece of pieces) if (others.has(piece)) count++;
  return count;
}

/** All that is four bytes long in the text of a function. */
function piecesOf(func) {
  if (!func.pieces) func.pieces = new Set(Array.from(func.tokens, (_, at) => func.tokens.substr(at, 4)));
  return func.pieces;
}

/** The calls become calls of `$`. */
function numbered(uses, drawers) {
  const numbers = new Map(
    drawers.flatMap((functions, d) => functions.map((func, f) => [func, drawers.length * f + d])),
  );
  return uses.map(({ start, end, func }) => ({ start, end, text: `$(${numbers.get(func)})` }));
}

function drawerText(functions, code, edits) {
  const texts = functions.map(({ start, end }) => edited(code, edits, start, end));
  return `(${texts.map((text, f) => (f < texts.length - 1 ? `${f}===_?${text}:` : text)).join("")})`;
}

/** Part of `code` with what of `edits` lies in it. */
function edited(code, edits, start, end) {
  const inside = edits.filter((edit) => edit.start >= start && edit.end <= end);
  return applied(code.slice(start, end), inside, start);
}

/** Where each text, behind the table, begins and the last one ends: 16 bits each, least significant byte first. */
function places(parts) {
  const ends = parts.map((_, t) => parts.slice(0, t + 1).reduce((sum, { length }) => sum + length, 0));
  return rawString(Buffer.from(ends.flatMap((place) => [place & 255, place >> 8])));
}

/** LEX_RAW_STRING8 or 16: length, least significant byte first, and bytes as they are. */
function rawString(bytes) {
  const { length } = bytes;
  const head = length < 256 ? [0xd1, length] : [0xd2, length & 255, length >> 8];
  return Buffer.concat([Buffer.from(head), bytes]).toString("latin1");
}
