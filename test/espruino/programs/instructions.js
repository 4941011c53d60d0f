// What the stack costs in instructions: runs on an interpreter under valgrind, with a chip that is a few lines of its own
// program, so that nothing depends on the time of day. `MODE` and `COUNT` come before it:
//   "ping"   answers COUNT pings
//   "wires"  makes the calls to the chip that a ping makes, COUNT times, and nothing else
//   "empty"  makes the same calls to functions that do nothing
//   "idle"   has an HTTP server without a client for COUNT rounds of the idle loop
//   "loop"   runs plain statements and a call, COUNT times
//   "none"   has no server, and a timer that runs COUNT times
// What a ping costs without the chip is ping - (wires - empty); all of them less the same with COUNT 0.

var regs = new Uint8Array(128);
var bank = 0;
var pending = 0;
var stream = "";
var position = 0;
var next = 0;
var frame = "";
var watcher;
var record;

function register(op) {
  op &= 31;
  if (op === 0x1c) return 8; // EIR: TXIF
  if (op === 0x1d) return 1; // ESTAT: CLKRDY
  if (op === 0x1e) return 0x80; // ECON2: AUTOINC
  if (op === 0x1f) return regs[31] & 0xf7; // ECON1: nothing is being sent
  if (op > 0x1a) return regs[op];
  op += bank * 32;
  if (op === 0x0e) return next & 255; // ERXWRPT: where the next frame begins
  if (op === 0x0f) return next >> 8;
  if (op === 0x72) return 6; // EREVID
  if (op === 0x59) return 4; // MIRDH of PHSTAT2: the link is up
  if (op === 0x39) return pending; // EPKTCNT
  return op === 0x6a ? 0 : regs[op]; // MISTAT: idle
}

function change(op, value) {
  var at = op & 31;
  if (at < 0x1b) at += bank * 32;
  if (op < 0x60) regs[at] = value;
  else if (op < 0xa0) regs[at] |= value;
  else regs[at] &= ~value;
  if (at === 31) bank = regs[31] & 3;
  if (op === 0x9e && value === 0x40) pending--; // PKTDEC
}

// The frame in the ring, with its header: where the next one begins, length, status.
function load() {
  var end = regs[10] | (regs[11] << 8);
  var size = frame.length + 4;
  next += 6 + size + (size & 1);
  if (next > end) next -= end + 1 - (regs[8] | (regs[9] << 8));
  stream = `${String.fromCharCode(next & 255, next >> 8, size & 255, size >> 8, 0x80, 0)}${frame}\0\0\0\0\0`;
  position = 0;
  pending++;
}

function send(data) {
  if (record) record.push(["S", data]);
  if (typeof data !== "string") {
    if (data[0] < 32) return data.length < 3 ? [0, register(data[0])] : [0, 0, register(data[0])];
    data = stream.substr(position, data.length);
    position += data.length;
    return E.toUint8Array(data);
  }
  var n = data.length;
  var first = position ? "" : "\0";
  var from = position;
  position += n - first.length;
  return first + stream.substr(from, n - first.length);
}

function write(op, value) {
  if (record) record.push(["W", [].slice.call(arguments)]);
  if (typeof value === "number" && op !== 0x7a) change(op, value);
}

var cs = { set: () => (record ? record.push(["H"]) : 0), reset: () => (record ? record.push(["L"]) : 0) };
var int = {
  read: () => {
    if (record) record.push(["I"]);
    return !pending;
  },
};
var watch = setWatch;
global.setWatch = (listener, pin, options) => {
  if (pin !== int) return watch(listener, pin, options);
  watcher = listener;
  return 1;
};

var eth = require("enc28j60").connect({
  spi: { send: send, write: write },
  cs: cs,
  int: int,
  mac: "02:00:00:00:00:02",
});
eth.on("error", (e) => print(`ERROR ${e}`));
eth.setIP({ ip: "10.77.0.2", subnet: "255.255.255.0", gateway: "10.77.0.1" });

function bytes(hex) {
  return E.toString(new Uint8Array(hex.length / 2).map((_, i) => parseInt(hex.substr(2 * i, 2), 16)));
}

var addresses = "0a4d00010a4d0002";
var arp = bytes(
  `ffffffffffff02000000000908060001080006040001020000000009${"0a4d0001"}000000000000${"0a4d0002"}${"00".repeat(18)}`,
);
var ping = bytes(
  `020000000002020000000009080045000054000040004001260d${addresses}0800${"f7ff"}0000${"0000"}${"00".repeat(56)}`,
);

function deliver(f) {
  frame = f;
  load();
  watcher();
}

// A function of the calls that were made, one after another.
function replay(calls) {
  var text = "";
  record = undefined;
  calls.forEach((call, i) => {
    if (call[0] === "S") text += `S(A[${i}],C);`;
    else if (call[0] === "W") text += `W(${call[1].map((_, j) => `A[${i}][${j}]`).join(",")});`;
    else text += `${call[0]}();`;
  });
  global.A = calls.map((call) => call[1]);
  global.C = cs;
  return new Function(text);
}

function nothing() {}

// Ten rounds of what programs are made of.
function plain(n) {
  var i;
  var sum = 0;
  var list = [1, 2, 3, 4];
  for (i = 0; i < 10; i++) {
    if (n & 1) sum += list[i & 3];
    else sum = (sum ^ i) + half(i);
    regs[i] = sum & 255;
  }
  return sum;
}

function half(x) {
  return x >> 1;
}

function run() {
  deliver(arp);
  deliver(ping);
  var left = COUNT;
  var again;
  var real;
  if (MODE === "ping") while (left--) deliver(ping);
  else if (MODE === "loop") while (left--) plain(left);
  else if (MODE === "wires" || MODE === "empty") {
    record = [];
    deliver(ping);
    again = replay(record);
    real = MODE === "wires";
    global.S = real ? send : nothing;
    global.W = real ? write : nothing;
    global.H = real ? cs.set : nothing;
    global.L = real ? cs.reset : nothing;
    global.I = real ? int.read : nothing;
    while (left--) again();
  } else if (MODE === "idle") return rounds();
  else return ticks();
  end();
}

function rounds() {
  var driver = global["\xff"].JSN;
  var accept = driver.accept;
  var left = COUNT + 1;
  require("http").createServer(nothing).listen(80);
  driver.accept = (socket) => {
    if (!--left) end();
    return accept(socket);
  };
}

function ticks() {
  var left = COUNT + 1;
  setInterval(() => {
    if (!--left) end();
  }, 0.1);
}

function end() {
  print(`DONE ${JSON.stringify(eth.stats())}`);
  quit();
}

setTimeout(run, 1000);
