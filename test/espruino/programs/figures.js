// Says how many cells the stack takes, step by step: "CELLS step number". `wires` and this program itself do not count.

var start = process.memory().usage;
var sockets = [];

function cells(step) {
  print(`CELLS ${step} ${process.memory().usage - start}`);
}

var enc28j60 = require("enc28j60");
cells("loaded");
var eth = enc28j60.connect({ spi: wires.spi, cs: wires.cs, int: wires.int, rst: wires.rst, mac: "02:00:00:00:00:02" });
eth.setIP({ ip: "10.77.0.2", subnet: "255.255.255.0", gateway: "10.77.0.1" });
cells("connected");

// A listener on port 8, straight on the system calls, that only accepts.
function listenOnSockets() {
  var fd = eth.net.socket(eth.net.AF_INET, eth.net.SOCK_STREAM, 0);
  eth.net.bind(fd, { sin_family: eth.net.AF_INET, sin_addr: 0, sin_port: 8 });
  eth.net.listen(fd, 4);
  eth.net.setupcall(fd, (fd) => {
    var conn = eth.net.accept(fd, {});
    while (conn >= 0) {
      sockets.push(conn);
      conn = eth.net.accept(fd, {});
    }
  });
}

function closeSockets() {
  while (sockets.length) eth.net.close(sockets.pop());
}

function listenWithNet() {
  require("net")
    .createServer((socket) => {
      socket.on("data", (data) => socket.write(data));
    })
    .listen(7);
}

var most = 0;
function listenWithHttp() {
  require("http")
    .createServer((req, res) => {
      most = Math.max(most, process.memory().usage - start);
      res.end("Hello from Espruino\n");
    })
    .listen(80);
}
