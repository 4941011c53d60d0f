// The small services, for the simulator's board and for real ones: echo (RFC 862) on port 7, discard (RFC 863) on port 9
// and chargen (RFC 864) on port 19, over UDP and TCP, straight on the sockets API; and a page on port 80 by Espruino's http.
// `eth` is the connected interface.
//
// No datagram from a well-known port is answered: with a forged source, two such services on two hosts would answer each
// other for ever. Chargen must not serve to flood a third party either: its answer is at most a line longer than what was
// asked, and it gives a limited number of answers a second.

var net = eth.net;

var LONGEST = 1472;
var PIECE = 1460;
var WELL_KNOWN = 1024;
var BATCH = 8;
var BACKLOG = 4;
var LINE = 74;
var CHARGEN_LONGEST = 512;
var CHARGEN_PER_SECOND = 20;
// Error numbers: try again when something has happened; try again later; no memory just now.
var EAGAIN = -11;
var ENOBUFS = -105;

var pattern = "";
var code;
for (code = 32; code < 127; code++) pattern += String.fromCharCode(code);
while (pattern.length < PIECE + 95) pattern += pattern;

var chargenLeft = CHARGEN_PER_SECOND;
var chargenSince = getTime();

// --- UDP ---

function echoDatagram(fd, data, from) {
  if (from.sin_port >= WELL_KNOWN) net.sendto(fd, data, 0, from);
}

function discardDatagram() {}

function mayGenerate() {
  if (getTime() - chargenSince >= 1) {
    chargenSince = getTime();
    chargenLeft = CHARGEN_PER_SECOND;
  }
  return chargenLeft-- > 0;
}

// A random number of characters, from 0 to 512, from a random place in the pattern.
function chargenDatagram(fd, data, from) {
  if (from.sin_port < WELL_KNOWN || !mayGenerate()) return;
  var length = Math.min(Math.floor(Math.random() * (CHARGEN_LONGEST + 1)), data.length + LINE);
  var start = Math.floor(Math.random() * 95);
  net.sendto(fd, pattern.substr(start, length), 0, from);
}

// Serves what has arrived, a few datagrams at a time: other sockets want their turn too.
function serveSome(fd, service) {
  var from = { sin_family: 0, sin_addr: 0, sin_port: 0 };
  var data;
  var i;
  for (i = 0; i < BATCH; i++) {
    data = net.recvfrom(fd, LONGEST, 0, from);
    if (typeof data === "number") return;
    service(fd, data, from);
  }
  setTimeout(serveSome, 0, fd, service);
}

function openSocket(type, port) {
  var fd = net.socket(net.AF_INET, type, 0);
  if (fd < 0) return fd;
  net.setsockopt(fd, net.SOL_SOCKET, net.SO_REUSEADDR, 1);
  var error = net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: port });
  return error < 0 ? error : fd;
}

function serveDatagrams(port, service) {
  var fd = openSocket(net.SOCK_DGRAM, port);
  if (fd < 0) console.log(`UDP port ${port}: error ${fd}`);
  else
    net.setupcall(fd, () => {
      serveSome(fd, service);
    });
}

// --- TCP ---

// Each connection is served by `step(connection)`, called whenever something has happened to it: it does what it can,
// and answers how long to wait in ms when memory was short, -1 when the connection is over.
function serveConnections(port, step) {
  var listener = openSocket(net.SOCK_STREAM, port);
  var error = listener < 0 ? listener : net.listen(listener, BACKLOG);
  if (error < 0) console.log(`TCP port ${port}: error ${error}`);
  else
    net.setupcall(listener, () => {
      acceptAll(listener, step);
    });
}

function acceptAll(listener, step) {
  var fd = net.accept(listener, null);
  while (fd >= 0) {
    keepAlive(fd);
    serveConnection({ fd: fd, held: "", timer: 0 }, step);
    fd = net.accept(listener, null);
  }
}

// Who has gone without a word is noticed in two minutes, and does not keep others out for ever.
function keepAlive(fd) {
  net.setsockopt(fd, net.IPPROTO_TCP, net.TCP_KEEPIDLE, 60);
  net.setsockopt(fd, net.IPPROTO_TCP, net.TCP_KEEPINTVL, 15);
  net.setsockopt(fd, net.IPPROTO_TCP, net.TCP_KEEPCNT, 4);
  net.setsockopt(fd, net.SOL_SOCKET, net.SO_KEEPALIVE, 1);
}

function serveConnection(connection, step) {
  function go() {
    if (connection.timer) clearTimeout(connection.timer);
    connection.timer = 0;
    var wait = step(connection);
    if (wait < 0) net.close(connection.fd);
    else if (wait) connection.timer = setTimeout(go, wait);
  }
  net.setupcall(connection.fd, go);
  go();
}

// Sends what is held. True when all of it has gone; otherwise `connection.wait` is what the step answers.
function flush(connection) {
  var sent;
  while (connection.held.length) {
    sent = net.send(connection.fd, connection.held, 0);
    if (sent < 0) {
      connection.wait = sent === EAGAIN ? 0 : sent === ENOBUFS ? 20 : -1;
      return false;
    }
    connection.held = connection.held.substr(sent);
  }
  return true;
}

// The next piece that has come: a string, "" at the end; a number when there is none, which the step answers.
function receive(connection) {
  var data = net.recvstring(connection.fd, PIECE, 0, null);
  if (typeof data !== "number") return data;
  return data === EAGAIN ? 0 : -1;
}

function echoStream(connection) {
  var data;
  while (flush(connection)) {
    data = receive(connection);
    if (typeof data === "number") return data;
    if (!data.length) return -1;
    connection.held = data;
  }
  return connection.wait;
}

function discardStream(connection) {
  var data;
  do data = receive(connection);
  while (typeof data !== "number" && data.length);
  return typeof data === "number" ? data : -1;
}

function chargenStream(connection) {
  var data = receive(connection);
  if (data === -1 || data === "") return -1;
  while (flush(connection)) connection.held = pattern.substr(0, PIECE);
  return connection.wait;
}

// --- HTTP ---

// The page for GET, and its headers for HEAD, whatever the path (RFC 9110 9.1).
function servePage(request, response) {
  var info = eth.getIP();
  var body = `<!DOCTYPE html><title>Espruino</title><h1>Hello from Espruino</h1><p>${info.ip} (${info.mac})</p>\n`;
  if (request.method !== "GET" && request.method !== "HEAD") response.writeHead(501, { "Content-Length": 0 });
  else {
    response.writeHead(200, { "Content-Type": "text/html", "Content-Length": body.length });
    if (request.method === "GET") response.write(body);
  }
  response.end();
}

function servePages(port) {
  try {
    require("http").createServer(servePage).listen(port);
  } catch (error) {
    console.log(`HTTP port ${port}: ${error.message}`);
  }
}

serveDatagrams(7, echoDatagram);
serveDatagrams(9, discardDatagram);
serveDatagrams(19, chargenDatagram);
serveConnections(7, echoStream);
serveConnections(9, discardStream);
serveConnections(19, chargenStream);
servePages(80);
