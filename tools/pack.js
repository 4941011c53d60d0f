/**
 * Packs the texts of a shell for machine code to unpack (native/runtime/unpack.h), each of which can be unpacked alone: LZ77, with one
 * prefix code for all of them.
 *
 * A text begins with its length in eights of bytes, up to which it has blanks; then come bits, most significant first. A symbol below 32
 * says that two bytes more than that are to be taken from the text so far, and is followed by how far back less one, in as many bits as
 * may be needed where the text is so long; any other is a byte of the text. The code is canonical: how many symbols have codes of 1,
 * 2 ... 15 bits, a byte each, then the symbols by their codes.
 */
const LEAST = 2;
const MOST = 33;
const LONGEST_CODE = 15;
/** On the stack of whoever unpacks it. */
const LONGEST_TEXT = 1280;
exports.LONGEST_TEXT = LONGEST_TEXT;
/** The code says what a step costs, the steps what the code is: so often they are tried on each other. */
const ROUNDS = 6;

/** `table`: the code; `packed`: the texts, Buffers both. Texts are Buffers of at most LONGEST_TEXT bytes, none of which is below 32. */
exports.pack = function pack(texts) {
  const padded = texts.map(inEights);
  let code = codeOf(countsOf(padded.map((text) => Array.from(text, (byte) => ({ symbol: byte })))));
  let steps;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const tried = padded.map((text) => cheapestSteps(text, code.lengths));
    code = codeOf(countsOf(tried));
    const size = tried.flat().reduce((sum, { symbol, bits }) => sum + code.lengths[symbol] + (bits ?? 0), 0);
    if (size >= least) continue;
    least = size;
    steps = tried;
  }
  const best = codeOf(countsOf(steps));
  return { table: best.table, packed: steps.map((each, t) => written(each, padded[t].length, best.codes)) };
};

/** Filled up. */
function inEights(text) {
  if (text.length > LONGEST_TEXT || text.some((byte) => byte < 32))
    throw new Error(`pack.js: a text of more than ${LONGEST_TEXT} bytes, or with what none has`);
  return Buffer.concat([text, Buffer.alloc(-text.length & 7, " ")]);
}

function countsOf(steps) {
  const counts = new Map();
  for (const { symbol } of steps.flat()) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return counts;
}

/** For each place the step by which the rest costs fewest bits: a byte, or a piece of what was before. */
function cheapestSteps(text, lengths) {
  const cheapest = new Array(text.length + 1);
  cheapest[text.length] = { cost: 0 };
  for (let at = text.length - 1; at >= 0; at--) {
    const bits = 32 - Math.clz32(at - 1);
    let best = { symbol: text[at], next: at + 1, cost: lengths[text[at]] + cheapest[at + 1].cost };
    for (const [length, back] of nearest(text, at)) {
      const cost = lengths[length - LEAST] + bits + cheapest[at + length].cost;
      if (cost < best.cost) best = { symbol: length - LEAST, back, bits, next: at + length, cost };
    }
    cheapest[at] = best;
  }
  const steps = [];
  for (let at = 0; at < text.length; at = cheapest[at].next) steps.push(cheapest[at]);
  return steps;
}

/** Lengths of which there is the same before, each with how far back. */
function nearest(text, at) {
  const found = new Map();
  for (let back = 1; back <= at; back++) {
    const limit = Math.min(text.length - at, MOST);
    for (let length = 0; length < limit && text[at + length] === text[at + length - back]; )
      if (++length >= LEAST && !found.has(length)) found.set(length, back);
  }
  return found;
}

/** A prefix code (Huffman 1952): bits of each symbol, those that are not in it last; its codes; and its table. */
function codeOf(counts) {
  const lengths = new Array(256).fill(LONGEST_CODE);
  const nodes = [...counts].map(([symbol, count]) => ({ count, symbols: [symbol] }));
  for (const [symbol] of counts) lengths[symbol] = 0;
  while (nodes.length > 1) {
    nodes.sort((a, b) => b.count - a.count || a.symbols[0] - b.symbols[0]);
    const [a, b] = [nodes.pop(), nodes.pop()];
    const joined = { count: a.count + b.count, symbols: [...a.symbols, ...b.symbols] };
    for (const symbol of joined.symbols) lengths[symbol]++;
    nodes.push(joined);
  }
  const symbols = [...counts.keys()].sort((a, b) => lengths[a] - lengths[b] || a - b);
  if (lengths[symbols[symbols.length - 1]] > LONGEST_CODE) throw new Error("pack.js: a code is too long");
  return { lengths, ...canonical(symbols, lengths) };
}

function canonical(symbols, lengths) {
  const counts = new Array(LONGEST_CODE).fill(0);
  const codes = new Map();
  let code = 0;
  symbols.forEach((symbol, i) => {
    if (i) code = (code + 1) << (lengths[symbol] - lengths[symbols[i - 1]]);
    codes.set(symbol, { code, bits: lengths[symbol] });
    counts[lengths[symbol] - 1]++;
  });
  return { codes, table: Buffer.from([...counts, ...symbols]) };
}

function written(steps, length, codes) {
  const bits = [];
  const put = (value, count) => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  put(length / 8, 8);
  for (const { symbol, back, bits: count } of steps) {
    put(codes.get(symbol).code, codes.get(symbol).bits);
    if (back) put(back - 1, count);
  }
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    bytes[i >> 3] |= bit << (7 - (i & 7));
  });
  return bytes;
}
