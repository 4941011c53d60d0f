// Espruino's own UDP sockets: an echo on port 7, and a client that asks and prints what comes back.

var dgram = require("dgram");
var server = dgram.createSocket({ type: "udp4", recvBufferSize: 1480 });
server.bind(7, () => {
  server.on("message", (data, from) => {
    server.send(data, from.port, from.address);
  });
});

// Sends one datagram from a port of the stack's choice; prints "DATAGRAM length sum port".
function ask(port, data) {
  var client = dgram.createSocket("udp4");
  client.on("message", (answer, from) => {
    print(`DATAGRAM ${answer.length} ${E.sum(answer)} ${from.port}`);
    client.close();
  });
  client.send(data, port, "10.77.0.1");
}
