// Connections of an HTTP server whose peers have gone: they stay, until they are marked.
var hidden = global["\xff"];
var polls = 0;
var recv = driver.recv;
driver.recv = (s, length, type) => {
  if (hidden.HttpSC && hidden.HttpSC.length && s === sckt) polls++;
  return recv(s, length, type);
};
var sckt = -2;
var server = require("http").createServer((req, res) => {
  sckt = req.sckt - 1;
  say(`request ${req.url}`);
  req.on("close", (failed) => say(`request close ${failed}`));
  res.on("close", (failed) => say(`response close ${failed}`));
  res.write("begun");
});
server.listen(80);
var aborted = require("net").connect({ port: 80 }, () => {
  aborted.write("GET /aborted HTTP/1.1\r\n\r\n");
  setTimeout(() => aborted.end(), 50);
});
setTimeout(() => {
  say(`still ${hidden.HttpSC.length}, polled ${polls > 5}`);
  hidden.HttpSC.forEach((request) => {
    if (request.sckt === sckt + 1) request.clsNow = true;
  });
}, 200);
setTimeout(() => {
  say(`left ${hidden.HttpSC.length}`);
  done();
}, 300);
