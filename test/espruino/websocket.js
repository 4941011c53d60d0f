/**
 * A naive WebSocket client (RFC 6455), run by the tests inside a namespace: node websocket.js echo COUNT | vanish COUNT
 */
const { createHash, randomBytes } = require("node:crypto");
const net = require("node:net");

const [mode, count] = process.argv.slice(2);
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A masked text frame, up to 65535 bytes. */
function frame(text, opcode = 1) {
  const payload = Buffer.from(text, "latin1");
  const mask = randomBytes(4);
  const long = payload.length > 125;
  const head = Buffer.alloc(long ? 4 : 2);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i & 3])]);
}

/** The frames at the start of `data`: [opcode, text] each, and what is left. */
function frames(data) {
  const found = [];
  for (;;) {
    if (data.length < 2) return [found, data];
    const long = (data[1] & 127) === 126;
    const start = long ? 4 : 2;
    if (data.length < start) return [found, data];
    const end = start + (long ? data.readUInt16BE(2) : data[1] & 127);
    if (data.length < end) return [found, data];
    found.push([data[0] & 15, data.toString("latin1", start, end)]);
    data = data.subarray(end);
  }
}

/** Opens a WebSocket; `listener` takes each message, `opened` the function that sends. */
function open(listener, opened) {
  const key = randomBytes(16).toString("base64");
  const accept = createHash("sha1")
    .update(key + GUID)
    .digest("base64");
  let data = Buffer.alloc(0);
  let upgraded = false;
  const socket = net.connect(80, "10.77.0.2", () => {
    socket.write(
      `GET / HTTP/1.1\r\nHost: board\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
  });
  socket.on("error", (error) => console.log(`failed: ${error.message}`));
  socket.on("data", (chunk) => {
    data = Buffer.concat([data, chunk]);
    if (!upgraded) {
      const end = data.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = data.toString("latin1", 0, end);
      if (!/^HTTP\/1\.[01] 101 /.test(head) || !head.includes(accept)) {
        console.log(`failed: ${head}`);
        socket.destroy();
        return;
      }
      upgraded = true;
      data = data.subarray(end + 4);
      opened((text) => socket.write(frame(text)), socket);
    }
    const [found, rest] = frames(data);
    data = rest;
    for (const [opcode, text] of found) if (opcode === 1) listener(text, socket);
  });
}

/** Sends messages of growing length, one after another, and compares what comes back. */
function echo() {
  const text = (i) => `${i}:`.padEnd(1 + i * 37, "x");
  let send;
  let next = -1;
  open(
    (message, socket) => {
      if (next < 0 ? message !== "hello" : message !== text(next)) console.log(`DAMAGED: ${message}`);
      if (++next < count) send(text(next));
      else {
        console.log(`${next} echoed`);
        socket.end(frame("", 8));
      }
    },
    (sender) => {
      send = sender;
    },
  );
}

/** Opens one after another and resets or closes it without a word. */
function vanish(left) {
  if (!left) {
    console.log(`${count} vanished`);
    return;
  }
  open(
    (_message, socket) => {
      socket.on("close", () => vanish(left - 1));
      if (left & 1) socket.resetAndDestroy();
      else socket.destroy();
    },
    () => {},
  );
}

if (mode === "echo") echo();
else vanish(Number(count));
