/**
 * The other end for the programs in programs/, run by the tests inside a namespace: node peers.js MODE [ARGUMENTS]. Each
 * prints a line that says how it went; the servers run until they are ended.
 */
const http = require("node:http");
const net = require("node:net");
const dgram = require("node:dgram");

const BOARD = "10.77.0.2";
const PIECES = 128;
const LONG = PIECES * 512;

const piece = (i) => i.toString(16).padStart(8, "0").repeat(64);
// does not begin with a digit: Espruino's client reads on past the length of such a chunk
const chunk = (i) => `chunk ${i} `.padEnd(512, "-");
const longText = () => Buffer.from(Array.from({ length: PIECES }, (_, i) => piece(i)).join(""), "latin1");

/** All that comes until the end. */
function all(stream) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => resolve(Buffer.concat(chunks)));
    stream.on("error", reject);
  });
}

const sum = (bytes) => bytes.reduce((total, byte) => total + byte, 0);
/** The same as E.sum adds the characters of a string: signed ones, where the processor's compiler has them so (not for ARM). */
const signedSum = (bytes) => bytes.reduce((total, byte) => total + ((byte << 24) >> 24), 0);

const modes = {
  /** HTTP server on port 8000, TCP on 8007 that answers 64 KB with 64 KB, UDP echo on 8007, a port that resets on 8009 */
  servers() {
    http
      .createServer(async (req, res) => {
        const body = await all(req);
        if (req.url === "/long")
          res.end(longText()); // has a Content-Length
        else if (req.url === "/chunked") {
          for (let i = 0; i < 8; i++) res.write(chunk(i));
          res.end();
        } else if (req.url === "/never") return;
        else if (req.url === "/reset") req.socket.resetAndDestroy();
        else res.end(`${req.method} ${body.length} ${sum(body)}`);
      })
      .listen(8000);
    net
      .createServer({ allowHalfOpen: true }, (socket) => {
        const chunks = [];
        let length = 0;
        socket.on("error", () => {});
        socket.on("data", (data) => {
          chunks.push(data);
          length += data.length;
          if (length < LONG) return;
          const intact = Buffer.concat(chunks).equals(longText());
          console.log(`EXCHANGED ${length} ${intact ? "good" : "bad"}`);
          socket.end(longText());
        });
      })
      .listen(8007);
    net.createServer((socket) => socket.once("data", () => socket.resetAndDestroy())).listen(8009);
    const udp = dgram.createSocket("udp4");
    udp.on("message", (data, from) => udp.send(data, from.port, from.address));
    udp.bind(8007, () => console.log("LISTENING"));
  },

  /** Takes /long from the board. */
  async long() {
    const response = await new Promise((resolve, reject) =>
      http.get(`http://${BOARD}/long`, resolve).on("error", reject),
    );
    const body = await all(response);
    console.log(`${body.length} bytes ${body.equals(longText()) ? "intact" : "DAMAGED"}`);
  },

  /** Posts `length` bytes and compares the board's sum. */
  async post(length) {
    const body = Buffer.from(Array.from({ length }, (_, i) => (i * 7) & 255));
    const response = await new Promise((resolve, reject) => {
      const options = { host: BOARD, method: "POST", headers: { "Content-Length": body.length } };
      http.request(options, resolve).on("error", reject).end(body);
    });
    const answer = `${await all(response)}`.trim();
    const intact = [sum(body), signedSum(body)].map((each) => `${length} bytes, sum ${each}`);
    console.log(intact.includes(answer) ? "posted intact" : `DAMAGED: ${answer}`);
  },

  /** `count` connections that break off: reset or closed, before a request, in its middle, or in the answer. */
  async aborts(count) {
    const openings = [
      "",
      "GET / HTTP/1.1\r\nHo",
      "GET /long HTTP/1.0\r\n\r\n",
      "POST / HTTP/1.0\r\nContent-Length: 99\r\n\r\nhalf",
    ];
    for (let i = 0; i < count; i++) await broken(openings[i % openings.length], (i >> 2) & 1);
    console.log(`${count} broken off`);
  },

  /** Sends 64 KB and more to the board's echo on port 7, and closes once all of it has come back. */
  echo(length) {
    const sent = Buffer.alloc(length);
    for (let i = 0, state = 1; i < length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      sent[i] = state >>> 24;
    }
    const came = [];
    let bytes = 0;
    const socket = net.connect(7, BOARD, () => socket.write(sent));
    socket.on("error", (error) => console.log(`failed: ${error.message} after ${bytes} bytes`));
    socket.on("data", (data) => {
      came.push(data);
      bytes += data.length;
      if (bytes < length) return;
      console.log(`${bytes} bytes ${Buffer.concat(came).equals(sent) ? "intact" : "DAMAGED"}`);
      socket.end();
    });
  },

  /** Takes the 64 KB of the board's source on port 19. */
  async source() {
    const got = await all(net.connect(19, BOARD));
    console.log(`${got.length} bytes ${got.equals(longText()) ? "intact" : "DAMAGED"}`);
  },

  /** `count` datagrams of growing length to the board's echo. */
  async datagrams(count) {
    const socket = dgram.createSocket("udp4");
    let intact = 0;
    for (let i = 0; i < count; i++) {
      const data = Buffer.alloc(Math.floor((1472 * i) / Math.max(1, count - 1)), i + 1);
      for (let tries = 0; tries < 5; tries++) {
        const answer = await new Promise((resolve) => {
          const timer = setTimeout(() => resolve(undefined), 2000);
          socket.once("message", (message) => {
            clearTimeout(timer);
            resolve(message);
          });
          socket.send(data, 7, BOARD);
        });
        socket.removeAllListeners("message");
        if (!answer) continue;
        if (answer.equals(data)) intact++;
        break;
      }
    }
    console.log(`${intact} of ${count} intact`);
    socket.close();
  },

  /** Keeps `count` connections to `port` open until it is ended. */
  hold(count, port) {
    let open = 0;
    for (let i = 0; i < count; i++)
      net.connect(port, BOARD, () => ++open === count && console.log("HELD")).on("error", () => {});
  },
};

/** One connection that sends `opening` and then breaks off, by a reset or by closing. */
function broken(opening, reset) {
  return new Promise((resolve) => {
    const socket = net.connect(80, BOARD, () => {
      socket.write(opening || "G");
      setTimeout(() => (reset ? socket.resetAndDestroy() : socket.destroy()), 30);
    });
    socket.on("error", () => {});
    socket.on("close", resolve);
  });
}

const [mode, ...numbers] = process.argv.slice(2);
modes[mode](...numbers.map(Number));
