// Sends log lines to a syslog server (RFC 5424) as datagrams, and shows the datagrams that come to port 5140.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
var socket = require("dgram").createSocket("udp4");
var SERVER = "192.168.1.10";
var USER_INFO = 1 * 8 + 6;

function log(text) {
  socket.send("<" + USER_INFO + ">1 - espruino board - - - " + text, 514, SERVER);
}

socket.on("message", function (message, rinfo) { print(rinfo.address + ": " + message); });
socket.bind(5140);

eth.on("connected", function (ip) {
  log("up at " + ip);
  setInterval(function () { log("temperature " + E.getTemperature().toFixed(1)); }, 60000);
});
eth.on("error", function (message) { print(message); });
eth.setIP();
