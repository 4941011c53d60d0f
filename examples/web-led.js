// A web page with a switch for the LED. Point a browser at the address that is printed.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
var on = false;

function page(req, res) {
  if (req.url === "/on" || req.url === "/off") {
    on = req.url === "/on";
    LED1.write(on);
    res.writeHead(302, { Location: "/" });
    res.end();
    return;
  }
  res.writeHead(200, { "Content-Type": "text/html" });
  res.end(
    "<!DOCTYPE html><title>LED</title><h1>The LED is " + (on ? "on" : "off") + "</h1>" +
    '<a href="/on">on</a> <a href="/off">off</a>',
  );
}

require("http").createServer(page).listen(80);
eth.on("connected", function (ip) { print("http://" + ip + "/"); });
eth.on("error", function (message) { print(message); });
try {
  eth.setIP(); // by DHCP
} catch (e) { // which a bundle for servers, as an MDBT42Q gets it, has not
  eth.setIP({ ip: "192.168.1.20", subnet: "255.255.255.0", gateway: "192.168.1.1" });
}
