// Sets the board's clock by a time server and prints the time every minute. Needs the module sntp.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
E.setTimeZone(1);

eth.on("connected", function () {
  require("sntp").start(eth, {
    server: "pool.ntp.org",
    interval: 3600,
    callback: function (error) { print(error || "the clock is set: " + new Date().toString()); },
  });
});
setInterval(function () { print(new Date().toString()); }, 60000);
eth.on("error", function (message) { print(message); });
eth.setIP();
