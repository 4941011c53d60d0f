// A page at http://sensor1.local/, found by its name and in the lists of web servers nearby. Needs the module mdns.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });

function page(req, res) {
  res.writeHead(200, { "Content-Type": "text/plain" });
  res.end(E.getTemperature().toFixed(1) + " degrees\n");
}

require("http").createServer(page).listen(80);
require("mdns").start(eth, { name: "sensor1", services: [{ type: "_http._tcp", port: 80, txt: { path: "/" } }] });
eth.on("error", function (message) { print(message); });
eth.setIP();
