// Whose packets are counted one kind at a time (cost/measure.ts): nothing but an address, then sockets of the system calls.

var net = eth.net;

// Sends datagrams back on port 7.
function echo() {
  var fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: 7 });
  net.setupcall(fd, (fd) => {
    var from = {};
    var data = net.recvfrom(fd, 1472, 0, from);
    while (typeof data !== "number") {
      net.sendto(fd, data, 0, from);
      data = net.recvfrom(fd, 1472, 0, from);
    }
  });
}

function listen(port, upcall) {
  var fd = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
  net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: port });
  net.listen(fd, 4);
  net.setupcall(fd, (fd) => {
    var c = net.accept(fd, {});
    while (c >= 0) {
      net.setupcall(c, upcall);
      upcall(c);
      c = net.accept(fd, {});
    }
  });
}

// Everything that comes; false when nothing will come any more.
function read(fd) {
  var data = net.recv(fd, 1460, 0);
  while (typeof data !== "number" && data.length) data = net.recv(fd, 1460, 0);
  return data === -11;
}

var block;
var left = {};
// Takes all that comes on port 9; at a word on port 19 sends 32 blocks.
function streams() {
  block = E.toString(new Uint8Array(1460).fill(65));
  listen(9, (c) => {
    if (!read(c)) net.close(c);
  });
  listen(19, (c) => {
    var n = 0;
    if (left[c] === undefined) {
      if (typeof net.recv(c, 1460, 0) === "number") return;
      left[c] = 32 * 1460;
    }
    while (left[c] > 0) {
      n = net.send(c, left[c] < 1460 ? block.substr(0, left[c]) : block, 0);
      if (n < 0) break;
      left[c] -= n;
    }
    if (left[c] && n === -11) return;
    delete left[c];
    net.close(c);
  });
}
