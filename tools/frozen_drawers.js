/**
 * Keeps compressed what runs once or hardly ever: the text of a frozen drawer (cold_functions.js) is a string in the
 * bundle, and is decompressed and evaluated when one of its functions is called.
 *
 * Such a string stays in flash as it is, and is skipped without being read (a "raw string" of Espruino's tokens, since
 * 2v21). Decompressing costs the interpreter 750 instructions a byte, 10 ms for a drawer on a Pico; so the two texts used
 * last are kept for a second: bringing up a chip calls functions of one drawer many times. In Espruino as elsewhere what
 * `eval` evaluates sees the names around it.
 *
 * Works on the last text, names and all, since no other pass sees what is in the strings.
 */
const acorn = require("acorn");
const { compress } = require("./heatshrink");
const { toTokens } = require("./pretokenise");

/** Keeps texts t0 and t1 of drawers d0 and d1, the one used last first; `zt` is the timer that lets go of them. */
const THAW = `var t0,t1,zt,d0,d1;
function thaw(d,z){
  if(d!==d0){
    var t=d===d1?t1:E.toString(require("heatshrink").decompress(z));
    d1=d0;t1=t0;d0=d;t0=t
  }
  if(!zt)zt=setTimeout(function(){t0=t1=zt=d0=d1=undefined},1000);
  return t0
}`;

/** `code` in tokens, its frozen drawers compressed. */
exports.freeze = function freeze(code) {
  const drawers = frozenDrawers(code);
  if (!drawers.length) return toTokens(code);
  let text = THAW;
  let at = 0;
  drawers.forEach(({ start, end }, number) => {
    text += `${code.slice(at, start)}eval(thaw(${number + 1},"frozen ${number}"))`;
    at = end;
  });
  const tokens = toTokens(text + code.slice(at));
  return tokens.replace(/"frozen (\d+)"/g, (_, number) => {
    const { choice } = drawers[number];
    return rawString(compress(Buffer.from(toTokens(choice), "latin1")));
  });
};

/** What a frozen drawer returns: where it stands, and its text without the mark (a 0 where others have a last function). */
function frozenDrawers(code) {
  const drawers = [];
  for (const node of acorn.parse(code, { ecmaVersion: 5, sourceType: "script" }).body) {
    const value = node.type === "FunctionDeclaration" && node.body.body[0]?.argument;
    let last = value;
    while (last?.alternate?.type === "ConditionalExpression") last = last.alternate;
    if (last?.type !== "ConditionalExpression" || last.consequent.type !== "FunctionExpression") continue;
    if (last.alternate.raw !== "0") continue;
    const choice = code.slice(value.start, last.start) + code.slice(last.consequent.start, last.consequent.end);
    drawers.push({ start: value.start, end: value.end, choice: `(${choice})` });
  }
  return drawers;
}

/** LEX_RAW_STRING8 or 16: length, least significant byte first, and bytes as they are. */
function rawString(bytes) {
  const { length } = bytes;
  const head = length < 256 ? [0xd1, length] : [0xd2, length & 255, length >> 8];
  return Buffer.concat([Buffer.from(head), bytes]).toString("latin1");
}
