// Echoes datagrams of any length: on port 7 by the sockets API, on port 8 by Espruino's dgram; and answers "N" on port 9 with N bytes.
var net = eth.net;
var LONGEST = 9216;

function served(port, answer) {
  var fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  var from = { sin_family: 0, sin_addr: 0, sin_port: 0 };
  net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: port });
  net.setupcall(fd, () => {
    var data = net.recvstring(fd, LONGEST, 0, from);
    while (typeof data === "string") {
      net.sendto(fd, answer(data), 0, from);
      data = net.recvstring(fd, LONGEST, 0, from);
    }
  });
}

served(7, (data) => data);
served(9, (data) => {
  var text = "";
  while (text.length < Number(data)) text += "0123456789abcdef";
  return text.substr(0, Number(data));
});
var server = require("dgram").createSocket("udp4");
server.on("message", (message, from) => {
  server.send(message, 0, message.length, from.port, from.address);
});
server.bind(8);
