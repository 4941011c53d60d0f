/**
 * A UDP client of the kernel's, run by kernel.test.ts and fragments.test.ts inside a namespace:
 * node udp_client.js echo COUNT [LONGEST PORT] | lengths STEP LONGEST PORT | refused
 * Prints one line: what came back.
 */
const dgram = require("node:dgram");

const [mode, count, longest = "1472", port = "7"] = process.argv.slice(2);
const board = "10.77.0.2";
const socket = dgram.createSocket("udp4");
/** A datagram may be lost; a question is asked again. */
const TRIES = 3;
let state = 12345;

/** A small generator, so that every run sends the same. */
function random(limit) {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state % limit;
}

function datagram() {
  return Buffer.from(Array.from({ length: random(Number(longest) + 1) }, () => random(256)));
}

function echo(left) {
  let intact = 0;
  let timer;
  let sent;
  const next = () => {
    if (!left--) {
      console.log(`${intact} intact`);
      socket.close();
      return;
    }
    sent = datagram();
    socket.send(sent, Number(port), board);
    timer = setTimeout(next, 2000);
  };
  socket.on("message", (message) => {
    if (!message.equals(sent)) return; // one that came twice is answered twice
    clearTimeout(timer);
    intact++;
    next();
  });
  next();
}

/** Asks for datagrams of so many bytes, one length after another. */
function lengths(step) {
  const text = "0123456789abcdef".repeat(Number(longest) / 16 + 1);
  let intact = 0;
  let timer;
  let n = 1;
  const next = (tries = TRIES) => {
    if (n > Number(longest)) {
      console.log(`${intact} intact`);
      socket.close();
      return;
    }
    socket.send(String(n), Number(port), board);
    timer = setTimeout(() => (tries > 1 ? next(tries - 1) : more()), 2000);
  };
  const more = () => {
    clearTimeout(timer);
    n += step;
    next();
  };
  socket.on("message", (message) => {
    if (message.length !== n) return; // a question that came twice is answered twice
    if (message.toString() === text.slice(0, n)) intact++;
    more();
  });
  next();
}

function refused() {
  socket.on("error", (error) => {
    console.log(error.code);
    socket.close();
  });
  socket.connect(4444, board, () => socket.send("anybody?"));
}

if (mode === "echo") echo(Number(count));
else if (mode === "lengths") lengths(Number(count));
else refused();
