// One stream of Espruino's net at a time, in on port 9 and out on port 19 at a word; what it costs is counted (cost/measure.ts).

var net = require("net");
var got = 0;
var block = E.toString(new Uint8Array(1460).fill(65));

net
  .createServer((socket) => {
    socket.on("data", (data) => {
      got += data.length;
    });
  })
  .listen(9);

net
  .createServer((socket) => {
    var left = 0;
    function more() {
      if (!left) return;
      if (--left) socket.write(block);
      else socket.end(block);
    }
    socket.on("drain", more);
    socket.on("data", () => {
      left = 32;
      more();
    });
  })
  .listen(19);
