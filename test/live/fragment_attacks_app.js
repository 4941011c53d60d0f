// Serves a page, echoes datagrams on port 7, and tells each second what of its memory is in use.
var net = eth.net;
var fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
var from = { sin_family: 0, sin_addr: 0, sin_port: 0 };
net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: 7 });
net.setupcall(fd, () => {
  var data = net.recvstring(fd, 9216, 0, from);
  while (typeof data === "string") {
    net.sendto(fd, data, 0, from);
    data = net.recvstring(fd, 9216, 0, from);
  }
});
require("http")
  .createServer((req, res) => {
    res.writeHead(200, { "Content-Length": 12 });
    res.end("All is well.");
  })
  .listen(80);
setInterval(() => {
  var m = eth.stats().mbuf;
  print(`in use: ${m.m_mbufs - m.m_mfree} mbufs, ${m.m_clusters - m.m_clfree} clusters`);
}, 1000);
