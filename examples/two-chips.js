// Two chips, two networks: a quiet one of the board's own with sensors on it, and the way to the world. One web server
// answers on both. (One of them may ask a DHCP server.)
SPI1.setup({ sck: A5, miso: A6, mosi: A7, baud: 10500000 });
var world = require("enc28j60").connect({ spi: SPI1, cs: B1, int: B10, rst: B13 });
var sensors = require("enc28j60").connect({ spi: SPI1, cs: A8, int: B7, rst: B6 });

function page(req, res) {
  res.writeHead(200, { "Content-Type": "application/json" });
  res.end(JSON.stringify({ world: world.getIP(), sensors: sensors.getIP() }) + "\n");
}

require("http").createServer(page).listen(80);
world.on("error", function (message) { print("world: " + message); });
sensors.on("error", function (message) { print("sensors: " + message); });
sensors.setIP({ ip: "10.1.0.1", subnet: "255.255.255.0" });
world.setIP();
