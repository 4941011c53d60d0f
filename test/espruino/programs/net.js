// Espruino's own TCP sockets: an echo on port 7, a source of 64 KB on port 19, and a client that sends as much and checks
// what it gets.

var net = require("net");
var PIECES = 128;
var stats = { opened: 0, closed: 0, errors: 0 };

// 512 bytes that say where they belong
function piece(i) {
  return `0000000${i.toString(16)}`.substr(-8).repeat(64);
}

function stream(socket) {
  var i = 0;
  function more() {
    if (i < PIECES) socket.write(piece(i++));
    else if (i++ === PIECES) socket.end();
  }
  socket.on("drain", more);
  more();
}

function count(socket) {
  stats.opened++;
  socket.on("close", () => {
    stats.closed++;
  });
  socket.on("error", () => {
    stats.errors++;
  });
}

net
  .createServer((socket) => {
    count(socket);
    socket.on("data", (data) => {
      socket.write(data);
    });
  })
  .listen(7);

net
  .createServer((socket) => {
    count(socket);
    stream(socket);
  })
  .listen(19);

// Connects, streams 64 KB there, and takes 64 KB from there; then prints "CLIENT name bytes good|bad" or the error.
function exchange(name, port) {
  var got = 0;
  var rest = "";
  var good = true;
  var socket = net.connect({ host: "10.77.0.1", port: port }, () => {
    var i = 0;
    function more() {
      if (i < PIECES) socket.write(piece(i++));
    }
    socket.on("drain", more);
    more();
  });
  socket.on("data", (data) => {
    rest += data;
    while (rest.length >= 512) {
      if (rest.substr(0, 512) !== piece(got >> 9)) good = false;
      got += 512;
      rest = rest.substr(512);
    }
  });
  socket.on("error", (e) => {
    print(`CLIENT ${name} error ${e.code}`);
  });
  socket.on("close", () => {
    if (got) print(`CLIENT ${name} ${got + rest.length} ${good ? "good" : "bad"}`);
  });
}
