/*
 * A board and a host with one cable between them: the board gives it an address. Prints what it hears of.
 */
var dhcpd = require("dhcpd").start(eth, {
  first: "10.79.0.10",
  last: "10.79.0.30",
  lease: 60,
  router: "10.79.0.1",
  dns: "10.79.0.1",
  domain: "board.test",
  authoritative: true,
  callback: (event, client) => {
    print(event, client.mac, client.ip, client.name, JSON.stringify(dhcpd.counts));
  },
});
