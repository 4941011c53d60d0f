/**
 * Keeps the memory of a board free of functions that seldom run, and the names that often do within easy reach.
 *
 * A function of a module costs the interpreter six cells of 13 bytes and one more for each parameter, although its text
 * stays in flash. A drawer is a function that makes other functions: `w0(2)` is the third one in it, made when it is
 * called and gone when it returns. So a function in a drawer costs nothing while it does not run; a call of it costs the
 * interpreter the reading of the drawer's text, about 1 ms.
 *
 * What runs often is listed in shell_functions.js and stays as it is. So does a function that is handed to others (in a
 * table, as a callback): it would be held for long, and one out of a drawer is twice as large. The rest goes into drawers:
 * what runs with each connection into some, `w0` and so on, and what runs once or hardly ever into
 * `c0` and so on, which frozen_drawers.js then compresses. The text of a function that one of these makes, and that outlives it, is in
 * cells then.
 */
const acorn = require("acorn");
const { statementsOf } = require("./in_order_of_use");
const { applied, usesOf, valuesOf } = require("./top_level_names");

/** Most functions in a drawer. */
const MOST_IN_DRAWER = 16;
/** Most text in a drawer, in characters as they come (shrinking follows): every call reads all of it. */
const MOST_TEXT = 2500;
/** The same for one that is not compressed. */
const MOST_WARM_TEXT = 1000;

/**
 * A rollup output plugin; to be run before terser. `hot` names the functions that stay, `warm` those that are not to be
 * frozen; a profile may lack some.
 */
exports.coldFunctions = function coldFunctions(hot, warm) {
  return {
    name: "cold-functions",
    renderChunk(code) {
      const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
      const functions = program.body.filter((node) => node.type === "FunctionDeclaration");
      const stays = new Set([...hot, ...valuesOf(new Set(functions.map((f) => f.id.name)), program)]);
      const cold = functions.filter((f) => !stays.has(f.id.name));
      const freezes = (f) => !warm.includes(f.id.name);
      const open = fillDrawers(
        cold.filter((f) => !freezes(f)),
        MOST_WARM_TEXT,
      );
      const drawers = [...open, ...fillDrawers(cold.filter(freezes), MOST_TEXT, true)];
      nameDrawers(drawers);
      return { code: fold(code, program, drawers, new Set(hot)), map: null };
    },
  };
};

/**
 * Groups neighbours, which tend to call each other, up to `most` characters. Answers an array of drawers, each an array of
 * functions.
 */
function fillDrawers(functions, most, frozen = false) {
  const drawers = [];
  let size = most;
  for (const func of functions) {
    const length = func.end - func.start;
    if (size + length > most || drawers[drawers.length - 1].length === MOST_IN_DRAWER) {
      drawers.push(Object.assign([], { frozen }));
      size = 0;
    }
    drawers[drawers.length - 1].push(func);
    size += length;
  }
  return drawers;
}

/** By their names frozen_drawers.js knows them. */
function nameDrawers(drawers) {
  const count = { w: 0, c: 0 };
  for (const drawer of drawers) {
    const kind = drawer.frozen ? "c" : "w";
    drawer.name = `${kind}${count[kind]++}`;
  }
}

/** `code` with the functions in their drawers, and each use of one replaced by its place. */
function fold(code, program, drawers, hot) {
  const places = new Map();
  for (const drawer of drawers)
    drawer.forEach((func, f) => {
      places.set(func.id.name, `${drawer.name}(${f})`);
    });
  const uses = usesOf(places, program);
  const render = (start, end) => replaced(code, start, end, uses, places);
  const declarations = inOrderOfUse(program, new Set(drawers.flat()), hot, render);
  const statements = program.body.flatMap((node) => statementsOf(node, render));
  return [...declarations, ...drawers.map((drawer) => drawerText(drawer, render)), ...statements].join("\n");
}

/**
 * The declarations of variables and remaining functions, those that hot functions name most often first: the interpreter
 * finds a name by walking over all that were declared before it.
 */
function inOrderOfUse(program, cold, hot, render) {
  const texts = new Map();
  for (const node of program.body) {
    if (node.type === "VariableDeclaration")
      for (const { id } of node.declarations) texts.set(id.name, `var ${id.name};`);
    if (node.type === "FunctionDeclaration" && !cold.has(node)) texts.set(node.id.name, render(node.start, node.end));
  }
  const count = new Map([...texts.keys()].map((name) => [name, 0]));
  for (const node of program.body)
    if (node.type === "FunctionDeclaration" && hot.has(node.id.name))
      for (const use of usesOf(texts, node.body)) count.set(use.name, count.get(use.name) + 1);
  return [...texts.keys()].sort((a, b) => count.get(b) - count.get(a)).map((name) => texts.get(name));
}

function replaced(code, start, end, uses, places) {
  const edits = uses
    .filter((use) => use.start >= start && use.end <= end)
    .map((use) => ({ start: use.start, end: use.end, text: places.get(use.name) }));
  return applied(code.slice(start, end), edits, start);
}

function drawerText(drawer, render) {
  const cases = drawer.map((func, f) => {
    const text = `function (${func.params.map((p) => p.name).join(", ")}) ${render(func.body.start, func.body.end)}`;
    return f < drawer.length - 1 ? `_ === ${f} ? ${text} :` : text;
  });
  return `function ${drawer.name}(_) { return ${cases.join("\n")}; }`;
}
