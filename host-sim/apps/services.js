// The small services over UDP, for the simulator's board and for real ones: echo (RFC 862) on port 7, discard (RFC 863)
// on port 9, chargen (RFC 864) on port 19. `eth` is the connected interface.
//
// None of them answers a datagram from a well-known port: with a forged source, two such services on two hosts would
// answer each other for ever. Chargen must not serve to flood a third party either: its answer is at most a line longer
// than what was asked, and it gives a limited number of answers a second.

var net = eth.net;

var LONGEST = 1472;
var WELL_KNOWN = 1024;
var BATCH = 8;
var LINE = 74;
var CHARGEN_LONGEST = 512;
var CHARGEN_PER_SECOND = 20;

var pattern = "";
var code;
for (code = 32; code < 127; code++) pattern += String.fromCharCode(code);
while (pattern.length < CHARGEN_LONGEST + 95) pattern += pattern;

var chargenLeft = CHARGEN_PER_SECOND;
var chargenSince = getTime();

function echo(fd, data, from) {
  if (from.sin_port >= WELL_KNOWN) net.sendto(fd, data, 0, from);
}

function discard() {}

function mayGenerate() {
  if (getTime() - chargenSince >= 1) {
    chargenSince = getTime();
    chargenLeft = CHARGEN_PER_SECOND;
  }
  return chargenLeft-- > 0;
}

// A random number of characters, from 0 to 512, from a random place in the pattern.
function chargen(fd, data, from) {
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

function open(port, service) {
  var fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  var error = fd < 0 ? fd : net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: port });
  if (error < 0) {
    console.log(`UDP port ${port}: error ${error}`);
    return;
  }
  net.setupcall(fd, () => {
    serveSome(fd, service);
  });
}

open(7, echo);
open(9, discard);
open(19, chargen);
