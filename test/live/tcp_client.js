/**
 * TCP clients of the kernel's, run by the live tests inside a namespace: node tcp_client.js echo BYTES | abort COUNT
 * Prints one line that says how it went.
 */
const { createHash } = require("node:crypto");
const net = require("node:net");

const [mode, count] = process.argv.slice(2);
const board = "10.77.0.2";

/** Pseudo-random bytes, the same in every run. */
function* pieces(total) {
  let state = 1;
  for (let left = total; left > 0; left -= 65536) {
    const piece = Buffer.alloc(Math.min(65536, left));
    for (let i = 0; i + 4 <= piece.length; i += 4) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      piece.writeUInt32LE(state, i);
    }
    yield piece;
  }
}

/** Sends `total` bytes to the echo and compares the checksums of what went and what came back. */
function echo(total) {
  const sent = createHash("sha256");
  const came = createHash("sha256");
  const source = pieces(total);
  const start = Date.now();
  let bytes = 0;
  const socket = net.connect({ port: 7, host: board, allowHalfOpen: true });
  const write = () => {
    for (;;) {
      const next = source.next();
      if (next.done) {
        socket.end();
        return;
      }
      sent.update(next.value);
      if (!socket.write(next.value)) return;
    }
  };
  socket.on("connect", write);
  socket.on("drain", write);
  socket.on("data", (data) => {
    bytes += data.length;
    came.update(data);
  });
  socket.on("error", (error) => console.log(`failed: ${error.message} after ${bytes} bytes`));
  socket.on("end", () => {
    const intact = bytes === total && sent.digest("hex") === came.digest("hex");
    console.log(`${bytes} bytes ${intact ? "intact" : "DAMAGED"} in ${(Date.now() - start) / 1000} s`);
  });
}

/** Opens connections to chargen and resets each after the first bytes. */
function abort(left) {
  if (!left) {
    console.log(`${count} aborted`);
    return;
  }
  const socket = net.connect(19, board);
  socket.once("data", () => socket.resetAndDestroy());
  socket.on("error", () => socket.destroy());
  socket.on("close", () => abort(left - 1));
}

if (mode === "echo") echo(Number(count));
else abort(Number(count));
