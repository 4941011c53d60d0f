// The board's console over the network: telnet 192.168.1.20. Needs the module telnet. Choose a password of your own.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
var answer = 42;

require("telnet").start(eth, { password: "change me", timeout: 600 });
eth.on("connected", function (ip) { print("telnet " + ip); });
eth.on("error", function (message) { print(message); });
eth.setIP();
