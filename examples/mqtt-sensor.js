// Tells an MQTT broker the board's temperature every ten seconds. Needs Espruino's MQTT module.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
var mqtt = require("MQTT").create("192.168.1.10", { client_id: getSerial().substr(0, 20) });

mqtt.on("connected", function () {
  print("broker found");
  mqtt.subscribe("espruino/led");
});
mqtt.on("publish", function (message) { LED1.write(message.message === "on"); });
mqtt.on("disconnected", function () {
  setTimeout(function () { mqtt.connect(); }, 5000);
});
setInterval(function () {
  if (mqtt.connected) mqtt.publish("espruino/temperature", E.getTemperature().toFixed(1));
}, 10000);

eth.on("connected", function () { mqtt.connect(); });
eth.on("error", function (message) { print(message); });
eth.setIP();
