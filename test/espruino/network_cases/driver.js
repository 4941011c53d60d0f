// A network in memory, for the programs of this folder: every connection leads to a server on the same board. What it is
// asked is logged by `logged`, and what it answers can be scripted by `answers[socket]`, a list that recv takes from first.
var sockets = [];
var listening = {};
var answers = {};
var logged = false;

function log(text) {
  if (logged) say(text);
}

function allocate(socket) {
  var i = 0;
  while (sockets[i]) i++;
  sockets[i] = socket;
  return i;
}

function shown(value) {
  return typeof value === "string" ? `${value.length} bytes` : String(value);
}

function pair(port) {
  var client = { in: "", wait: 2 };
  var server = { in: "", wait: 0 };
  client.peer = server;
  server.peer = client;
  listening[port].queue.push(server);
  return client;
}

var driver = {
  create: function (host, port, type, options) {
    log(`create ${host} ${port} ${type} ${JSON.stringify(options)} ${this === driver}`);
    if ((type & 3) === 2) return allocate({ datagrams: [], port: port || 50000 });
    if (host === undefined) {
      listening[port] = { queue: [], port: port };
      return allocate(listening[port]);
    }
    return allocate(listening[port] ? pair(port) : { error: -9 });
  },
  close: (s) => {
    log(`close ${s}`);
    var socket = sockets[s];
    if (socket.peer) socket.peer.ended = true;
    if (socket.queue) listening[socket.port] = undefined;
    sockets[s] = undefined;
  },
  accept: (s) => {
    var socket = sockets[s].queue.shift();
    return socket ? allocate(socket) : -1;
  },
  recv: (s, length, type) => {
    var socket = sockets[s];
    var answer;
    if (answers[s] && answers[s].length) {
      answer = answers[s].shift();
      log(`recv ${s} ${length} ${type}: ${shown(answer)}`);
      return answer;
    }
    if (socket.error) return socket.error;
    if (socket.datagrams) return socket.datagrams.length ? socket.datagrams.shift().substr(0, length) : "";
    if (socket.wait) {
      socket.wait--;
      return -11;
    }
    var data = socket.in.substr(0, length);
    socket.in = socket.in.substr(length);
    if (data.length) log(`recv ${s} ${length} ${type}: ${shown(data)}`);
    return data.length || !socket.ended ? data : -1;
  },
  send: (s, data, type) => {
    var socket = sockets[s];
    var taken = 0;
    if (socket.datagrams) taken = sendDatagram(data);
    else if (socket.error || socket.ended) taken = socket.error || -1;
    else if (!socket.wait) {
      taken = Math.min(data.length, 400);
      socket.peer.in += data.substr(0, taken);
    }
    log(`send ${s} ${shown(data)} ${type}: ${taken}`);
    return taken;
  },
};

// To whoever has the port, from 127.0.0.1; what is for everybody too.
function sendDatagram(data) {
  var port = data.charCodeAt(4) + data.charCodeAt(5) * 256;
  var length = data.charCodeAt(6) + data.charCodeAt(7) * 256;
  var header = data.substr(0, 8);
  sockets.forEach((socket) => {
    if (socket && socket.datagrams && socket.port === port)
      socket.datagrams.push(`\x7f\0\0\x01${header.substr(4)}${data.substr(8, length)}`);
  });
  return 8 + length;
}

require("NetworkJS").create(driver);
