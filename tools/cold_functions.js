/**
 * Keeps the memory of a board free of functions that seldom run.
 *
 * A function of a module costs the interpreter six cells of 13 bytes and one more for each parameter, although its text
 * stays in flash. A drawer is a function that makes other functions: `drawer(2)` is the third one in it, made when it is
 * called and gone when it returns. So a function in a drawer costs nothing while it does not run; a call of it costs the
 * interpreter the reading of the drawer's text, about 1 ms.
 *
 * What runs per packet is listed in hot_functions.js and stays as it is. So does a function that is handed to others (in a
 * table, as a callback): it would be held for long, and one out of a drawer is twice as large. The rest goes into drawers.
 */
const acorn = require("acorn");
const { usesOf, valuesOf } = require("./top_level_names");

/** Most text in a drawer, in characters as they come (shrinking follows): every call reads all of it. */
const DRAWER_SIZE = 2500;

/** A rollup output plugin; to be run before terser. `hot` names the functions that stay; a profile may lack some. */
exports.coldFunctions = function coldFunctions(hot) {
  return {
    name: "cold-functions",
    renderChunk(code) {
      const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
      const functions = program.body.filter((node) => node.type === "FunctionDeclaration");
      const stays = new Set([...hot, ...valuesOf(new Set(functions.map((f) => f.id.name)), program)]);
      return { code: fold(code, program, fillDrawers(functions.filter((f) => !stays.has(f.id.name)))), map: null };
    },
  };
};

/** Groups neighbours, which tend to call each other. Answers an array of drawers, each an array of functions. */
function fillDrawers(functions) {
  const drawers = [];
  let size = DRAWER_SIZE;
  for (const func of functions) {
    const length = func.end - func.start;
    if (size + length > DRAWER_SIZE) {
      drawers.push([]);
      size = 0;
    }
    drawers[drawers.length - 1].push(func);
    size += length;
  }
  return drawers;
}

/** `code` with the functions in their drawers, and each use of one replaced by its place. */
function fold(code, program, drawers) {
  const places = new Map();
  drawers.forEach((drawer, d) => {
    drawer.forEach((func, f) => {
      places.set(func.id.name, `drawer${d}(${f})`);
    });
  });
  const uses = usesOf(places, program);
  const render = (start, end) => replaced(code, start, end, uses, places);
  const cold = new Set(drawers.flat());
  const rest = program.body.filter((node) => !cold.has(node)).map((node) => render(node.start, node.end));
  return [...drawers.map((drawer, d) => drawerText(drawer, d, render)), ...rest].join("\n");
}

function replaced(code, start, end, uses, places) {
  let text = "";
  let at = start;
  for (const use of uses) {
    if (use.start < start || use.end > end) continue;
    text += code.slice(at, use.start) + places.get(use.name);
    at = use.end;
  }
  return text + code.slice(at, end);
}

function drawerText(drawer, d, render) {
  const cases = drawer.map((func, f) => {
    const text = `function (${func.params.map((p) => p.name).join(", ")}) ${render(func.body.start, func.body.end)}`;
    return f < drawer.length - 1 ? `k === ${f} ? ${text} :` : text;
  });
  return `function drawer${d}(k) { return ${cases.join("\n")}; }`;
}
