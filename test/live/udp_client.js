/**
 * A UDP client of the kernel's, run by kernel.test.ts inside a namespace: node udp_client.js echo COUNT | refused
 * Prints one line: what came back.
 */
const dgram = require("node:dgram");

const [mode, count] = process.argv.slice(2);
const board = "10.77.0.2";
const socket = dgram.createSocket("udp4");
let state = 12345;

/** A small generator, so that every run sends the same. */
function random(limit) {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state % limit;
}

function datagram() {
  return Buffer.from(Array.from({ length: random(1473) }, () => random(256)));
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
    socket.send(sent, 7, board);
    timer = setTimeout(next, 2000);
  };
  socket.on("message", (message) => {
    clearTimeout(timer);
    if (message.equals(sent)) intact++;
    next();
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
else refused();
