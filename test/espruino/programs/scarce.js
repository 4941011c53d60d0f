// A board that is made to run out of memory: a page by http, an echo by net, and a program that fills all cells on demand.

var hog;
var ooms = 0;

// Takes cells until the interpreter breaks off; they are free again in the next turn.
function runOut() {
  ooms++;
  hog = [];
  setTimeout(() => {
    while (true) hog.push([1, 2, 3, 4]);
  }, 1);
  setTimeout(() => {
    hog = undefined;
  }, 10);
}

// The same while a packet of the stack's is on its way up: there are just so many cells left.
function runShort(left, ms) {
  hog = [];
  while (process.memory(false).free > left) hog.push([1, 2, 3, 4]);
  setTimeout(() => {
    hog = undefined;
  }, ms);
}

require("http")
  .createServer((req, res) => {
    res.writeHead(200, { "Content-Type": "text/plain" });
    res.end("Hello from Espruino\n");
  })
  .listen(80);

require("net")
  .createServer((socket) => {
    socket.on("data", (data) => {
      socket.write(data);
    });
  })
  .listen(7);
