// Fetches a page, and says what went wrong when it cannot.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });

function get(url, callback) {
  require("http")
    .get(url, function (res) {
      var text = "";
      res.on("data", function (data) { text += data; });
      res.on("close", function () { callback(null, res.statusCode, text); });
    })
    .on("error", function (error) { callback(error.message); });
}

eth.on("connected", function () {
  get("http://192.168.1.10:8000/greeting.txt", function (error, status, text) {
    print(error || status + " " + text);
  });
});
eth.on("error", function (message) { print(message); });
eth.setIP();
