/* The board's tools, for whoever connects and says something: what they answer, while the connection is there. */
require("nettools").install(eth);
require("net")
  .createServer((c) => {
    c.on("data", () => {
      c.end(JSON.stringify({ ifconfig: ifconfig(), arp: arp(), route: route(), netstat: netstat() }));
    });
  })
  .listen(7);
