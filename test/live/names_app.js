/*
 * A program for the simulated board: does what a datagram to port 7000 asks for, and answers with what came of it.
 * "name HOST", "ping HOST", "trace HOST", "time SERVER"; it is "sensor1.local", with a web page that it says it has.
 */
var net = eth.net;
eth.setIP({ ip: "10.77.0.2", subnet: "255.255.255.0", gateway: "10.77.0.1", dns: "10.77.0.1" });
require("mdns").start(eth, {
  name: "sensor1",
  services: [{ type: "_http._tcp", port: 80, txt: { path: "/" } }],
  callback: (name) => {
    print(`named ${name}`);
  },
});

var commands = {
  name: (host, tell) => {
    net.gethostbyname(host, (addr, herror) => {
      tell(herror ? `error ${herror}` : net.inet_ntoa(addr));
    });
  },
  ping: (host, tell) => {
    eth.ping(host, (error, result) => {
      tell(error || `from ${result.ip} ttl ${result.ttl} after ${result.ms} ms`);
    });
  },
  trace: (host, tell) => {
    var hops = [];
    require("traceroute").start(eth, host, { timeout: 500, hops: 5 }, (error, hop) => {
      hops.push(error || hop.ip || "*");
      if (error || hop.last) tell(hops.join(" "));
    });
  },
  time: (server, tell) => {
    var client = require("sntp").start(eth, {
      server: server,
      callback: (error, result) => {
        client.end();
        tell(error || `stratum ${result.stratum} now ${getTime()}`);
      },
    });
  },
};

var fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: 7000 });
net.setupcall(fd, () => {
  var from = {};
  var text = net.recvstring(fd, 500, 0, from);
  if (typeof text === "string") obey(text.split(" "), from);
});

function obey(words, to) {
  commands[words[0]](words[1], (answer) => {
    net.sendto(fd, answer, 0, to);
  });
}
