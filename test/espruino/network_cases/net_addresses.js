// What a driver is told of a host.
driver.create = (host, port, type, options) => {
  say(`${host} ${port} ${type} ${JSON.stringify(options)}`);
  return allocate(host === undefined ? { queue: [], datagrams: [] } : { error: -9 });
};
[
  { host: "10.0.0.1", port: 80 },
  { host: "localhost", port: 1 },
  { port: 2 },
  { host: "example.org", port: 3, more: "x" },
  { host: "1.2", port: 4 },
  { host: "300.1.1.1", port: 65537 },
  { host: "255.255.255.255", port: 5 },
  { host: "0.0.0.0", port: 6 },
  { host: "10.0.0.1" },
  "http://example.com:8080/path",
].forEach((options) => {
  require("net").connect(options);
});
require("http").request({ host: "web.example", method: "GET", path: "/" }).end();
require("http").get("http://other.example/x", () => {});
require("dgram").createSocket("udp4").send("x", 53, "name.example");
var bound = require("dgram").createSocket({ type: "udp4", reuseAddr: true });
bound.addMembership("224.0.0.251", "10.0.0.2");
bound.bind(5353);
require("net")
  .createServer(() => {})
  .listen(23);
require("http")
  .createServer(() => {})
  .listen(80);
setTimeout(done, 50);
