// The board's program in the fault campaign: UDP echo on port 7, TCP echo on 7, a sink on 9 and a source on 19, which know
// the stream that goes through them and count in `seen.bad` what is not of it.
var net = eth.net;
var ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/-";
var STREAM = "";
var seen = { bad: 0 };
while (STREAM.length < 25 * ALPHABET.length) STREAM += ALPHABET;

eth.on("recovered", (cause) => {
  print(`recovered ${cause}`);
});
eth.on("connected", () => {
  print("connected");
});
eth.on("disconnected", () => {
  print("disconnected");
});

var udp = net.socket(2, 2, 0);
net.bind(udp, { sin_family: 2, sin_addr: 0, sin_port: 7 });
net.setupcall(udp, () => {
  var from = {};
  var data = net.recvfrom(udp, 1472, 0, from);
  while (typeof data !== "number") {
    net.sendto(udp, data, 0, from);
    data = net.recvfrom(udp, 1472, 0, from);
  }
});

function serve(port, step) {
  var listener = net.socket(2, 1, 0);
  net.bind(listener, { sin_family: 2, sin_addr: 0, sin_port: port });
  net.listen(listener, 4);
  net.setupcall(listener, () => {
    var fd = net.accept(listener, null);
    while (fd >= 0) {
      begin(fd, step);
      fd = net.accept(listener, null);
    }
  });
}

function begin(fd, step) {
  var c = { fd: fd, n: 0, held: "", timer: 0, over: false };
  function go() {
    if (c.over) return;
    if (c.timer) clearTimeout(c.timer);
    c.timer = 0;
    var wait = step(c);
    if (wait < 0) {
      c.over = true;
      net.close(fd);
    } else if (wait) c.timer = setTimeout(go, wait);
  }
  net.setupcall(fd, go);
  go();
}

// Each step does what it can: 0 when it waits for its socket, ms when memory was short, -1 at the end.
function sink(c) {
  var data;
  for (;;) {
    data = net.recvstring(c.fd, 1460, 0, null);
    if (data === -11) return 0;
    if (typeof data === "number" || !data) return -1;
    if (data !== STREAM.substr(c.n % ALPHABET.length, data.length)) seen.bad++;
    c.n += data.length;
  }
}

function source(c) {
  var n;
  for (;;) {
    n = net.send(c.fd, STREAM.substr(c.n % ALPHABET.length, 1460), 0);
    if (n === -11) return 0;
    if (n === -105) return 20;
    if (n < 0) return -1;
    c.n += n;
  }
}

function echo(c) {
  var n;
  for (;;) {
    if (!c.held) c.held = net.recvstring(c.fd, 1460, 0, null);
    if (c.held === -11) {
      c.held = "";
      return 0;
    }
    if (typeof c.held === "number" || !c.held) return -1;
    n = net.send(c.fd, c.held, 0);
    if (n === -11) return 0;
    if (n === -105) return 20;
    if (n < 0) return -1;
    c.held = c.held.substr(n);
  }
}

serve(7, echo);
serve(9, sink);
serve(19, source);
