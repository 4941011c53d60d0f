// Tells an MQTT broker the board's temperature every ten seconds. Needs Espruino's MQTT module.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
var BROKER = "192.168.1.10";
var mqtt = require("MQTT").create(BROKER, { client_id: getSerial().substr(0, 20) });
var socket;

// The module hears nothing of a connection that fails, so we make it ourselves: whatever ends it, or keeps it from coming
// about, is a "close". The next try is after the ten seconds for which the module waits for an answer.
function connect() {
  socket = require("net").connect({ host: BROKER, port: 1883 }, function () { mqtt.connect(socket); });
  socket.on("error", function (error) { print("broker: " + error.message); });
  socket.on("close", function () { setTimeout(connect, 10000); });
}

mqtt.on("connected", function () {
  print("broker found");
  mqtt.subscribe("espruino/led");
});
mqtt.on("publish", function (message) { LED1.write(message.message === "on"); });
setInterval(function () {
  if (mqtt.connected) mqtt.publish("espruino/temperature", E.getTemperature().toFixed(1));
}, 10000);

eth.on("connected", function () { if (!socket) connect(); });
eth.on("error", function (message) { print(message); });
eth.setIP();
