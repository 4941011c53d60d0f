// An address by hand, in place of one from a DHCP server, and what to look at when nothing works.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });

eth.on("connected", function (ip) { print("up at " + ip); });
eth.on("disconnected", function () { print("down"); });
eth.on("error", function (message) { print(message); });
eth.setIP({ ip: "192.168.1.20", subnet: "255.255.255.0", gateway: "192.168.1.1", dns: "192.168.1.1" }, function (error) {
  print(error || JSON.stringify(eth.getIP()));
});
setWatch(function () { print(JSON.stringify(eth.getStatus())); }, BTN, { edge: "rising", repeat: true, debounce: 50 });
