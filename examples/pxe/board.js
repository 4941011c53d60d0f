// A PC without a disk boots from the board, by one cable: the board gives it an address (DHCP), a script for iPXE by TFTP,
// and by HTTP what the script goes on with: machine code that says hello, and switches the PC off.
var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
var SCRIPT = ["#!ipxe", "echo ${net0/ip} boots from ${next-server}", "chain http://${next-server}/hello.pxe", ""].join("\n");
// 16 bits at 0:7c00: cld; push cs; pop ds; mov si,text; each character: lodsb; or al,al; jz off; mov ah,0e; mov bx,7; int 10;
// off: mov ah,86; mov cx,f; mov dx,4240; int 15 (a second, for the eye); mov dx,604; mov ax,2000; out dx,ax (QEMU's switch); hlt, for ever; text
var HELLO =
  "\xfc\x0e\x1f\xbe\x28\x7c\xac\x08\xc0\x74\x09\xb4\x0e\xbb\x07\x00\xcd\x10\xeb\xf2" +
  "\xb4\x86\xb9\x0f\x00\xba\x40\x42\xcd\x15" +
  "\xba\x04\x06\xb8\x00\x20\xef\xf4\xeb\xfd" +
  "Hello from the board\r\n\0";

function read(name) {
  if (name === "boot.ipxe") return SCRIPT;
  if (name === "hello.pxe") return HELLO;
}

require("http").createServer(function (req, res) {
  var content = read(req.url.substr(1));
  print("http " + req.url);
  res.writeHead(content ? 200 : 404, { "Content-Length": content ? content.length : 0 });
  res.end(content || "");
}).listen(80);

eth.on("error", function (message) { print(message); });
eth.setIP({ ip: "192.168.4.1", subnet: "255.255.255.0" });
require("tftpd").start(eth, { read: read, callback: function (error, name) { print("tftp " + name + " " + (error || "whole")); } });
require("dhcpd").start(eth, {
  file: "boot.ipxe",
  callback: function (event, client) { print(event + " " + client.ip + " " + client.mac + " " + client.user + client.vendor); }
});
